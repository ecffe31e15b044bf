"""run, start, exec and attach beside docker's own: output apart, codes, signals, nothing lost."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.engine.live import LiveEngine

ALIKE = [
    ["run", "--rm", "busybox", "echo", "hi"],
    ["run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7"],
    ["run", "--rm", "-i", "busybox", "cat"],
    ["run", "--rm", "busybox", "cat"],
    ["run", "--rm", "busybox", "nosuch"],
    ["run", "--rm", "busybox", "/etc"],
    ["run", "--rm", "--pull", "never", "nosuch:1"],
    ["run", "--rm", "--nosuch", "busybox"],
    ["run"],
    ["run", "-d", "-a", "stdout", "busybox"],
    ["run", "--rm", "--restart", "always", "busybox"],
    ["run", "--rm", "-a", "stdout", "busybox", "sh", "-c", "echo out; echo err >&2"],
    ["run", "--rm", "-a", "stderr", "busybox", "sh", "-c", "echo out; echo err >&2"],
    ["run", "--rm", "-t", "busybox", "sh", "-c", "echo out; tty"],
    ["run", "--rm", "-it", "busybox", "true"],
    ["run", "--rm", "-w", "/tmp", "-u", "1:2", "-h", "box", "busybox", "sh", "-c",
     "pwd; id; hostname"],
    ["run", "--rm", "-e", "A=b c", "-e", "PATH", "busybox", "sh", "-c", "echo $A"],
    ["run", "--rm", "--entrypoint", "echo", "busybox", "a", "--rm", "-b"],
    ["run", "--rm", "--sig-proxy=false", "busybox", "true"],
    ["run", "--rm", "--read-only", "--tmpfs", "/x", "busybox", "touch", "/x/y"],
    ["run", "--rm", "--read-only", "busybox", "touch", "/y"],
    ["run", "--rm", "--init", "busybox", "true"],
    ["run", "--rm", "-m", "64m", "busybox", "true"],
    ["run", "--rm", "-m", "nosuch", "busybox", "true"],
    ["exec", "run-up", "sh", "-c", "echo out; echo err >&2; exit 3"],
    ["exec", "-i", "run-up", "cat"],
    ["exec", "-e", "A=b", "-w", "/tmp", "-u", "1", "run-up", "sh", "-c", "echo $A; pwd; id -u"],
    ["exec", "-d", "run-up", "true"],
    ["exec", "-it", "run-up", "true"],
    ["exec", "run-up", "nosuch"],
    ["exec", "run-off", "true"],
    ["exec", "run-up"],
    ["exec", "nosuch", "true"],
    ["start", "-a", "run-off"],
    ["start", "run-off", "nosuch", "run-up"],
    ["start", "-a", "run-off", "run-up"],
    ["attach", "nosuch"],
    ["attach", "run-created"],
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(live_engines: object) -> Iterator[LiveEngine]:
    """Docker 20.10 with a container that runs, one that ended and one that never ran."""
    live: LiveEngine = live_engines("docker-20.10")  # type: ignore[operator]
    live.docker("run", "-d", "--name", "run-up", "busybox", "sleep", "1000")
    live.docker("run", "--name", "run-off", "busybox", "sh", "-c", "echo again; exit 4")
    live.docker("create", "--name", "run-created", "busybox", "true")
    yield live
    live.docker("rm", "-f", "run-up", "run-off", "run-created")


@pytest.mark.parametrize("argv", ALIKE, ids=" ".join)
def test_output_and_code_are_dockers(engine: LiveEngine, argv: list[str]) -> None:
    theirs = engine.docker(*argv, input="line 1\nline 2")
    ours = engine.dsock(*argv, input="line 1\nline 2")
    assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode), ours.stderr
    if theirs.stderr == "err\n":
        assert ours.stderr == "err\n"


def test_a_quick_container_loses_nothing(engine: LiveEngine) -> None:
    for _ in range(30):
        done = engine.dsock("run", "--rm", "busybox", "echo", "hi")
        assert (done.stdout, done.stderr, done.returncode) == ("hi\n", "", 0)


@pytest.mark.parametrize(
    "argv", [["run", "--rm", "busybox"], ["exec", "-i", "run-up"]], ids=" ".join
)
def test_40_megabytes_come_unchanged(engine: LiveEngine, argv: list[str]) -> None:
    size = 40_000_000
    wanted = hashlib.sha256((b"0123456789abcde\n" * (size // 16 + 1))[:size]).hexdigest()
    done = engine.dsock(
        *argv, "sh", "-c", f"yes 0123456789abcde | head -c {size}", text=False, timeout=120
    )
    assert hashlib.sha256(done.stdout).hexdigest() == wanted


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGUSR1"])
def test_signals_reach_the_container(engine: LiveEngine, name: str) -> None:
    short = name.removeprefix("SIG")
    script = f"trap 'echo got {short}; exit 9' {short}; echo ready; while :; do sleep 0.1; done"
    argv = [sys.executable, "-m", "dsock", "run", "--rm", "busybox", "sh", "-c", script]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env=engine.env, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.Signals[name])
        assert process.stdout.read() == f"got {short}\n"
    assert process.returncode == 9


def test_a_detached_run_prints_the_id(engine: LiveEngine) -> None:
    done = engine.dsock("run", "-d", "--rm", "busybox", "sleep", "100")
    [container] = done.stdout.splitlines()
    assert engine.docker("inspect", "-f", "{{.State.Running}}", container).stdout == "true\n"
    engine.dsock("rm", "-f", container)
