"""Pictures of what happened at real engines."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_the_stream_and_draw(engine: LiveEngine, ending: int) -> None:
    name = f"drawn-{uuid.uuid4().hex[:8]}"
    argv = [sys.executable, "-m", "dsock", "events", "--diagram", "--since", f"{time.time():.9f}",
            "--filter", f"container={name}"]  # fmt: skip
    assert engine.dsock("create", "--name", name, "busybox").returncode == 0
    try:
        pause = 0.5
        done: tuple[str, int | None] = ("", None)
        while name not in done[0]:
            assert pause < 60
            done = _interrupted(argv, engine, pause, ending)
            pause *= 2
        assert done[1] == 0
        assert " create " in done[0]
    finally:
        engine.dsock("rm", name)


def _interrupted(
    argv: list[str], engine: LiveEngine, seconds: float, ending: int
) -> tuple[str, int | None]:
    """What a program says that gets a signal after `seconds`, and its exit code."""
    program = subprocess.Popen(argv, stdout=subprocess.PIPE, env=engine.env, text=True)
    try:
        with suppress(subprocess.TimeoutExpired):
            program.wait(seconds)
        program.send_signal(ending)
        return program.communicate(timeout=60)[0], program.returncode
    finally:
        program.kill()


def test_the_lines_of_the_readme_draw(engine: LiveEngine, tmp_path: Path) -> None:
    name = f"drawn-{uuid.uuid4().hex[:8]}"
    assert engine.dsock("run", "--rm", "--name", name, "busybox", "true").returncode == 0
    readme = Path(__file__).parents[2].joinpath("README.md").read_text()
    section = readme.split("## Pictures of events\n")[1].split("\n\n")[0].strip("\n")
    lines = [line.strip() for line in section.splitlines()]
    assert len(lines) == 3
    script = "set -e\n" + "\n".join(lines).replace("dsock", f"{sys.executable} -m dsock")
    done = engine.run(["sh", "-c", script], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for text in (done.stdout, *(tmp_path.joinpath(f).read_text() for f in FILES)):
        assert name in text


FILES = ("day.jsonl", "day.svg", "lives.html")


def test_what_cannot_be_drawn_is_refused_in_one_line(engine: LiveEngine, tmp_path: Path) -> None:
    lines = tmp_path / "x.jsonl"
    lines.write_text('{"Type":"container"}\n\n[]\n')
    for line, code, said in (
        ("--diagram=x.png", 125, "cannot tell what x.png is to be"),
        ("--diagram=/no/where/x.svg", 1, "cannot write /no/where/x.svg"),
        (f"--timeline --from {lines}", 1, f"line 3 of {lines} is no event"),
        ("--timeline --from /no/where", 1, "cannot read /no/where"),
        ("--from /no/where", 125, "--from goes with --diagram or --timeline"),
    ):
        done = engine.dsock("events", *line.split())
        assert (done.returncode, done.stdout) == (code, ""), line
        assert said in done.stderr.splitlines()[0]
        assert len(done.stderr.splitlines()) <= 2
