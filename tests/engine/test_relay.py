"""docker's own command line through a trace and a proxy that lets all pass: as if neither were
there."""

from __future__ import annotations

import hashlib
import os
import pty
import re
import shlex
import subprocess
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dsock.engine.endpoint import parse
from dsock.relay.beside import serving
from dsock.relay.listen import bound
from dsock.relay.policy import load
from dsock.relay.proxy import Door
from dsock.relay.record import Watcher, recording
from tests.engine import engines
from tests.engine.live import LiveEngine
from tests.relays import relay

SOME = 30_000_000  # bytes


@pytest.fixture
def through(engine: LiveEngine, tmp_path: Path) -> Iterator[str]:
    """The DOCKER_HOST of a trace, before a proxy, before the engine."""
    path = parse(engine.host, "the test").socket_path
    assert path is not None
    door = Door(load.Listener(load.of_profiles(("all",))), path, lambda entry: None)
    proxy = tmp_path / "proxy.sock"
    with (
        bound(proxy) as sock,
        serving(sock, door.serve),
        relay(str(proxy), recording(Watcher())) as socket,
    ):
        yield f"unix://{socket}"


def docker(
    host: str, *args: str, input: bytes = b"", **env: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [engines.docker_cli(), *args], capture_output=True, check=False, timeout=120, input=input,
        env={**os.environ, "DOCKER_HOST": host, **env},
    )  # fmt: skip


@pytest.fixture(scope="module")
def names(live_engines: Callable[[str], LiveEngine]) -> Iterator[dict[str, str]]:
    """One container that runs, and one that has ended."""
    live, name = live_engines("docker-20.10"), f"relay-{uuid.uuid4().hex[:8]}"
    ended = f"{name}-ended"
    live.docker("run", "-d", "--name", name, "busybox", "sleep", "600")
    live.docker("run", "--name", ended, "busybox", "sh", "-c", "echo out; echo err >&2; exit 5")
    yield {"RUNNING": name, "ENDED": ended}
    live.docker("rm", "-fv", name, ended)


@pytest.mark.parametrize(
    "line",
    [
        "images",
        "run --rm busybox sh -c 'echo out; echo err >&2; exit 3'",
        "run --rm busybox nosuch",
        "run --rm nosuch:image",
        "run --rm -t busybox tty",
        "inspect nosuch",
        "network ls --format {{.Name}}",
        "top RUNNING -o args",
        "exec RUNNING sh -c 'echo out; echo err >&2; exit 9'",
        "exec -t RUNNING sh -c 'test -t 0 && echo terminal'",
        "exec -i -w /tmp -e A=b RUNNING sh -c 'pwd; cat; echo $A'",
        "exec -d RUNNING true",
        "stats --no-stream --format {{.Name}} RUNNING",
        "cp RUNNING:/nosuch -",
        "logs -f ENDED",
        "wait ENDED",
        "events --since 5m --until 0s --filter container=ENDED",
        "diff ENDED",
        "service ls",
    ],
)
def test_docker_says_the_same_through_the_relay(
    engine: LiveEngine, through: str, names: dict[str, str], line: str
) -> None:
    argv = [re.sub("RUNNING|ENDED", lambda word: names[word[0]], arg) for arg in shlex.split(line)]
    with ThreadPoolExecutor() as pool:
        direct, relayed = pool.map(
            lambda host: docker(host, *argv, input=b"typed"), (engine.host, through)
        )
    assert direct.stdout == relayed.stdout
    assert direct.returncode == relayed.returncode
    assert direct.stderr == relayed.stderr


def test_stdin_reaches_the_container_and_its_end_too(through: str) -> None:
    data = os.urandom(SOME)
    done = docker(through, "run", "-i", "--rm", "busybox", "sha256sum", input=data)
    assert done.stdout.split()[0].decode() == hashlib.sha256(data).hexdigest(), done.stderr


def test_output_comes_through_unchanged(through: str) -> None:
    made = f"yes dsock | head -c {SOME}"
    # A log of so many lines would take longer than all the rest.
    done = docker(through, "run", "--rm", "--log-driver", "none", "busybox", "sh", "-c", made)
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(
        (b"dsock\n" * SOME)[:SOME]
    ).digest()  # fmt: skip


def test_a_terminal_works_through_the_relay_and_is_left_by_its_keys(
    through: str, engine: LiveEngine
) -> None:
    name = f"relay-{uuid.uuid4().hex[:8]}"
    outer, inner = pty.openpty()
    script = "tty; read x; echo got $x; read x; exit 7"
    argv = ["run", "-it", "--name", name, "--detach-keys", "ctrl-x,x", "busybox", "sh", "-c"]
    seen = b""

    def until(text: bytes) -> None:
        nonlocal seen
        while text not in seen:
            seen += os.read(outer, 1024)

    def start(*args: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "DOCKER_HOST": through}
        argv = [engines.docker_cli(), *args]
        return subprocess.Popen(argv, stdin=inner, stdout=inner, stderr=inner, env=env)

    try:
        process = start(*argv, script)
        until(b"/dev/pts/")
        os.write(outer, b"abc\n")
        until(b"got abc")
        os.write(outer, b"\x18x")
        assert process.wait(60) == 0
        assert engine.docker("inspect", "-f", "{{.State.Running}}", name).stdout == "true\n"
        process = start("attach", name)
        os.write(outer, b"\n")
        assert process.wait(60) == 7
    finally:
        os.close(inner)
        os.close(outer)
        engine.docker("rm", "-f", name)


def test_a_build_copies_and_archives_go_through(
    engine: LiveEngine, through: str, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox\nCOPY data /data\n")
    (tmp_path / "data").write_bytes(os.urandom(1_000_000))
    built = docker(through, "build", "-q", str(tmp_path), DOCKER_BUILDKIT="0")
    image = imported = built.stdout.decode().strip()
    assert built.returncode == 0 and image, built.stderr
    made = docker(through, "create", image).stdout.decode().strip()
    back = tmp_path / "back"
    try:
        assert docker(through, "cp", f"{made}:/data", str(back)).returncode == 0
        assert back.read_bytes() == (tmp_path / "data").read_bytes()
        copied = docker(through, "cp", str(tmp_path / "Dockerfile"), f"{made}:/data")
        assert copied.returncode == 0, copied.stderr
        root = docker(through, "export", made).stdout
        imported = docker(through, "import", "-", input=root).stdout.decode().strip()
        line = ["run", "--rm", imported, "cat", "/data"]
        assert docker(through, *line).stdout == (tmp_path / "Dockerfile").read_bytes()
        loaded = docker(through, "load", input=docker(through, "save", imported).stdout)
        assert loaded.stdout.decode() == f"Loaded image ID: {imported}\n"
    finally:
        engine.docker("rm", made)
        engine.docker("rmi", image, imported)


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
