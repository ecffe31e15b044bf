"""The tables of listings: docker's on a pipe, a coloured one that fits on a terminal."""

from __future__ import annotations

import re
import subprocess

import pytest

from dsock.render import plain, table
from dsock.render.layout import fit, total
from dsock.render.width import ellipsis, shortened, width
from tests import screen
from tests.scripted import DSOCK

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = (14, 30, 60, 80, 120, 200)


def container(number, **more):
    return {
        "Id": f"{number:064x}",
        "Names": [f"/shop-web-{number}"],
        "Image": "registry.example.com/team/shop:2.14",
        "ImageID": "sha256:" + "d" * 64,
        "Command": "/docker-entrypoint.sh nginx -g 'daemon off;'",
        "Created": 1_700_000_000,
        "State": "running",
        "Status": "Up 2 weeks (healthy)",
        "Ports": [
            {"IP": ip, "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}
            for ip in ("0.0.0.0", "::")
        ],
        **more,
    }


def on_terminal(scripted, columns, *args, **env):
    """What dsock shows on a terminal of so many columns, escape sequences and all."""
    env = {"TERM": "xterm-256color", **scripted.env, **env}
    shown, errors = screen.on_terminal([*DSOCK, *args], env, columns, subprocess.PIPE)
    assert errors == b""
    return shown


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["a\tb"], "a         b\n"),
        (["ID\tNAME", "a\t" + "b" * 30], "ID        NAME\na         " + "b" * 30 + "\n"),
        (["ID\tX", "0123456789\tX"], "ID           X\n0123456789   X\n"),
        (["a\t", "b\t"], "a         \nb         \n"),
        (["\ta"], "          a\n"),
        (["日本語日本語\tx", "a\tx"], "日本語日本語   x\na              x\n"),
        (["e\u0301é\tx"], "e\u0301é        x\n"),
        (["one", "0123456789\tx", "two", "a\tx"], "one\n0123456789   x\ntwo\na         x\n"),
        (["a\tb\tc", "0123456789\tb"], "a            b         c\n0123456789   b\n"),
        (["a\tb\nlong text here\tc"], "a                b\nlong text here   c\n"),
        (["a\vb\f0123456789\tc"], "a         b\n0123456789   c\n"),
    ],
)
def test_the_table_of_a_pipe_is_aligned_as_docker_aligns(lines, text):
    assert plain.table(lines) == text


@pytest.mark.parametrize("cell", ["plain", "cut…", "日本", "a\tb", "two\nlines", "\x1b[31m"])
def test_a_grid_of_columns_is_the_table_of_its_rows(cell):
    columns = [["ID", "0123456789ab", cell], ["NAME", cell, "x"], ["LAST", "a", "b"]]
    rows = ["\t".join(row) for row in zip(*columns, strict=True)]
    assert plain.grid(columns) == plain.table(rows)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("é", 1),
        ("日本", 4),
        ("e\u0301", 1),
        ("👍🏽", 2),
        ("👩\u200d🚀", 2),
        ("नि", 1),
        ("a\u200db", 2),
        ("a\x1bb", 2),
        ("", 0),
    ],
)
def test_width_counts_the_columns_of_a_terminal(text, columns):
    assert width(text) == columns


def test_a_text_is_cut_to_columns_not_to_characters():
    assert shortened("日本語", 5) == "日本…"
    assert shortened("日本語", 6) == "日本語"
    assert shortened("abc", 1) == "…"
    assert ellipsis("日本語", 5) == "日本…"


STEPS = (("c", 4), ("b", 5), ("c", 0), ("b", 0))


@pytest.mark.parametrize(
    ("space", "widths"),
    [
        (40, {"a": 10, "b": 10, "c": 10}),
        (34, {"a": 10, "b": 10, "c": 10}),
        (30, {"a": 10, "b": 10, "c": 6}),
        (25, {"a": 10, "b": 7, "c": 4}),
        (22, {"a": 10, "b": 10}),  # what c leaves goes back to b
        (19, {"a": 10, "b": 7}),
        (16, {"a": 10}),
        (6, {"a": 6}),
    ],
)
def test_columns_give_way_in_order_until_they_fit(space, widths):
    assert fit({"a": 10, "b": 10, "c": 10}, STEPS, space) == widths
    assert total(widths) <= space


def test_ports_are_cut_between_two_and_images_at_their_beginning():
    assert table.some_items("*:8080->80/tcp, 9/udp, 10/udp", 20) == "*:8080->80/tcp +2"
    assert table.some_items("*:8080->80/tcp, 9/udp", 5) == "*:80…"
    assert table.last_part("registry.example.com/shop:2", 8) == "…/shop:2"


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("count", [3, table.RICH_ROWS + 1])
def test_no_row_of_ps_is_wider_than_the_terminal(scripted, columns, count):
    wide = {
        "Names": ["/" + "日本語" * 20],
        "Command": "👍🏽" * 30,
        "Status": "Exited (1) 2 weeks ago",
    }
    records = [container(number) for number in range(count - 1)] + [container(count, **wide)]
    scripted.expect("GET", "/containers/json", json=records)
    lines = ESCAPE.sub("", on_terminal(scripted, columns, "ps")).splitlines()
    assert len(lines) == count + 1
    assert max(map(width, lines)) <= columns
    assert lines[0].startswith("CONTAINER ID")
    assert lines[1].startswith("0" * 12)


