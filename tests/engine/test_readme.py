"""What the README says is what happens."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

TEXT = (engines.CHECKOUT / "README.md").read_text()
CODE = re.findall(r"(?:^(?:    .*)?\n)+", TEXT, re.MULTILINE)
LINES = [line[4:] for block in CODE for line in block.splitlines()]
FOLLOWED = [
    line.partition("  #")[0]
    for line in LINES
    if line.startswith("dsock events")
    and not any(word in line for word in ("--exec", "--no-follow", "--from"))
]
PLAIN = [
    line.partition("  #")[0]
    for line in LINES
    if line.startswith(
        (
            "dsock sandbox",
            "dsock image",
            "dsock save",
            "dsock network",
            "dsock volume",
            "dsock system",
        )
    )
]


@pytest.fixture
def env(engine: LiveEngine, tmp_path: Path) -> dict[str, str]:
    """An environment in which `dsock` is this checkout's and HOME is empty."""
    program = tmp_path / "bin" / "dsock"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m dsock "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {**engine.env, "PATH": path, "HOME": str(tmp_path)}


def test_the_shown_output_is_what_comes(engine: LiveEngine, env: dict[str, str]) -> None:
    shown = re.findall(r"^    \$ (.*)\n((?:    (?!\$).*\n)+)", TEXT, re.MULTILINE)
    assert len(shown) == 3
    for line, output in shown:
        done = engine.run(["sh", "-c", f"{line} 2>&1"], env=env)
        came = done.stdout.replace(engine.host.removeprefix("unix://"), "/var/run/docker.sock")
        wanted = re.sub(r"^    ", "", output, flags=re.MULTILINE)
        for text in (came, wanted):
            assert text
        assert re.sub(r"\b[0-9a-f]{64}\b", "ID", came) == re.sub(r"\b[0-9a-f]{64}\b", "ID", wanted)


@pytest.mark.parametrize("line", FOLLOWED)
def test_events_follow_until_interrupted(
    engine: LiveEngine, env: dict[str, str], line: str
) -> None:
    argv = ["sh", "-c", f"exec {line}"]
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        seen = b""
        for _ in range(100):  # until the stream is open, what happens is not seen
            engine.docker("rm", engine.docker("create", "busybox").stdout.strip())
            if select.select([process.stdout], [], [], 0)[0]:
                seen = os.read(process.stdout.fileno(), 65536)
                break
        process.send_signal(signal.SIGINT)
    assert b"busybox" in seen
    assert process.returncode == 130


@pytest.mark.parametrize("line", PLAIN)
def test_the_lines_work(engine: LiveEngine, env: dict[str, str], line: str) -> None:
    here = {"env": {**env, "PYTHONPATH": str(engines.CHECKOUT)}, "cwd": env["HOME"]}
    done = engine.run(["sh", "-ec", line], **here)
    assert done.returncode == 0, done.stderr


def test_the_python_example_lists_the_containers(engine: LiveEngine, env: dict[str, str]) -> None:
    [block] = [block for block in CODE if "from dsock.api" in block]
    program = re.sub(r"^    ", "", block, flags=re.MULTILINE)
    program = program.replace("unix:///var/run/docker.sock", engine.host)
    container = engine.docker("create", "--name", "readme-python", "busybox").stdout.strip()
    done = engine.run([sys.executable, "-c", program], env=env)
    engine.docker("rm", container)
    assert "['/readme-python']" in done.stdout.splitlines(), done.stderr


def test_the_python_example_follows_the_events(engine: LiveEngine, env: dict[str, str]) -> None:
    [block] = [block for block in CODE if "import follow" in block]
    program = re.sub(r"^    ", "", block, flags=re.MULTILINE)
    program = program.replace("unix:///var/run/docker.sock", engine.host)
    argv = [sys.executable, "-c", program]
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = ""
        for _ in range(100):  # until the stream is open, what happens is not seen
            engine.docker("create", "--name", "followed", "busybox")
            engine.docker("rm", "followed")
            if select.select([process.stdout], [], [], 0)[0]:
                seen += os.read(process.stdout.fileno(), 4096).decode()
            if "create followed\n" in seen:
                break
        process.kill()
        assert "create followed\n" in seen


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_lines_print_a_script(
    engine: LiveEngine, env: dict[str, str], shell: str
) -> None:
    [line] = [line for line in LINES if line.startswith(f"dsock completion {shell} > ")]
    done = engine.run(["sh", "-c", line.partition(" > ")[0]], env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "dsock" in done.stdout


def test_where_answers(engine: LiveEngine, env: dict[str, str]) -> None:
    [line] = [line.partition("  #")[0] for line in LINES if line.startswith("dsock where")]
    done = engine.run(["sh", "-c", line], env=env)
    assert engine.host in done.stdout


def test_the_picture_is_made_by_the_program(engine: LiveEngine, env: dict[str, str]) -> None:
    """DSOCK_SVG is how `.ci/ps.svg` was taken from a terminal."""
    container = engine.docker("create", "--name", "readme-picture", "busybox").stdout.strip()
    file = Path(env["HOME"]) / "ps.svg"
    argv = ["script", "-qec", "dsock ps -a", "/dev/null"]
    done = engine.run(argv, env={**env, "DSOCK_SVG": str(file), "TERM": "xterm"})
    engine.docker("rm", container)
    assert done.returncode == 0
    assert file.read_text().startswith("<svg")
    assert "readme-picture" in file.read_text()


def test_the_build_lines_build(engine: LiveEngine, env: dict[str, str]) -> None:
    folder = Path(env["HOME"]) / "app"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM busybox\nCOPY . /app\n")
    lines = [line.partition("  #")[0] for line in LINES if re.match("dsock .*build", line)]
    assert len(lines) == 2
    try:
        for line in [*lines, "sh build.sh"]:
            done = engine.run(["sh", "-c", line], env=env, cwd=folder)
            assert done.returncode == 0, done.stderr
            assert ("Successfully tagged app:latest" in done.stdout) is (">" not in line)
    finally:
        engine.docker("rmi", "-f", "app")


def test_the_copying_lines_copy(engine: LiveEngine, env: dict[str, str], tmp_path: Path) -> None:
    lines = [line for line in LINES if line.startswith("dsock cp ")]
    assert len(lines) == 3
    files = "mkdir -p /etc/nginx /srv/x /var/log /log; touch /var/log/a.log /var/log/b /log/x.txt"
    names = ("web", "app", "db")
    try:
        for name in names:
            engine.docker("run", "--name", name, "busybox", "sh", "-c", files)
        for line in lines:
            done = engine.run(["sh", "-c", line], env=env, cwd=tmp_path)
            assert (done.returncode, done.stderr) == (0, "")
        assert {path.name for path in tmp_path.iterdir()} == {"bin", "nginx", "a.log", "x.txt"}
        assert "/srv/srv/x" in engine.docker("diff", "db").stdout
    finally:
        engine.docker("rm", "-f", *names)
