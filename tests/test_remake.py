"""From a body back to flags, flags on top of a body, and flags taken away: pure."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from dsock.flags import create
from dsock.remake import merge, texts, without, words
from dsock.remake.compose import file, unsaid
from dsock.remake.record import Remade
from tests import create_lines


def body(line: str) -> dict[str, Any]:
    found = create_lines.command_line(line)
    return create.body(found["image"], found["command"], found, {}, found["detach"])


def spoken(body: dict[str, Any]) -> str:
    """The body as a line."""
    return shlex.join([*words.argv(words.flags(body)), *words.arguments(body)])


# What engines that are set up for it take, and no engine of the tests is.
@pytest.mark.parametrize(
    "line",
    [
        "--storage-opt size=10g --cpu-rt-period 1000000 --cpu-rt-runtime 950000 busybox",
        "--gpus 'driver=nvidia,count=2,\"options=a=b,c=d\"' busybox",
        "--gpus 3 busybox",
        "--device-read-bps /dev/sda:3g --blkio-weight-device /dev/sda:0 busybox",
        "--userns host --isolation hyperv --pid host busybox",
        "--mount type=image,source=nginx,target=/n,image-subpath=etc busybox",
        '--mount \'type=bind,"src=/a,b",dst=/c,bind-propagation=rprivate,ro,'
        "bind-recursive=readonly' busybox",
    ],
)
def test_the_line_of_a_body_makes_that_body(line):
    assert body(spoken(body(line))) == body(line)


def test_every_recorded_line_of_flags_comes_back():
    """But for those that name files, which a body does not remember."""
    strange = []
    for row in create_lines.recorded():
        files = any(word in row["flags"] for word in ("file", "seccomp"))
        if "exit" in row or files or row["flags"] == "--restart ''":  # which is "no" to engines
            continue
        made = create_lines.body(row["flags"])
        again = body(spoken(made))
        if "Links" in again["HostConfig"] and "Links" not in made["HostConfig"]:
            del again["HostConfig"]["Links"]
        if create_lines.bare(again) != create_lines.bare(made):
            strange.append((row["flags"], spoken(made)))
    assert strange == []


@pytest.mark.parametrize(
    ("was", "given", "now"),
    [
        ("-e A=1 -e B=2 busybox", "-e A=3 busybox", "-e B=2 -e A=3 busybox"),
        ("-e A=1 busybox", "-e A busybox", "-e A busybox"),
        ("-l a=1 -l b=2 busybox", "-l a=3 busybox", "-l a=3 -l b=2 busybox"),
        ("-p 80:80 -p 81:81 busybox", "-p 8080:80 busybox", "-p 8080:80 -p 81:81 busybox"),
        ("-v one:/a -v /b busybox", "--tmpfs /a -v two:/b busybox",
         "--tmpfs /a -v two:/b busybox"),
        ("--mount type=tmpfs,dst=/a busybox", "-v /a busybox", "-v /a busybox"),
        ("--cap-add CHOWN busybox", "--cap-add KILL busybox",
         "--cap-add CHOWN --cap-add KILL busybox"),
        ("--dns 1.1.1.1 busybox", "--dns 8.8.8.8 busybox", "--dns 1.1.1.1 --dns 8.8.8.8 busybox"),
        ("--add-host a:1.1.1.1 busybox", "--add-host a:2.2.2.2 busybox",
         "--add-host a:2.2.2.2 busybox"),
        ("--cpu-quota 5000 busybox", "--cpus 2 busybox", "--cpus 2 busybox"),
        ("--restart always busybox", "--rm busybox", "--rm busybox"),
        ("--rm busybox", "--restart always busybox", "--restart always busybox"),
        ("--restart on-failure:3 busybox", "--restart no busybox", "busybox"),
        ("-m 1g --memory-swap 2g busybox", "-m 3g busybox", "-m 3g busybox"),
        ("--log-opt max-size=1m busybox", "--log-opt max-file=2 busybox",
         "--log-opt max-size=1m --log-opt max-file=2 busybox"),
        ("--log-driver local --log-opt max-size=1m busybox", "--log-driver none busybox",
         "--log-driver none busybox"),
        ("--health-cmd a --health-retries 3 busybox", "--no-healthcheck busybox",
         "--no-healthcheck busybox"),
        ("--no-healthcheck busybox", "--health-cmd a busybox", "--health-cmd a busybox"),
        ("--health-cmd a busybox", "--health-retries 3 busybox",
         "--health-cmd a --health-retries 3 busybox"),
        ("--entrypoint a busybox b c", "--entrypoint d busybox", "--entrypoint d busybox"),
        ("busybox a b", "nginx", "nginx a b"),
        ("busybox a b", "busybox c", "busybox c"),
        ("--network n --ip 10.0.0.1 --network m busybox", "--network o busybox",
         "--network o busybox"),
        ("--network n --ip 10.0.0.1 --network-alias a busybox",
         "--network-alias b --ip 10.0.0.2 busybox",
         "--network n --ip 10.0.0.2 --network-alias a --network-alias b busybox"),
        ("--security-opt seccomp=unconfined --security-opt label=user:a busybox",
         "--security-opt seccomp=builtin --security-opt label=role:b busybox",
         "--security-opt label=user:a --security-opt seccomp=builtin "
         "--security-opt label=role:b busybox"),
        ("busybox", "-i -t busybox", "-i -t busybox"),
    ],
)  # fmt: skip
def test_what_is_given_takes_the_place_of_what_is_under_its_key(was, given, now):
    old = body(f"-d {was}")
    line = create_lines.command_line(given)
    default = create_lines.command_line("busybox")
    named = {key for key in line if line[key] != default[key] or f"--{key} " in given} | {"image"}
    line["network"] = line["network"] or (old["HostConfig"]["NetworkMode"],)
    wished = create.body(line["image"], line["command"], line, {}, True)
    found, wanted = merge.merged(old, wished, named), body(f"-d {now}")
    assert words.flags(found) == words.flags(wanted)
    assert words.arguments(found) == words.arguments(wanted)


@pytest.mark.parametrize(
    ("was", "flag", "key", "now"),
    [
        ("-e A=1 -e B=2 busybox", "-e", "A", "-e B=2 busybox"),
        ("-e A=1 busybox", "-e", "", "busybox"),
        ("-p 80:80 -p 81:81/udp busybox", "-p", "80", "-p 81:81/udp busybox"),
        ("-p 80:80 -p 81:81/udp busybox", "-p", "81/udp", "-p 80:80 busybox"),
        ("-v one:/a --tmpfs /b busybox", "--mount", "/b", "-v one:/a busybox"),
        ("-v one:/a -v /b busybox", "-v", "", "busybox"),
        ("-m 64m busybox", "--memory", "", "busybox"),
        ("--network n --network-alias a --network-alias b busybox", "--network-alias", "a",
         "--network n --network-alias b busybox"),
        ("--network n --ip 10.0.0.1 busybox", "--ip", "", "--network n busybox"),
        ("--network n --network m busybox", "--network", "m", "--network n busybox"),
        ("--network n busybox", "--network", "", "busybox"),
        ("--entrypoint a busybox", "--entrypoint", "", "busybox"),
        ("-t busybox", "-t", "", "busybox"),
        ("--health-cmd a --health-retries 2 busybox", "--health-cmd", "",
         "--health-retries 2 busybox"),
    ],
)  # fmt: skip
def test_without_takes_a_flag_or_one_of_its_keys_away(was, flag, key, now):
    assert spoken(without.taken(body(was), [flag], key)) == spoken(body(now))


def test_without_says_that_there_is_nothing_by_the_same_body():
    made = body("-e A=1 --network n busybox")
    for flag, key in (("-e", "B"), ("--memory", ""), ("--ip", ""), ("--network", "m")):
        assert without.taken(made, [flag], key) == made


def test_sizes_and_times_are_as_short_as_they_can_be_without_loss():
    assert [texts.size(n)[0] for n in (64 << 20, 1536 << 20, 1000, -1)] == [
        "64m", "1536m", "1000", "-1",
    ]  # fmt: skip
    assert [texts.duration(n)[0] for n in (90 * 10**9, 3600 * 10**9, 5 * 10**8, 1)] == [
        "90s", "1h", "500ms", "1ns",
    ]  # fmt: skip
    assert [texts.cpus(n)[0] for n in (15 * 10**8, 2 * 10**9, 1)] == ["1.5", "2", "0.000000001"]


def test_a_compose_file_says_what_it_leaves_out():
    made = Remade("web", body("--rm -P -l com.docker.compose.project=p -l a=b busybox"))
    assert file([made]) == {
        "services": {"web": {"image": "busybox", "container_name": "web", "labels": {"a": "b"},
                             "network_mode": "bridge"}}
    }  # fmt: skip
    assert [line.partition(" ")[0] for line in unsaid(made)] == [
        "HostConfig.AutoRemove", "HostConfig.PublishAllPorts", "Labels",
    ]  # fmt: skip


def test_a_compose_file_has_the_network_that_nothing_is_said_about_and_an_empty_argument():
    found = file([Remade("web", body("--network n busybox ''"))])
    assert found["services"]["web"]["networks"] == {"n": None}
    assert found["networks"] == {"n": {"name": "n", "external": True}}
    assert found["services"]["web"]["command"] == [""]
    lost = unsaid(Remade("web", body("--volumes-from a:ro busybox")))
    assert lost == ["HostConfig.VolumesFrom: read-only (compose drops it)"]
