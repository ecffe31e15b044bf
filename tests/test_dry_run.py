"""--dry-run: a shell script that makes the calls of the command; the command itself makes none."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.scripted import Answer, Call, Scripted

ID = "4a" * 32
ANSWER = {"Id": ID, "Warnings": [], "Running": True, "Config": {}}
READS = {"GET", "HEAD"}

COMMANDS = [
    ["create", "--name", "web", "busybox", "echo", "it's $HOME"],
    ["run", "-d", "--name", "web", "-p", "80:80", "busybox"],
    ["start", "web"],
    ["start", "web", "db"],
    ["stop", "-t", "3", "web"],
    ["restart", "web"],
    ["kill", "-s", "HUP", "web"],
    ["rm", "-f", "-v", "web", "db"],
    ["rename", "web", "db"],
    ["pause", "web"],
    ["unpause", "web"],
    ["pull", "busybox"],
    ["exec", "-d", "web", "ls"],
    ["network", "create", "--subnet", "10.0.0.0/24", "back"],
    ["network", "connect", "--ip", "10.0.0.5", "back", "web"],
    ["network", "disconnect", "-f", "back", "web"],
    ["network", "rm", "back", "front"],
    ["volume", "rm", "-f", "data"],
]


def recorder(engine: Scripted) -> Scripted:
    """An engine that says yes to everything."""
    engine.anything = Answer(json=ANSWER)
    return engine


def changes(calls: list[Call]) -> list[tuple[str, str, bytes]]:
    return [(c.method, c.target, c.body) for c in calls if c.method not in READS]


def in_a_shell(
    script: str, engine: Scripted, shell: str = "sh"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shell], input=script, capture_output=True, text=True, check=False, env=engine.env
    )


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_the_script_makes_the_calls_that_the_command_makes(
    scripted: Scripted, argv: list[str]
) -> None:
    engine = recorder(scripted)
    assert engine.dsock(*argv).returncode == 0
    made = changes(engine.calls)
    engine.calls.clear()
    dry = engine.dsock("--dry-run", *argv)
    assert (dry.returncode, dry.stderr) == (0, "")
    assert changes(engine.calls) == []
    assert dry.stdout.startswith("#!/bin/sh\nset -eu\n")
    engine.calls.clear()
    done = in_a_shell(dry.stdout, engine)
    # An image is pulled with its progress on stderr.
    progress = f"{json.dumps(ANSWER)}\n" * dry.stdout.count(" >&2\n")
    assert (done.returncode, done.stderr) == (0, progress)
    assert sorted(changes(engine.calls)) == sorted(made)  # of several targets at once


@pytest.mark.parametrize("argv", [["--dry-run", "start", "web"], ["start", "web", "--dry-run"]])
def test_it_may_stand_before_and_after_the_command(scripted: Scripted, argv: list[str]) -> None:
    assert scripted.dsock(*argv).stdout == (
        "#!/bin/sh\nset -eu\n"
        f"curl -sS --fail-with-body --unix-socket {scripted.path}"
        " -X POST http://localhost/v1.41/containers/web/start\n"
    )


def test_what_only_reads_is_asked_and_printed(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json?all=1", json=[])
    done = scripted.dsock("--dry-run", "ps", "-a")
    [call] = done.stdout.splitlines()[2:]
    assert call.startswith("curl ")
    assert call.endswith(" 'http://localhost/v1.41/containers/json?all=1'")


def test_streams_are_printed_and_not_opened(scripted: Scripted) -> None:
    done = scripted.dsock("--dry-run", "events")
    assert done.returncode == 0
    assert "curl -sSN " in done.stdout
    assert scripted.calls == []


def test_with_curl_the_lines_are_on_both_streams(scripted: Scripted) -> None:
    done = scripted.dsock("--dry-run", "--curl", "start", "web")
    [line] = done.stderr.splitlines()
    assert line.replace("curl -sS", "curl -sS --fail-with-body") in done.stdout


def test_the_id_of_create_is_passed_on_and_printed(scripted: Scripted) -> None:
    engine = recorder(scripted)
    script = engine.dsock("--dry-run", "run", "-d", "busybox").stdout
    engine.calls.clear()
    done = in_a_shell(script, engine)
    assert ID in done.stdout.splitlines()
    assert engine.names[-1] == f"POST /containers/{ID}/start"


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_a_script_ends_where_a_call_fails(scripted: Scripted, shell: str) -> None:
    engine = recorder(scripted)
    script = engine.dsock("--dry-run", "run", "-d", "busybox").stdout
    engine.calls.clear()
    engine.anything = Answer(status=409, json={"message": "the name is taken"})
    done = in_a_shell(script, engine, shell)
    assert done.returncode != 0
    assert "the engine answered no Id" in done.stderr
    assert engine.names == ["POST /containers/create"]


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_a_script_goes_on_past_a_target_that_fails(scripted: Scripted, shell: str) -> None:
    engine = recorder(scripted)
    script = engine.dsock("--dry-run", "rm", "gone", "web").stdout
    engine.calls.clear()
    engine.expect("DELETE", "/containers/gone", status=404, json={"message": "no such container"})
    done = in_a_shell(script, engine, shell)
    assert done.returncode == 1
    assert engine.names == ["DELETE /containers/gone", "DELETE /containers/web"]


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_a_script_that_fails_leaves_no_call_behind(scripted: Scripted, shell: str) -> None:
    engine = recorder(scripted)
    script = engine.dsock("--dry-run", "run", "busybox").stdout
    left: list[bytes] = []
    engine.expect("POST", f"/containers/{ID}/wait?condition=next-exit", status=None, cut=True)
    attach = engine.expect(
        "POST",
        f"/containers/{ID}/attach?stream=1&stdout=1&stderr=1",
        upgrade=lambda stream: left.append(stream.read_all()),  # it ends when the client leaves
    )
    engine.expect("POST", f"/containers/{ID}/start", status=404, json={"message": "no such file"})
    engine.calls.clear()
    done = in_a_shell(script, engine, shell)
    assert done.returncode != 0
    assert "no such file" in done.stdout
    assert attach.done.wait(10)
    assert left == [b""]


def test_an_error_before_any_call_prints_no_script(scripted: Scripted) -> None:
    done = scripted.dsock("--dry-run", "create", "Not A Reference!")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr


def test_a_secret_is_a_variable_that_must_be_set(scripted: Scripted) -> None:
    engine = recorder(scripted)
    script = engine.dsock("--dry-run", "create", "-e", "DB_PASSWORD=hunter2", "busybox").stdout
    assert "hunter2" not in script
    engine.calls.clear()
    done = in_a_shell(script, engine)
    assert done.returncode != 0
    assert "DB_PASSWORD" in done.stderr
    assert engine.calls == []
    done = in_a_shell(f"DB_PASSWORD=other\n{script}", engine)
    assert done.returncode == 0
    assert engine.calls[0].json["Env"] == ["DB_PASSWORD=other"]
