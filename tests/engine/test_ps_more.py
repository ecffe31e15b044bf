"""`ps` beyond docker's on real engines and on a terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import yaml

from tests.screen import Terminal

HERE = "dsock-test-more"
# So that nobody has to wait for a container that takes no signal.
QUICK = ("--stop-signal", "KILL")
SHOP = ("-l", "com.docker.compose.project=dsock-shop", "-l", "com.docker.compose.service=web")
MINE = ("-a", "--filter", f"name=^{HERE}")


@pytest.fixture
def three(any_engine):
    """An engine with a container that runs, one that has failed, one that never began."""
    names = [f"{HERE}-{end}" for end in ("run", "job", "new")]
    any_engine.docker("rm", "-f", *names)
    any_engine.docker("run", "-d", "--name", names[0], *SHOP, *QUICK, "busybox", "sleep", "1000")
    any_engine.docker("run", "--name", names[1], "-l", "x=y", "busybox", "sh", "-c", "exit 3")
    any_engine.docker("create", "--name", names[2], *SHOP, "busybox", "true")
    yield any_engine
    any_engine.docker("rm", "-f", *names)


def test_typed_output_tells_the_truth_on_every_engine(three):
    wanted = "name,state,exit-code,ip,project,service,restarts,reason,label:x,created"
    done = three.dsock("ps", *MINE, "-o", "json", "--columns", wanted, "--sort", "name")
    job, new, run = json.loads(done.stdout)
    assert (job["name"], job["exit-code"], job["reason"]) == (f"{HERE}-job", 3, "exit code 3")
    assert (job["label:x"], job["project"], new["project"]) == ("y", None, "dsock-shop")
    assert (run["state"], run["restarts"], run["exit-code"]) == ("running", 0, None)
    (addresses,) = run["ip"].values()
    found = three.docker("inspect", f"{HERE}-run").stdout
    (end,) = json.loads(found)[0]["NetworkSettings"]["Networks"].values()
    assert addresses == [end["IPAddress"]]
    as_yaml = three.dsock("ps", *MINE, "-o", "yaml", "--columns", wanted, "--sort", "name")
    assert yaml.safe_load(as_yaml.stdout) == [job, new, run]

    shown = three.dsock("ps", *MINE, "--group-by", "project", "--columns", "name,service",
                        "--sort", "name").stdout  # fmt: skip
    assert [line.split() for line in shown.splitlines()] == [
        ["PROJECT", "NAMES", "SERVICE"], ["dsock-shop", f"{HERE}-new", "web"],
        ["dsock-shop", f"{HERE}-run", "web"], [f"{HERE}-job"],
    ]  # fmt: skip
    blocks = three.dsock("ps", *MINE, "-x").stdout
    assert re.search(rf"\n  ip +{addresses[0]} \(", blocks)
    assert re.search(r"\n  reason +exit code 3\n", blocks)


@pytest.fixture
def held(engine):
    name = f"{HERE}-held"
    engine.docker("run", "-d", "--name", name, *SHOP, *QUICK, "busybox", "sleep", "1000")
    yield name
    engine.docker("rm", "-f", name, f"{HERE}-late")


@contextmanager
def terminal(engine, *argv: str, **env: str) -> Iterator[Terminal]:
    shown = Terminal([sys.executable, "-m", "dsock", *argv], {**engine.env, **env})
    with closing(shown):
        yield shown


def test_watch_shows_changes_and_leaves_the_terminal_as_it_was(engine, held):
    with terminal(engine, "ps", "--watch", "--group-by", "project", *MINE) as shown:
        text = shown.until(f"dsock-shop.*\n.*{held}")
        assert "1 of 1 running" in text
        engine.docker("run", "-d", "--name", f"{HERE}-late", "busybox", "sleep", "1000")
        shown.until(f"no project.*\n.*{HERE}-late")
        engine.docker("stop", "-t", "0", held)
        shown.until(r"dsock-shop +0 of 1 running\n.*Exited \(137\)")
        shown.type("\x03")
        assert shown.ends() == 130


def test_the_columns_in_dockers_config_are_for_a_terminal_only(engine, held, tmp_path):
    own = {"psColumns": "name,service,label:com.docker.compose.project", "psSort": "-name"}
    (tmp_path / "config.json").write_text(json.dumps({"plugins": {"dsock": own}}))
    with terminal(engine, "ps", *MINE, DOCKER_CONFIG=str(tmp_path)) as shown:
        assert shown.ends() == 0
        head, row = shown.screen.text().splitlines()
    assert (head.split(), row.split()) == (
        ["NAMES", "SERVICE", "PROJECT"], [held, "web", "dsock-shop"],
    )  # fmt: skip
    on_pipe = engine.dsock("ps", *MINE, env={**engine.env, "DOCKER_CONFIG": str(tmp_path)})
    assert on_pipe.stdout.startswith("CONTAINER ID   IMAGE")


NETWORK = {
    "label!=x": True,
    "label!=dsock-more": False,
    f"name!=^{HERE}": False,
    "type!=builtin": True,
}
VOLUME = {"label!=dsock-more=1": False, "driver!=local": False, "dangling!=false": True,
          "dangling!=true": False}  # fmt: skip


@pytest.mark.parametrize(("noun", "table"), [("network", NETWORK), ("volume", VOLUME)])
def test_what_is_not_wanted_is_left_out_of_networks_and_volumes(any_engine, noun, table):
    name = f"{HERE}-{noun}"
    any_engine.docker(noun, "create", "--label", "dsock-more=1", name)
    try:
        found = {}
        for text in table:
            done = any_engine.dsock(noun, "ls", "--filter", text, "--format", "{{.Name}}")
            assert (done.returncode, done.stderr) == (0, "")
            found[text] = name in done.stdout.split()
        assert found == table
    finally:
        any_engine.docker(noun, "rm", name)


@pytest.mark.parametrize("noun", ["container", "image", "network", "volume"])
def test_a_key_that_nobody_knows_is_refused(engine, noun):
    for text in ("nosuch!=x", "nosuch=x"):
        done = engine.dsock(noun, "ls", "--filter", text)
        assert (done.returncode, done.stdout) == (1, "")
        assert "invalid filter" in done.stderr.lower()
