"""docker's own command line through the relay: as if the relay were not there."""

from __future__ import annotations

import hashlib
import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dsock.engine.endpoint import parse
from tests.engine import engines
from tests.engine.live import Done, LiveEngine
from tests.relays import relay

SOME = 30_000_000  # bytes


@pytest.fixture
def through(engine: LiveEngine) -> Iterator[str]:
    """The DOCKER_HOST of a relay before the engine."""
    path = parse(engine.host, "the test").socket_path
    assert path is not None
    with relay(path) as socket:
        yield f"unix://{socket}"


def docker(host: str, *args: str, input: bytes = b"", **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [engines.docker_cli(), *args], capture_output=True, check=False, timeout=120, input=input,
        env={**os.environ, "DOCKER_HOST": host, **env},
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "images",
        "run --rm busybox sh -c 'echo out; echo err >&2; exit 3'",
        "run --rm busybox nosuch",
        "run --rm nosuch:image",
        "inspect nosuch",
        "network ls --format {{.Name}}",
    ],
)
def test_docker_says_the_same_through_the_relay(
    engine: LiveEngine, through: str, line: str
) -> None:
    import shlex

    direct: Done = engine.docker(*shlex.split(line))
    relayed = docker(through, *shlex.split(line))
    assert (direct.stdout, direct.returncode) == (relayed.stdout.decode(), relayed.returncode)


def test_stdin_reaches_the_container_and_its_end_too(through: str) -> None:
    data = os.urandom(SOME)
    done = docker(through, "run", "-i", "--rm", "busybox", "sha256sum", input=data)
    assert done.stdout.split()[0].decode() == hashlib.sha256(data).hexdigest(), done.stderr


def test_output_comes_through_unchanged(through: str) -> None:
    made = f"yes dsock | head -c {SOME}"
    done = docker(through, "run", "--rm", "busybox", "sh", "-c", made)
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(
        (b"dsock\n" * SOME)[:SOME]
    ).digest()  # fmt: skip


def test_a_terminal_works_through_the_relay(through: str) -> None:
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [engines.docker_cli(), "run", "-it", "--rm", "busybox", "sh", "-c", "tty; read x; exit 7"],
        stdin=inner, stdout=inner, stderr=inner, env={**os.environ, "DOCKER_HOST": through},
    )  # fmt: skip
    os.close(inner)
    seen = b""
    while b"/dev/pts/" not in seen:
        seen += os.read(outer, 1024)
    os.write(outer, b"\n")
    assert process.wait(60) == 7
    os.close(outer)


def test_a_build_and_a_copy_go_through(engine: LiveEngine, through: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox\nCOPY data /data\n")
    (tmp_path / "data").write_bytes(os.urandom(1_000_000))
    built = docker(through, "build", "-q", str(tmp_path), DOCKER_BUILDKIT="0")
    image = built.stdout.decode().strip()
    assert built.returncode == 0 and image, built.stderr
    made = docker(through, "create", image).stdout.decode().strip()
    back = tmp_path / "back"
    try:
        assert docker(through, "cp", f"{made}:/data", str(back)).returncode == 0
        assert back.read_bytes() == (tmp_path / "data").read_bytes()
    finally:
        engine.docker("rm", made)
        engine.docker("rmi", image)


def test_events_come_at_once_and_end_with_their_client(engine: LiveEngine, through: str) -> None:
    events = subprocess.Popen(
        [engines.docker_cli(), "events", "--since", "1", "--filter", "volume=relayed"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "DOCKER_HOST": through},
    )  # fmt: skip
    try:
        engine.docker("volume", "create", "relayed")
        assert events.stdout is not None and "volume create relayed" in events.stdout.readline()
    finally:
        events.terminate()
        events.wait(30)
        engine.docker("volume", "rm", "relayed")
