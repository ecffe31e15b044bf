"""How records look: sizes, ages, ports, images' rows."""

from __future__ import annotations

import pytest

from dsock.render.gotimes import iso_timestamp
from dsock.views import containers, images, networks, screen, volumes
from dsock.views.ports import merged, ports
from dsock.views.units import compact, duration, short_id, size

HOUR = 3600.0
DAY = 24 * HOUR


def port(private, public=0, ip="", kind="tcp"):
    found = {"PrivatePort": private, "Type": kind}
    return found | ({"PublicPort": public} if public else {}) | ({"IP": ip} if ip else {})


def both(private, public, kind="tcp"):
    return [port(private, public, "0.0.0.0", kind), port(private, public, "::", kind)]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "Less than a second"), (0.9, "Less than a second"), (1.9, "1 second"),
        (2, "2 seconds"), (59.9, "59 seconds"), (60, "About a minute"), (119, "About a minute"),
        (120, "2 minutes"), (59 * 60, "59 minutes"), (HOUR, "About an hour"),
        (1.49 * HOUR, "About an hour"), (1.5 * HOUR, "2 hours"), (47.4 * HOUR, "47 hours"),
        (47.5 * HOUR, "2 days"), (13.9 * DAY, "13 days"), (14 * DAY, "2 weeks"),
        (59 * DAY, "8 weeks"), (60 * DAY, "2 months"), (729 * DAY, "24 months"),
        (730 * DAY, "2 years"), (56 * 365 * DAY, "56 years"),
    ],
)  # fmt: skip
def test_an_age_is_told_as_docker_tells_it(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "digits", "text"),
    [
        (0, 3, "0B"), (999, 3, "999B"), (1000, 3, "1kB"), (1985472, 3, "1.99MB"),
        (1985472, 4, "1.985MB"), (11790183, 4, "11.79MB"), (999900, 3, "1e+03kB"),
        (5_000_000_000_000, 3, "5TB"),
    ],
)  # fmt: skip
def test_a_size_has_units_of_a_thousand(count, digits, text):
    assert size(count, digits) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Up 2 weeks (healthy)", "Up 2w (healthy)"),
        ("Exited (137) About an hour ago", "Exited (137) 1h ago"),
        ("Up Less than a second (health: starting)", "Up 0s (health: starting)"),
        ("2 months ago", "2mo ago"),
        ("Created", "Created"),
    ],
)
def test_a_narrow_screen_gets_ages_in_a_letter(text, short):
    assert compact(text) == short


@pytest.mark.parametrize(
    ("found", "plain", "person"),
    [
        (None, "", ""),
        ([port(80)], "80/tcp", "80/tcp"),
        (both(80, 8080), "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp", "*:8080->80/tcp"),
        ([port(80, 8080, "0.0.0.0")], "0.0.0.0:8080->80/tcp", "0.0.0.0:8080->80/tcp"),
        ([port(80, 80, "127.0.0.1")], "127.0.0.1:80->80/tcp", "127.0.0.1:80->80/tcp"),
        ([port(82), port(80), port(81), port(90)], "80-82/tcp, 90/tcp", "80-82/tcp, 90/tcp"),
        ([port(80), port(80, kind="udp")], "80/tcp, 80/udp", "80/tcp, 80/udp"),
        (
            [*both(5000, 5000, "udp"), *both(5001, 5001, "udp")],
            "0.0.0.0:5000-5001->5000-5001/udp, [::]:5000-5001->5000-5001/udp",
            "*:5000-5001->5000-5001/udp",
        ),
        (
            [*both(80, 8080), *both(81, 8081), port(1234)],
            "1234/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, "
            "0.0.0.0:8081->81/tcp, [::]:8081->81/tcp",
            "*:8080-8081->80-81/tcp, 1234/tcp",
        ),
        ([port(7000, 7000, "::1")], "[::1]:7000->7000/tcp", "[::1]:7000->7000/tcp"),
    ],
)
def test_ports_are_grouped_for_docker_and_merged_for_a_person(found, plain, person):
    assert ports(found) == plain
    assert merged(found) == person


