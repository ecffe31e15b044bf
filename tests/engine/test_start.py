"""`dsock start` and `dsock attach` on real engines, beside docker's own."""

from __future__ import annotations

import shlex
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest

from tests.engine import flood
from tests.engine.live import Done, LiveEngine

SECONDS = 60
LOOP = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
# Name -> how it is made. What "run" is has no end of its own.
BOXES = {
    "s-done": "run -d busybox true",
    "s-loop": f'run -d busybox sh -c "{LOOP}"',
    "s-four": "create busybox sh -c 'echo out; echo err >&2; exit 4'",
    "s-cat": "create -i busybox cat",
    "s-tty": "create -t busybox sh -c 'echo out; echo err >&2; exit 6'",
    "s-bad": "create busybox nosuch",
    "s-idle": f'run -d busybox sh -c "{LOOP}"',
}


@pytest.fixture
def boxes(engine: LiveEngine) -> Iterator[None]:
    """The containers of BOXES; s-idle is paused."""
    engine.docker("rm", "-f", *BOXES)
    for name, made in BOXES.items():
        verb, *rest = shlex.split(made)
        assert engine.docker(verb, "--name", name, *rest).returncode == 0
    engine.docker("pause", "s-idle")
    yield
    engine.docker("rm", "-f", *BOXES)


@pytest.fixture
def name(any_engine: LiveEngine) -> Iterator[str]:
    """A name that no other test uses; its container is removed afterwards."""
    name = f"start-{uuid.uuid4().hex[:8]}"
    yield name
    any_engine.docker("rm", "-f", name)


SAME = [
    "start s-done",
    "start s-done s-four",
    "start s-loop",
    "start nosuch",
    "start s-done nosuch s-four",
    "start s-bad",
    "start",
    "start -a s-four",
    "start -ai s-cat",
    "start -i s-cat",
    "start -a s-tty",
    "start -a s-bad",
    "start -a nosuch",
    "start -a s-done s-four",
    "start -a s-idle",
    "start --checkpoint one s-done",
    "attach s-done",
    "attach --no-stdin s-done",
    "attach s-idle",
    "attach nosuch",
    "attach s-loop s-done",
    "attach",
]


@pytest.mark.usefixtures("boxes")
def test_start_and_attach_are_as_dockers(engine: LiveEngine) -> None:
    def said(done: Done) -> tuple[str, int, bool]:
        return done.stdout, done.returncode, bool(done.stderr)

    for line in SAME:
        argv = shlex.split(line)
        docker = engine.docker(*argv, input="")
        dsock = engine.dsock(*argv, input="")
        assert (line, said(dsock)) == (line, said(docker)), dsock.stderr


def test_start_prints_names_as_given_and_goes_on(any_engine: LiveEngine, name: str) -> None:
    any_engine.docker("create", "--name", name, "busybox", "true")
    done = any_engine.dsock("start", "nosuch", name)
    assert (done.returncode, done.stdout) == (1, name + "\n")
    assert done.stderr.endswith("Error: failed to start containers: nosuch\n")


def test_start_attached_gives_streams_and_exit_code(any_engine: LiveEngine, name: str) -> None:
    script = "echo out; echo err >&2; exit 5"
    any_engine.docker("create", "--name", name, "busybox", "sh", "-c", script)
    for _ in range(2):
        done = any_engine.dsock("start", "-a", name)
        assert (done.returncode, done.stdout, done.stderr) == (5, "out\n", "err\n")


def test_start_sends_its_input(any_engine: LiveEngine, name: str) -> None:
    any_engine.docker("create", "-i", "--name", name, "busybox", "sh", "-c", "read x; exit $x")
    assert any_engine.dsock("start", "-ai", name, input="7\n").returncode == 7


def test_attach_sees_what_comes_and_gives_the_exit_code(any_engine: LiveEngine, name: str) -> None:
    script = "read x; echo out; echo err >&2; exit $x"
    any_engine.docker("run", "-di", "--name", name, "busybox", "sh", "-c", script)
    with attached(any_engine, name) as process:
        assert process.stdin is not None
        process.stdin.write("8\n")
        process.stdin.flush()
        assert process.wait(SECONDS) == 8
        assert process.stdout is not None
        assert process.stdout.read() == "out\n"


def test_attach_without_stdin_sends_nothing(engine: LiveEngine) -> None:
    name = f"start-{uuid.uuid4().hex[:8]}"
    script = "until read -t 1 x; do echo ready; done; echo got $x"
    engine.docker("run", "-di", "--name", name, "busybox", "sh", "-c", script)
    with attached(engine, "--no-stdin", name) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("dsock's\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        engine.docker("attach", name, input="docker's\n")
        assert process.wait(SECONDS) == 0
        assert process.stdout.read().endswith("got docker's\n")
    engine.docker("rm", "-f", name)


def test_attach_passes_signals_on(engine: LiveEngine) -> None:
    name = f"start-{uuid.uuid4().hex[:8]}"
    script = "trap 'echo bye; exit 9' TERM; while :; do echo ready; sleep 0.1; done"
    engine.docker("run", "-d", "--name", name, "busybox", "sh", "-c", script)
    with attached(engine, name) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        assert process.wait(SECONDS) == 9
        assert process.stdout.read().endswith("bye\n")
    engine.docker("rm", "-f", name)


def test_100_mb_come_through_attach(engine: LiveEngine) -> None:
    name = f"start-{uuid.uuid4().hex[:8]}"
    engine.docker("create", "-i", "--name", name, "busybox", "sh", "-c", f"read x; {flood.YES}")
    engine.docker("start", name)
    with subprocess.Popen(["sh", "-c", "echo; sleep 1000"], stdout=subprocess.PIPE) as typist:
        assert typist.stdout is not None
        assert flood.through(engine, "attach", name, stdin=typist.stdout.fileno()) == (
            flood.digest(),
            0,
        )
        typist.kill()
    engine.docker("rm", "-f", name)


def attached(engine: LiveEngine, *argv: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "dsock", "attach", *argv],
        stdin=pipe,
        stdout=pipe,
        text=True,
        env=engine.env,
    )
