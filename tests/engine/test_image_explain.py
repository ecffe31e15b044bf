"""image explain on real engines, whose archives are laid out in three ways."""

from __future__ import annotations

import json

import pytest

from tests.engine import samples
from tests.engine.live import LiveEngine
from tests.screen import Terminal
from tests.scripted import DSOCK

NAME = "dsock-test-explain"
SHOWN = """\
8.64kB in 2 layers, 2 files; 3.6kB wasted (41.7%)

LAYER     SIZE      SHARE     WASTED    CONTENT
1         3.6kB     42%       3.6kB     dsock sandbox
          3kB                             + /etc/gone
          600B                            + /etc/motd
2         5.04kB    58%                 dsock sandbox
          5kB                             + /srv/big
          -3kB                            - /etc/gone
          40B                             ~ /etc/motd

WASTED    LAYER     HIDDEN BY   PATH
3kB       1         2           - /etc/gone
600B      1         2           ~ /etc/motd
"""


@pytest.fixture
def explained(any_engine: LiveEngine):
    samples.load(any_engine, NAME)
    yield any_engine
    samples.remove(any_engine, [NAME])


def test_every_engine_says_the_same_of_the_same_image(explained):
    done = explained.dsock("image", "explain", NAME)
    assert (done.returncode, done.stderr) == (0, "")
    first, _, rest = done.stdout.partition("\n")
    identity = explained.docker("inspect", "-f", "{{.Id}}", NAME).stdout
    assert first.split() == [NAME, identity.strip().removeprefix("sha256:")[:12]]
    assert rest == SHOWN
    told = json.loads(explained.dsock("image", "explain", "--format", "json", NAME).stdout)
    assert (told["Id"], told["Wasted"]) == (identity.strip(), 3600)
    assert [layer["Size"] for layer in told["Layers"]] == [3600, 5040]


def test_what_a_container_changed_is_what_explain_says(any_engine: LiveEngine):
    engine, name = any_engine, f"{NAME}-made"
    script = "rm -r /root; echo hello >/etc/new; mkdir /deep; echo more >/deep/er"
    try:
        engine.docker("run", "--name", name, "busybox", "sh", "-c", script)
        done = engine.docker("commit", "-c", "CMD x", name, name)
        assert done.returncode == 0, done.stderr
        shown = json.loads(engine.dsock("image", "explain", "--format=json", name).stdout)
        top = [layer for layer in shown["Layers"] if layer["Layer"]][-1]
        did = {(change["Path"], change["Change"], change["Size"]) for change in top["Biggest"]}
        assert {("/etc/new", "added", 6), ("/deep/er", "added", 5), ("/root", "deleted", 0)} <= did
    finally:
        engine.docker("rm", "-f", name)
        samples.remove(engine, [name])


def test_an_image_that_is_not_there_and_flags_that_say_nothing(engine):
    for argv, code, said in (
        (["nosuch"], 1, "No such image: nosuch:latest"),
        (["--format", "yaml", "busybox"], 125, "'yaml' is no format of explain"),
        (["-n", "x", "busybox"], 125, "'x' is not a whole number"),
        (["--platform", "linux/amd64", "busybox"], 1, "requires API version 1.49"),
    ):
        done = engine.dsock("image", "explain", *argv)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr


def test_a_dry_run_shows_the_calls(engine):
    done = engine.dsock("--dry-run", "image", "explain", "busybox")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("localhost")[1][:19] for line in done.stdout.splitlines()[2:]] == [
        "/v1.41/images/busyb",
        "/v1.41/images/get?n",
    ]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_of_any_width_has_a_line_for_each(engine, columns):
    samples.load(engine, NAME)
    terminal = Terminal([*DSOCK, "image", "explain", NAME], engine.env, columns=columns)
    try:
        shown = terminal.until(r"(?s)PATH.*~ /etc/motd$").splitlines()
        assert terminal.ends() == 0
        assert [line.split()[-1] for line in shown if "/" in line] == [
            "/etc/gone", "/etc/motd", "/srv/big", "/etc/gone", "/etc/motd", "/etc/gone",
            "/etc/motd",
        ]  # fmt: skip
        assert max(map(len, shown)) <= columns
        assert "█████" in terminal.screen.text()
    finally:
        terminal.close()
        samples.remove(engine, [NAME])
