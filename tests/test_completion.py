"""TAB: the generated scripts in real shells, live names, and silence where there is no engine."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from dsock.commands.completion import SCRIPTS
from tests.scripted import Scripted
from tests.shells import COMPLETIONS, after_tab

FILES = {"bash": "dsock.bash", "zsh": "_dsock", "fish": "dsock.fish"}
STOPPED = '/containers/json?filters={"status":["created","exited"]}'
ANY_SHELL = pytest.mark.parametrize("shell", SCRIPTS)


def containers(*names: str) -> list[dict[str, Any]]:
    return [{"Names": [f"/{name}"]} for name in names]


@ANY_SHELL
def test_the_committed_script_is_fresh(shell: str, scripted: Scripted) -> None:
    """Where this fails: `dsock completion SHELL` > the file."""
    committed = (COMPLETIONS / FILES[shell]).read_text()
    assert scripted.dsock("completion", shell).stdout == committed


@ANY_SHELL
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("dsock rest", "dsock restart"),
        ("dsock --curl container unp", "dsock --curl container unpause"),
        ("dsock ps --no-t", "dsock ps --no-trunc"),
        ("dsock --dry", "dsock --dry-run"),
        ("dsock kill --signal SIGW", "dsock kill --signal SIGWINCH"),
        ("dsock kill --signal=sigw", "dsock kill --signal=SIGWINCH"),
        ("dsock completion fi", "dsock completion fish"),
    ],
)
def test_names_and_flags_are_completed(
    shell: str, line: str, completed: str, scripted: Scripted
) -> None:
    assert after_tab(shell, line, scripted.env) == completed


@ANY_SHELL
def test_stop_is_offered_what_runs(shell: str, scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=containers("db", "web-1"), repeat=True)
    assert after_tab(shell, "dsock stop w", scripted.env) == "dsock stop web-1"


@ANY_SHELL
def test_start_is_offered_what_does_not_run(shell: str, scripted: Scripted) -> None:
    scripted.expect("GET", STOPPED, json=containers("db", "web-2"), repeat=True)
    assert after_tab(shell, "dsock start -a w", scripted.env) == "dsock start -a web-2"


@ANY_SHELL
def test_rm_is_offered_all_containers(shell: str, scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json?all=1", json=containers("web-3"), repeat=True)
    assert after_tab(shell, "dsock rm -f x w", scripted.env) == "dsock rm -f x web-3"


@ANY_SHELL
def test_run_is_offered_images_with_their_tags(shell: str, scripted: Scripted) -> None:
    tags = [["nginx:1.26", "nginx:1.27"], None, ["busybox:latest"], ["<none>:<none>"]]
    found = [{"RepoTags": some} for some in tags]
    scripted.expect("GET", "/images/json", json=found, repeat=True)
    line = "dsock run -it -e A=B"
    assert after_tab(shell, f"{line} bus", scripted.env) == f"{line} busybox"
    assert after_tab(shell, f"{line} nginx:1.2", scripted.env) == f"{line} nginx:1.2"
    assert after_tab(shell, f"{line} nginx:1.27", scripted.env) == f"{line} nginx:1.27"
    assert after_tab(shell, "dsock run --rm busybox:la", scripted.env) == (
        "dsock run --rm busybox:latest"
    )


@ANY_SHELL
def test_the_engine_of_the_line_is_asked(shell: str, scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=containers("web-4"), repeat=True)
    env = {**scripted.env, "DOCKER_HOST": "unix:///nowhere/d.sock"}
    line = f"dsock -H {scripted.path} stop w"
    assert after_tab(shell, line, env) == f"{line}eb-4"


def test_inspect_is_offered_objects_of_all_kinds(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json?all=1", json=containers("a-1"))
    scripted.expect("GET", "/images/json", json=[{"RepoTags": ["a-2:latest", "b:1"]}])
    scripted.expect("GET", "/networks", json=[{"Name": "a-3"}])
    scripted.expect("GET", "/volumes", json={"Volumes": None})
    assert tab(scripted, "dsock inspect a") == ["a-1", "a-2", "a-3"]


def test_names_that_are_not_printable_are_not_offered(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=containers("a\x1b[2J", "b\nplain,c", "d"))
    assert tab(scripted, "dsock stop ") == ["d"]


def tab(engine: Scripted, line: str, **env: str) -> list[str]:
    """What dsock offers to bash for a line; it must be silent otherwise."""
    at = str(len(line.split()) - (not line.endswith(" ")))
    asked = {"_DSOCK_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": at}
    done = engine.dsock(env={**asked, **env})
    assert (done.returncode, done.stderr) == (0, "")
    return [row.removeprefix("plain,") for row in done.stdout.splitlines() if row]


@pytest.mark.parametrize(
    "host", ["unix:///nowhere/d.sock", "unix:///", "ssh://box", "tcp://127.0.0.1:1", "?://"]
)
def test_without_an_engine_there_are_no_names_and_no_noise(scripted: Scripted, host: str) -> None:
    assert tab(scripted, "dsock stop ", DOCKER_HOST=host) == []


def test_what_an_engine_may_answer_makes_no_noise(scripted: Scripted) -> None:
    (scripted.path.parent / "config.json").write_text("{")
    scripted.expect("GET", "/containers/json", status=500, json={"message": "no"})
    scripted.expect("GET", "/containers/json", json={"not": "a list"})
    scripted.expect("GET", "/containers/json", raw=b"SSH-2.0-x\r\n")
    scripted.expect("GET", "/containers/json", json=[], cut=True)
    for _ in range(4):
        assert tab(scripted, "dsock stop ") == []


@ANY_SHELL
def test_an_engine_that_hangs_does_not_hold_the_shell(
    shell: str, scripted: Scripted, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        path = scripted.path.with_name("silent.sock")
        silent.bind(str(path))
        silent.listen()
        env = {**scripted.env, "DOCKER_HOST": f"unix://{path}"}
        begin = time.monotonic()
        assert after_tab(shell, "dsock inspect w", env) == "dsock inspect w"
        assert time.monotonic() - begin < 6  # the engine's own limits are longer
