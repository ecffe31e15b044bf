"""`dsock run` on real engines: streams, exit codes, signals; beside docker's own."""

from __future__ import annotations

import hashlib
import json
import shlex
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest

from tests.engine import flood
from tests.engine.live import LiveEngine

SECONDS = 60
DSOCK = [sys.executable, "-m", "dsock"]


@pytest.fixture
def name(any_engine: LiveEngine) -> Iterator[str]:
    """A name that no other test uses; its container is removed afterwards."""
    name = f"run-{uuid.uuid4().hex[:8]}"
    yield name
    any_engine.docker("rm", "-f", name)


@pytest.fixture
def here(engine: LiveEngine) -> Iterator[str]:
    """The same on Docker 20.10 alone."""
    name = f"run-{uuid.uuid4().hex[:8]}"
    yield name
    engine.docker("rm", "-f", name)


SAME = [
    "run --rm busybox echo hi",
    "run --rm busybox sh -c 'echo out; echo err >&2; exit 3'",
    "run --rm -t busybox sh -c 'echo out; echo err >&2; exit 3'",
    "run --rm -a stdout busybox sh -c 'echo out; echo err >&2; exit 3'",
    "run --rm -a stderr busybox sh -c 'echo out; echo err >&2; exit 3'",
    "run --rm -a STDOUT -a stderr busybox sh -c 'echo out; echo err >&2'",
    "run --rm -a stdin busybox sh -c 'exit 3'",
    "run --rm -i -a stdin busybox cat",
    "run --rm -i -a stdout busybox cat",
    "run --rm -i busybox cat",
    "run --rm -i busybox sh -c 'exit 3'",
    "run --rm busybox cat",
    "run --rm -d -a stdout busybox true",
    "run --rm -a bogus busybox true",
    "run --rm -d=false busybox echo hi",
    "run --rm -it busybox true",
    "run --rm --init busybox sh -c 'kill -9 $$'",
    "run --rm --init busybox sh -c 'kill -TERM $$'",
    "run --rm busybox nosuch",
    "run --rm busybox /etc",
    "run --rm busybox /etc/passwd",
    "run --rm --entrypoint nosuch busybox",
    "run --rm -w /etc/passwd busybox true",
    "run --rm -u nosuch busybox true",
    "run --rm --network nosuch busybox true",
    "run --rm -v /:/x:bogus busybox true",
    "run --rm --restart always busybox true",
    "run --rm --detach-keys bogus busybox true",
    "run --rm busybox sh -c 'echo $0 $*' -d --rm -- x",
    "run --rm -- busybox echo hi",
    "run --rm busybox -- echo hi",
    "run --rm --sig-proxy=false busybox echo hi",
    "run --rm --sig-proxy=maybe busybox echo hi",
    "run",
    "run --rm",
    "run --nosuch busybox",
    "run --rm nosuch/image:1",
    "run --rm --pull never nosuch:1 true",
    "run --rm Busybox true",
]


@pytest.mark.parametrize("line", SAME)
def test_run_is_as_dockers(engine: LiveEngine, line: str) -> None:
    docker, dsock = (
        run(*shlex.split(line), input="typed\n") for run in (engine.docker, engine.dsock)
    )
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    if docker.returncode == 0:
        assert dsock.stderr == docker.stderr
    else:
        assert bool(dsock.stderr) == bool(docker.stderr), dsock.stderr


def test_a_quick_container_loses_no_output(any_engine: LiveEngine) -> None:
    for _ in range(10):
        done = any_engine.dsock("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2")
        assert (done.returncode, done.stdout, done.stderr) == (0, "out\n", "err\n")


def test_many_quick_containers_lose_no_output(engine: LiveEngine) -> None:
    for number in range(30):
        done = engine.dsock("run", "--rm", "busybox", "echo", str(number))
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{number}\n", "")


def test_run_rm_leaves_nothing(any_engine: LiveEngine, name: str) -> None:
    assert any_engine.dsock("run", "--rm", "--name", name, "busybox", "true").returncode == 0
    assert any_engine.docker("inspect", name).returncode == 1


def test_a_container_that_does_not_start_stays(engine: LiveEngine, here: str) -> None:
    done = engine.dsock("run", "--name", here, "busybox", "nosuch")
    assert done.returncode == 127
    assert "executable file not found" in done.stderr
    state = engine.docker("inspect", "-f", "{{.State.Status}}", here)
    assert state.stdout == "created\n"


def test_run_detached_prints_the_id_alone(any_engine: LiveEngine, name: str) -> None:
    done = any_engine.dsock("run", "-d", "--name", name, "busybox", "sleep", "1000")
    found = json.loads(any_engine.docker("inspect", name).stdout)[0]
    assert (done.returncode, done.stdout, done.stderr) == (0, found["Id"] + "\n", "")
    assert found["State"]["Running"]


def test_run_passes_its_input_on_and_ends_with_it(any_engine: LiveEngine) -> None:
    done = any_engine.dsock("run", "--rm", "-i", "busybox", "sha256sum", input="x" * 1_000_000)
    assert done.stdout == hashlib.sha256(b"x" * 1_000_000).hexdigest() + "  -\n"


def test_run_leaves_input_that_nobody_reads(engine: LiveEngine) -> None:
    script = "yes | \"$0\" -m dsock run --rm -i busybox sh -c 'head -n 1; exit 4'"
    done = engine.run(["sh", "-c", script, sys.executable])
    assert (done.returncode, done.stdout) == (4, "y\n")


def test_a_closed_output_ends_dsock_silently(engine: LiveEngine, here: str) -> None:
    script = '{ "$0" -m dsock run --name "$1" busybox yes; echo "code $?" >&2; } | head -n 1'
    done = engine.run(["sh", "-c", script, sys.executable, here])
    assert (done.stdout, done.stderr) == ("y\n", "code 0\n")


def test_100_mb_of_output_come_through_in_little_memory(engine: LiveEngine) -> None:
    found = flood.through(engine, "run", "--rm", "busybox", "sh", "-c", flood.YES)
    assert found == (flood.digest(), 0)


@pytest.mark.parametrize(("number", "code"), [("TERM", 143), ("INT", 130), ("HUP", 129)])
def test_signals_reach_the_process_in_the_container(
    any_engine: LiveEngine, name: str, number: str, code: int
) -> None:
    script = (
        f"trap 'echo got {number}; exit {code}' {number}; echo ready; while :; do sleep 0.1; done"
    )
    argv = [*DSOCK, "run", "--rm", "--name", name, "busybox", "sh", "-c", script]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=any_engine.env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.Signals["SIG" + number])
        assert process.stdout.read() == f"got {number}\n"
        assert process.wait(SECONDS) == code


def test_a_killed_engine_is_125(private_engine) -> None:  # type: ignore[no-untyped-def]
    own: LiveEngine = private_engine()
    argv = [*DSOCK, "run", "busybox", "sh", "-c", "echo ready; sleep 1000"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdout=pipe, stderr=pipe, text=True, env=own.env) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        own.kill()
        assert process.wait(SECONDS) == 125
        assert "broke off" in process.stderr.read()
