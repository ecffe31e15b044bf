"""TAB: the generated scripts in real shells, live names, and silence where there is no engine."""

from __future__ import annotations

import json
import socket
import time
from hashlib import sha256
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
    return [{"Names": [f"/{name}"], "Id": f"{i:x}" * 64} for i, name in enumerate(names, 10)]


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
        ("dsock ps --filter sta", "dsock ps --filter status="),
        ("dsock ps --filter=vol", "dsock ps --filter=volume="),
        ("dsock ps -f status=pau", "dsock ps -f status=paused"),
        ("dsock ps --filter=status=pau", "dsock ps --filter=status=paused"),
        ("dsock ps -f health!=un", "dsock ps -f health!=unhealthy"),
        ("dsock images -f dangling=t", "dsock images -f dangling=true"),
        ("dsock events --filter event=health", "dsock events --filter event=health_status"),
        ("dsock ps --context def", "dsock ps --context default"),
        ("dsock ps --columns name,hea", "dsock ps --columns name,health"),
        ("dsock ps --sort=exit", "dsock ps --sort=exit-code"),
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


def test_an_id_is_offered_only_where_no_name_begins_so(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=containers("a-1", "c-2"), repeat=True)
    assert tab(scripted, "dsock stop ") == ["a-1", "c-2"]
    assert tab(scripted, "dsock stop a") == ["a-1"]
    assert tab(scripted, "dsock stop b") == ["b" * 12]
    assert tab(scripted, "dsock stop bbb") == ["b" * 12]
    assert tab(scripted, "dsock stop d") == []


def test_a_context_of_the_configuration_is_offered_and_asked(scripted: Scripted) -> None:
    folder = scripted.path.parent / "elsewhere"
    for name, host in (("work", scripted.host), ("home", "unix:///nowhere")):
        meta = folder / "contexts" / "meta" / sha256(name.encode()).hexdigest() / "meta.json"
        meta.parent.mkdir(parents=True)
        meta.write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))
    (folder / "contexts" / "meta" / "broken").mkdir()
    (folder / "contexts" / "meta" / "broken" / "meta.json").write_text("[")
    at = f"dsock --config {folder}"
    assert tab(scripted, f"{at} -c ") == ["default", "home", "work"]
    assert tab(scripted, f"{at} ps --context w") == ["work"]
    scripted.expect("GET", "/containers/json", json=containers("web-5"), repeat=True)
    assert tab(scripted, f"{at} -c work stop ", DOCKER_HOST="unix:///nowhere") == ["web-5"]
    assert tab(scripted, f"{at} stop --context work ", DOCKER_HOST="unix:///nowhere") == ["web-5"]


@ANY_SHELL
def test_files_are_offered_where_a_file_is_wanted(
    shell: str, scripted: Scripted, tmp_path: Path
) -> None:
    (tmp_path / "settings.env").touch()
    line = f"dsock run --env-file {tmp_path}/set"
    assert after_tab(shell, line, scripted.env) == f"{line}tings.env"


@pytest.mark.parametrize("line", ["dsock stop --bogus ", "dsock stop -t x --all ", "dsock stop a "])
def test_a_line_that_is_wrong_so_far_is_completed_all_the_same(
    scripted: Scripted, line: str
) -> None:
    scripted.expect("GET", "/containers/json", json=containers("web-6"))
    assert tab(scripted, line) == ["web-6"]


def test_a_flag_with_a_wrong_value_makes_no_noise(scripted: Scripted) -> None:
    scripted.expect("GET", "/images/json", json=[{"RepoTags": ["busybox:latest"]}])
    assert tab(scripted, "dsock run --rm=x ") == ["busybox"]


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