@pytest.mark.parametrize(
    ("record", "field", "short", "full"),
    [
        ({"Id": "4f" * 32}, "ID", "4f" * 6, "4f" * 32),
        ({"Names": ["/a/alias", "/b"]}, "Names", "b", "a/alias,b"),
        ({"Command": "sh -c 'echo \"a\"'\n"}, "Command", *[r'''"sh -c 'echo \"a\"'\n"'''] * 2),
        ({"Command": "x" * 21}, "Command", f'"{"x" * 19}…"', f'"{"x" * 21}"'),
        ({"Command": "日本語" * 4}, "Command", '"日本語日本語日本語…"', f'"{"日本語" * 4}"'),
        ({"Image": "a:1@sha256:" + "0" * 64}, "Image", "a:1", "a:1@sha256:" + "0" * 64),
        ({"Image": "docker.io/library/a"}, "Image", "a", "docker.io/library/a"),
        ({"Image": "sha256:" + "5e" * 32, "ImageID": "sha256:" + "5e" * 32}, "Image", "5e" * 6,
         "sha256:" + "5e" * 32),
        ({}, "Image", "<no image>", "<no image>"),
        ({"Mounts": [{"Source": "/a/long/path/of/it"}]}, "Mounts", "/a/long/path/o…",
         "/a/long/path/of/it"),
        ({"SizeRw": 5, "SizeRootFs": 1985472}, "Size", *["5B (virtual 1.99MB)"] * 2),
        ({"Status": "Up 2 hours (healthy)"}, "HealthStatus", "healthy", "healthy"),
        ({"Status": "Up 1 second (health: starting)"}, "HealthStatus", "starting", "starting"),
        ({"Status": "Exited (0) 2 hours ago"}, "HealthStatus", "", ""),
        ({"Labels": {"b": "2", "a": "1"}}, "Labels", "a=1,b=2", "a=1,b=2"),
    ],
)  # fmt: skip
def test_a_containers_field_is_cut_unless_all_of_it_is_wanted(record, field, short, full):
    assert containers.view(full=False, now=0)[field][1](record) == short
    assert containers.view(full=True, now=0)[field][1](record) == full


def test_a_platform_is_text_and_json():
    record = {"ImageManifestDescriptor": {"platform": {"architecture": "arm64", "os": "linux",
                                                       "variant": "v8"}}}  # fmt: skip
    platform = containers.view(full=False, now=0)["Platform"][1]
    assert str(platform(record)) == "linux/arm64/v8"
    assert str(platform({})) == "<nil>"


@pytest.mark.parametrize(
    ("record", "digests", "rows"),
    [
        ({}, False, [("<none>", "<none>", "<none>")]),
        ({"RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"]}, False,
         [("<none>", "<none>", "<none>")]),
        ({"RepoTags": ["a:1", "b/c:2", "docker.io/library/a:3"]}, False,
         [("a", "1", "<none>"), ("a", "3", "<none>"), ("b/c", "2", "<none>")]),
        ({"RepoTags": ["a:1"], "RepoDigests": ["a@sha256:" + "0" * 64]}, False,
         [("a", "1", "<none>")]),
        ({"RepoTags": ["a:1"], "RepoDigests": ["a@sha256:" + "0" * 64]}, True,
         [("a", "1", "sha256:" + "0" * 64)]),
        ({"RepoTags": [], "RepoDigests": ["a@sha256:" + "0" * 64]}, False, [("a", "<none>", "")]),
        ({"RepoTags": [], "RepoDigests": ["a@sha256:" + "0" * 64]}, True,
         [("a", "<none>", "sha256:" + "0" * 64)]),
    ],
)  # fmt: skip
def test_an_image_has_a_row_for_each_of_its_names(record, digests, rows):
    found = images.rows([record], "table", digests)
    assert [(row.repository, row.tag, row.digest) for row in found] == rows


def test_networks_and_volumes_have_dockers_fields():
    network = networks.view(full=False)
    record = {"Id": "4f" * 32, "EnableIPv6": True, "Created": "2026-11-24T04:28:07.88+02:00"}
    assert network["ID"][1](record) == "4f" * 6
    assert network["IPv6"][1](record) == "true"
    volume = volumes.view()
    assert [volume[name][1]({}) for name in ("Links", "Size", "Status")] == ["N/A"] * 3
    assert volume["Size"][1]({"UsageData": {"Size": 1500, "RefCount": 2}}) == "1.5kB"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-24T04:28:07.885384349Z", "2026-11-24 04:28:07.885384349 +0000 UTC"),
        ("2026-11-24T04:28:07.880000000Z", "2026-11-24 04:28:07.88 +0000 UTC"),
        ("2026-11-24T04:28:07+05:30", "2026-11-24 04:28:07 +0530 +0530"),
        ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC"),
        ("", "0001-01-01 00:00:00 +0000 UTC"),
    ],
)
def test_a_moment_is_printed_as_go_prints_it(text, shown):
    assert iso_timestamp(text) == shown


@pytest.mark.parametrize(
    ("state", "status", "style"),
    [
        ("running", "Up 2 hours", "green"),
        ("running", "Up 2 hours (healthy)", "green"),
        ("running", "Up 2 hours (unhealthy)", "red"),
        ("running", "Up 1 second (health: starting)", "yellow"),
        ("paused", "Up 2 hours (Paused)", "yellow"),
        ("exited", "Exited (0) 2 hours ago", "dim"),
        ("exited", "Exited (1) 2 hours ago", "red"),
        ("created", "Created", "dim"),
    ],
)
def test_a_state_has_a_colour(state, status, style):
    assert screen.state_style({"State": state, "Status": status}) == style


def test_a_short_id_is_twelve_characters_without_the_algorithm():
    assert short_id("sha256:" + "4f" * 32) == short_id("4f" * 32) == "4f" * 6
