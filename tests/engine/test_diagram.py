"""Pictures of what happened at real engines."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

from tests.engine.live import LiveEngine


def test_a_run_is_drawn_as_it_happened(any_engine: LiveEngine, tmp_path: Path) -> None:
    name = f"drawn-{uuid.uuid4().hex[:8]}"
    since = f"{time.time() - 1:.9f}"
    assert any_engine.dsock("run", "--rm", "--name", name, "busybox", "true").returncode == 0
    done = any_engine.dsock(
        "events", "--diagram", "--since", since, "--no-follow", "--container", name
    )
    assert done.returncode == 1  # it is gone already
    done = any_engine.dsock("events", "--diagram", "--since", since, "--no-follow")
    assert (done.returncode, done.stderr) == (0, "")
    assert name in done.stdout.splitlines()[0]
    at = [done.stdout.index(word) for word in (" create ", " start ", " die exit 0 ")]
    assert at == sorted(at)
    file = tmp_path / "out.svg"
    line = f"events --since {since} --no-follow --diagram={file}"
    done = any_engine.dsock(*line.split())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert name in file.read_text()


def test_ctrl_c_ends_the_stream_and_draws(engine: LiveEngine) -> None:
    name = f"drawn-{uuid.uuid4().hex[:8]}"
    argv = [sys.executable, "-m", "dsock", "events", "--diagram", "--since", f"{time.time():.9f}",
            "--filter", f"container={name}"]  # fmt: skip
    assert engine.dsock("create", "--name", name, "busybox").returncode == 0
    try:
        pause = 0.5
        done: tuple[str, int | None] = ("", None)
        while name not in done[0]:
            assert pause < 60
            done = _interrupted(argv, engine, pause)
            pause *= 2
        assert done[1] == 0
        assert " create " in done[0]
    finally:
        engine.dsock("rm", name)


def _interrupted(argv: list[str], engine: LiveEngine, seconds: float) -> tuple[str, int | None]:
    """What a program says that gets a Ctrl-C after `seconds`, and its exit code."""
    program = subprocess.Popen(argv, stdout=subprocess.PIPE, env=engine.env, text=True)
    try:
        with suppress(subprocess.TimeoutExpired):
            program.wait(seconds)
        program.send_signal(signal.SIGINT)
        return program.communicate(timeout=60)[0], program.returncode
    finally:
        program.kill()
