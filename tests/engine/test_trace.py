"""`dsock trace` around docker's own command line and others, on a real engine."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import engines
from tests.engine.live import Done, LiveEngine

DOCKER = engines.docker_cli()
TRACE = [sys.executable, "-m", "dsock", "trace"]


@pytest.fixture
def name(engine: LiveEngine) -> Iterator[str]:
    made = f"trace-{uuid.uuid4().hex[:8]}"
    yield made
    engine.docker("rm", "-fv", made)


def calls(done: Done) -> list[tuple[str, str]]:
    """(method, path without version and query) of the lines on stderr."""
    found = []
    for line in done.stderr.splitlines():
        words = line.split()
        if len(words) > 4 and words[1].isdigit() and "open" not in words:
            path = words[-1].partition("?")[0]
            found.append((words[2], path.removeprefix("/v1.41")))
    return found


def test_every_call_of_a_command_is_told_and_its_output_is_its_own(engine: LiveEngine) -> None:
    done = engine.dsock("trace", "--", DOCKER, "ps", "-a", "--format", "json")
    direct = engine.docker("ps", "-a", "--format", "json")
    assert (done.stdout, done.returncode) == (direct.stdout, 0)
    assert calls(done) == [("HEAD", "/_ping"), ("GET", "/containers/json")]


def test_the_exit_code_and_the_streams_of_a_container_come_through(
    engine: LiveEngine, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    done = engine.dsock(
        "trace", "-v", "-o", str(log), "--", DOCKER, "run", "-i", "--rm", "busybox", "sh", "-c",
        "cat; echo no >&2; exit 4", input="typed\n",
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("typed\n", "no\n", 4)
    told = log.read_text()
    assert "> stdin typed" in told and "< stdout typed" in told and "< stderr no" in told
    assert '"StatusCode": 4' in told
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_printed_curl_gives_the_same_answer(engine: LiveEngine, name: str) -> None:
    label = 'it\'s "$HOME" `id` \n ü'
    engine.docker("create", "--name", name, "--label", f"a={label}", "busybox")
    done = engine.dsock("--curl", "trace", "--", DOCKER, "inspect", name)
    [line] = [row for row in done.stderr.splitlines() if f"/containers/{name}/json" in row
              and row.startswith("  curl")]  # fmt: skip
    again = engine.run(["sh", "-c", line])
    assert json.loads(again.stdout)["Id"] == json.loads(done.stdout)[0]["Id"]
    made = engine.dsock(
        "--curl", "trace", "--", DOCKER, "create", "--label", f"a={label}", "busybox"
    )
    [line] = [row for row in made.stderr.splitlines() if "create'" in row or ("/create" in row
              and row.startswith("  curl"))]  # fmt: skip
    twin = json.loads(engine.run(["sh", "-c", line]).stdout)["Id"]
    found = json.loads(engine.docker("inspect", twin).stdout)[0]
    assert found["Config"]["Labels"] == {"a": label}
    engine.docker("rm", twin, made.stdout.strip())


def test_saved_calls_are_shown_again_and_read_by_others(engine: LiveEngine, tmp_path: Path) -> None:
    saved, har = tmp_path / "calls", tmp_path / "calls.har"
    argv = ["--save", str(saved), "--har", str(har), "--", DOCKER, "images", "-q"]
    done = engine.dsock("trace", *argv)
    shown = engine.dsock("trace", "show", str(saved))
    assert shown.stdout == done.stderr
    with_curl = engine.dsock("trace", "show", str(saved), "--curl")
    assert with_curl.stdout.count("curl -sS") == len(shown.stdout.splitlines())
    entries = json.loads(har.read_text())["log"]["entries"]
    assert [entry["request"]["method"] for entry in entries] == ["HEAD", "GET"]
    assert json.loads(entries[1]["response"]["content"]["text"])[0]["RepoTags"]
    for message, fields in (
        ("request", "method url httpVersion cookies headers queryString headersSize bodySize"),
        (
            "response",
            "status statusText httpVersion cookies headers content redirectURL"
            " headersSize bodySize",
        ),
    ):
        assert all(set(fields.split()) <= set(entry[message]) for entry in entries)
    assert {"startedDateTime", "time", "cache", "timings"} <= set(entries[0])
    assert {path.stat().st_mode & 0o777 for path in (saved, har)} == {0o600}
    broken = engine.dsock("trace", "show", __file__)
    assert broken.returncode == 1 and "not a saved call" in broken.stderr


def test_a_build_is_made_again_by_the_printed_curl(engine: LiveEngine, tmp_path: Path) -> None:
    context, saved = tmp_path / "context", tmp_path / "it's calls"
    context.mkdir()
    (context / "Dockerfile").write_text('FROM busybox\nCOPY . /x/\nCMD ["it\'s"]\n')
    env = {**engine.env, "DOCKER_BUILDKIT": "0"}
    line = ["--save", str(saved), "--", DOCKER, "build", "-q", "--label", "a='$x", str(context)]
    done = engine.dsock("--curl", "trace", *line, env=env)
    image = done.stdout.strip()
    shown = engine.dsock("--curl", "trace", "show", str(saved)).stdout
    [curl] = [row for row in shown.splitlines() if row.startswith("  curl") and "/build" in row]
    assert curl in done.stderr.splitlines()
    again = engine.run(["sh", "-c", curl])
    assert json.loads(again.stdout.splitlines()[0])["stream"].strip() == image, again.stderr
    assert Path(f"{saved}.body-2").stat().st_mode & 0o777 == 0o600
    engine.docker("rmi", image)


def test_secrets_are_left_out_unless_they_are_asked_for(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    save, har = tmp_path / "calls", tmp_path / "har"
    line = [DOCKER, "create", "--name", name, "-e", "DB_PASSWORD=hunter2", "busybox"]
    done = engine.dsock("--curl", "trace", "-v", "--save", str(save), "--", *line)
    assert done.returncode == 0
    assert "hunter2" not in done.stderr + save.read_text()
    assert "DB_PASSWORD" in save.read_text()
    assert "hunter2" in engine.docker("inspect", name).stdout  # the engine got it
    login = [DOCKER, "login", "-u", "me", "--password-stdin", "localhost:1"]
    flags = ["-v", "--save", str(save), "--har", str(har)]
    done = engine.dsock("--curl", "trace", *flags, "--", *login, input="hunter2")
    assert "/auth" in done.stderr
    assert "hunter2" not in done.stderr + save.read_text() + har.read_text()
    done = engine.dsock("trace", "-v", "--no-redact", "--", DOCKER, "inspect", name)
    assert "hunter2" in done.stderr


def test_others_come_to_a_socket_that_listens(engine: LiveEngine, tmp_path: Path) -> None:
    path = tmp_path / "traced.sock"
    with subprocess.Popen(
        [*TRACE, "--listen", str(path)], stderr=subprocess.PIPE, text=True, env=engine.env
    ) as trace:
        assert trace.stderr is not None
        assert trace.stderr.readline() == f"DOCKER_HOST=unix://{path}\n"
        assert path.stat().st_mode & 0o777 == 0o600
        answer = engine.run(
            ["curl", "-s", "--unix-socket", str(path), "http://localhost/_ping"]
        ).stdout
        assert answer == "OK"
        assert trace.stderr.readline().split()[-1] == "/_ping"
        second = engine.dsock("trace", "--listen", str(path))
        assert second.returncode == 1 and "somebody listens" in second.stderr
        trace.send_signal(signal.SIGTERM)
        assert trace.wait(30) == 0
    assert not path.exists()


def test_fifty_clients_at_once_get_their_answers(engine: LiveEngine, tmp_path: Path) -> None:
    script = (
        "for i in $(seq 50); do"
        " curl -s --unix-socket ${DOCKER_HOST#unix://} http://localhost/version & done"
        " | grep -c Api;"
        " wait"
    )
    done = engine.dsock("trace", "-o", str(tmp_path / "log"), "--", "sh", "-c", script)
    assert done.stdout.strip() == "50", done.stderr
    assert len((tmp_path / "log").read_text().splitlines()) == 50


def test_a_terminal_is_the_commands_and_an_interrupt_reaches_it_once(
    engine: LiveEngine, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    # A shell may miss a signal just before it reads, so it reads again.
    count = "trap 'echo int' INT; tty; until read -t 1 x; do :; done; exit 7"
    pid, terminal = pty.fork()
    if pid == 0:
        line = [*TRACE, "-o", str(log), "--", DOCKER, "run", "-it", "--rm", "busybox", "sh", "-c"]
        os.execvpe(line[0], [*line, count], engine.env)
    seen = b""
    while b"/dev/pts/" not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, b"\x03")
    while b"int" not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, b"\n")
    status = os.waitpid(pid, 0)[1]
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 7
    assert seen.count(b"int\r\n") == 1
    assert "/attach" in log.read_text()


def test_a_killed_trace_leaves_no_socket_that_answers(engine: LiveEngine) -> None:
    script = 'echo "$DOCKER_HOST"; exec sleep 100'
    argv = [*TRACE, "--", "sh", "-c", script]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=engine.env) as trace:
        assert trace.stdout is not None
        path = Path(trace.stdout.readline().strip().removeprefix("unix://"))
        assert path.is_socket()
        trace.terminate()
        assert trace.wait(30) == 128 + signal.SIGTERM
    assert not path.parent.exists()


def test_a_context_is_set_aside_and_another_host_is_noted(engine: LiveEngine) -> None:
    env = {**engine.env, "DOCKER_TLS_VERIFY": ""}
    env["DOCKER_CONTEXT"] = "default"
    done = engine.dsock("--host", engine.host, "trace", "--", DOCKER, "version", env=env)
    assert "DOCKER_CONTEXT unset" in done.stderr and ("GET", "/version") in calls(done)
    done = engine.dsock("trace", "--", DOCKER, "--debug", f"-H={engine.host}", "version")
    assert "past this trace" in done.stderr and calls(done) == []
    done = engine.dsock("trace", "--", "curl", "-s", "-H", "a: b", "--version")
    assert "past this trace" not in done.stderr


@pytest.mark.parametrize("line", [[], ["--listen", "/run/x.sock", "--", "true"], ["--", "/nosuch"]])
def test_a_wrong_line_is_refused(engine: LiveEngine, line: list[str]) -> None:
    done = engine.dsock("trace", *line)
    assert done.returncode in (1, 127) and len(done.stderr.splitlines()) <= 2