def test_many_rows_look_as_few_do(scripted):
    few = [container(number) for number in range(3)]
    scripted.expect("GET", "/containers/json", json=few)
    by_rich = ESCAPE.sub("", on_terminal(scripted, 100, "ps")).splitlines()
    scripted.expect("GET", "/containers/json", json=few * 200)
    by_hand = ESCAPE.sub("", on_terminal(scripted, 100, "ps")).splitlines()
    strip = str.rstrip
    assert list(map(strip, by_hand[:4])) == list(map(strip, by_rich))


def test_what_matters_least_goes_first(scripted):
    shown = []
    for columns in (60, 80, 100, 200):
        scripted.expect("GET", "/containers/json", json=[container(1)])
        head = ESCAPE.sub("", on_terminal(scripted, columns, "ps")).splitlines()[0]
        shown.append(re.split(r"  +", head.strip()))
    assert shown == [
        ["CONTAINER ID", "NAMES", "IMAGE", "STATUS"],
        ["CONTAINER ID", "NAMES", "IMAGE", "STATUS", "PORTS"],
        ["CONTAINER ID", "NAMES", "IMAGE", "STATUS", "PORTS", "CREATED"],
        ["CONTAINER ID", "NAMES", "IMAGE", "STATUS", "PORTS", "CREATED", "COMMAND"],
    ]


@pytest.mark.parametrize("args", [(), ("--no-trunc",)])
def test_one_of_many_containers_cannot_steer_the_terminal(scripted, args):
    count = table.RICH_ROWS + 1
    evil = container(1, Command="\x1b]0;owned\x07[red]\u202e", Names=["/a\x1b[2J\nb"])
    scripted.expect("GET", "/containers/json", json=[evil] * count)
    shown = ESCAPE.sub("", on_terminal(scripted, 200, "ps", *args))
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}
    assert "\\x1b" in shown
    assert len(shown.splitlines()) == count + 1


def test_states_are_coloured_unless_no_color_is_set(scripted):
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        scripted.expect("GET", "/containers/json", json=[container(1)])
        assert ("\x1b[32m" in on_terminal(scripted, 80, "ps", **env)) is coloured
        many = [container(1)] * (table.RICH_ROWS + 1)
        scripted.expect("GET", "/containers/json", json=many)
        assert ("\x1b[32m" in on_terminal(scripted, 80, "ps", **env)) is coloured


@pytest.mark.parametrize("columns", WIDTHS)
def test_no_row_of_images_is_wider_than_the_terminal(scripted, columns):
    record = {
        "Id": "sha256:" + "d" * 64,
        "RepoTags": ["registry.example.com/team/shop:2.14.3-alpine", "a:1"],
        "RepoDigests": ["a@sha256:" + "0" * 64],
        "Created": 1_700_000_000,
        "Size": 1985472,
    }
    scripted.expect("GET", "/images/json", json=[record])
    shown = ESCAPE.sub("", on_terminal(scripted, columns, "images", "--digests"))
    assert len(shown.splitlines()) == 3
    assert max(map(width, shown.splitlines())) <= columns


def test_sizes_are_asked_for_only_where_they_are_shown(scripted):
    sized = ["ps -s", "ps --format {{.Size}}", "ps --format table\t{{.ID}}\t{{.Size}}"]
    bare = ["ps", "ps -q", "ps --format json", "ps -q --format {{.Size}}",
            "ps --size=false --format {{.Size}}", "ps --format {{.ID}}"]  # fmt: skip
    for line in sized:
        scripted.expect("GET", "/containers/json?size=1", json=[container(1)])
        assert scripted.dsock(*line.split(" ", 2)).returncode == 0
    for line in bare:
        scripted.expect("GET", "/containers/json", json=[container(1)])
        assert scripted.dsock(*line.split(" ")).returncode == 0


def test_a_bad_template_of_ps_is_refused_before_any_call(scripted):
    for template in ("{{", "{{.Nope}}", "table {{.Nope}}", "{{slice .ID 0 4}}"):
        done = scripted.dsock("ps", "--format", template)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("template parsing error: ")
    assert scripted.calls == []


def test_a_negated_filter_is_decided_here_and_the_limit_after_it(scripted):
    records = [
        container(1, State="exited", Labels={"a": ""}),
        container(2, State="exited"),
        container(3),
        container(4, State="paused"),
    ]
    left = [f"{number:064x}"[:12] for number in (3, 4)]
    scripted.expect("GET", "/containers/json?all=1", json=records)
    assert scripted.dsock("ps", "-q", "-f", "status!=exited").stdout.split() == left
    scripted.expect("GET", "/containers/json?all=1", json=records)
    assert scripted.dsock("ps", "-ql", "-f", "status!=exited").stdout.split() == left[:1]
    filters = '?filters={"name":{"shop":true}}'
    scripted.expect("GET", "/containers/json" + filters, json=records)
    done = scripted.dsock("ps", "-q", "-f", "label!=a", "-f", "name=shop")
    assert len(done.stdout.split()) == 3


def test_the_config_file_has_formats_for_both(scripted, tmp_path):
    (tmp_path / "config.json").write_text(
        '{"psFormat": "{{.Names}}!", "imagesFormat": "table {{.Tag}}"}'
    )
    env = {**scripted.env, "DOCKER_CONFIG": str(tmp_path)}
    scripted.expect("GET", "/containers/json", json=[container(1)], repeat=True)
    assert scripted.dsock("ps", env=env).stdout == "shop-web-1!\n"
    assert scripted.dsock("ps", "--format", "{{.State}}", env=env).stdout == "running\n"
    scripted.expect("GET", "/images/json", json=[{"Id": "x", "RepoTags": ["a:1"]}], repeat=True)
    assert scripted.dsock("images", env=env).stdout == "TAG\n1\n"
    assert scripted.dsock("images", "-q", env=env).stdout == "x\n"
