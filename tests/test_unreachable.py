"""Nobody answers, or not as an engine does: one line and a hint each, exit 1, in bounded time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dsock.engine.endpoint import parse
from dsock.engine.transport import Transport
from dsock.errors import Unreachable
from tests.scripted import Answer, Scripted

DSOCK = [sys.executable, "-m", "dsock"]
START = "start the engine (systemctl start docker), name another with -H, or try `dsock sandbox`"


def failure(host: str, *args: str, prefix: tuple[str, ...] = ()) -> tuple[str, str]:
    """(message, hint) of a dsock that must fail with one line each."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
    env["HOME"] = "/nonexistent"  # no configuration that somebody else may not read
    done = subprocess.run(
        [*prefix, *DSOCK, "-H", host, *(args or ("ps",))],
        env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, ""), done
    message, hint = done.stderr.splitlines()
    assert hint.startswith("hint: ")
    return message, hint.removeprefix("hint: ")


@pytest.fixture
def folder(scripted: Scripted) -> Path:
    """A folder with a path that is short enough for sockets."""
    return scripted.path.parent


@contextmanager
def listening(path: Path, answer: bytes | None, backlog: int = 8) -> Iterator[None]:
    """A server that sends `answer` to each connection and closes it; None: it never accepts."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(backlog)
        if answer is None:
            yield
            return
        thread = threading.Thread(target=_serve, args=(listener, answer))
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(answer)


def test_a_socket_that_does_not_exist(folder: Path) -> None:
    path = folder / "no.sock"
    expected = f"no engine's socket at {path}: it does not exist (from --host)"
    assert failure(f"unix://{path}") == (expected, START)


def test_a_directory(folder: Path) -> None:
    message, hint = failure(f"unix://{folder}")
    assert message == f"{folder} is a directory, not an engine's socket (from --host)"
    assert "`-v` mounts a socket that is not there" in hint


def test_a_file_that_is_no_socket(folder: Path) -> None:
    path = folder / "file"
    path.touch()
    assert failure(f"unix://{path}") == (f"{path} is not a socket (from --host)", START)


def test_a_path_through_a_file(folder: Path) -> None:
    (folder / "file").touch()
    message, _ = failure(f"unix://{folder}/file/d.sock")
    assert message == f"cannot connect to {folder}/file/d.sock: Not a directory (from --host)"


def test_a_socket_that_nobody_listens_on(folder: Path) -> None:
    path = folder / "old.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    message, hint = failure(f"unix://{path}")
    assert message == f"connection refused: no engine listens on {path} (from --host)"
    assert hint.startswith(START)


@pytest.mark.parametrize(
    ("mode", "group", "hint"),
    [
        (0o660, 1, "the socket belongs to group daemon: use sudo, or have yourself added to it"),
        (0o600, 1, "the socket belongs to another user: use sudo, or a rootless engine"),
        (0o660, 0, "the socket belongs to another user: use sudo, or a rootless engine"),
    ],
)
def test_no_permission(folder: Path, mode: int, group: int, hint: str) -> None:
    assert os.getuid() == 0, "only root can become somebody without permission"
    path = folder / "mine.sock"
    folder.chmod(0o755)
    with listening(path, b""):
        os.chown(path, 0, group)
        path.chmod(mode)
        message, found = failure(f"unix://{path}", prefix=AS_NOBODY)
    assert message == f"no permission to use the socket {path} (from --host)"
    assert found.startswith(hint)


def test_a_folder_that_may_not_be_entered(folder: Path) -> None:
    folder.chmod(0o700)
    message, hint = failure(f"unix://{folder}/d.sock", prefix=AS_NOBODY)
    assert message == f"no permission to use the socket {folder}/d.sock (from --host)"
    assert hint.startswith("the socket or its folder belongs to another user")


AS_NOBODY = (
    shutil.which("setpriv") or "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\xff\x15\x03\x01" * 40,
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 22\r\n\r\n<html>not here</html>\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>",
        b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nApi-Version: ../x\r\nContent-Length: 2\r\n\r\nOK",
    ],
)
def test_a_server_that_is_no_engine(folder: Path, answer: bytes) -> None:
    path = folder / "web.sock"
    with listening(path, answer):
        message, hint = failure(f"unix://{path}")
    assert message == f"what answers at unix://{path} is not a Docker engine (from --host)"
    assert hint == "name the engine's socket with -H; `dsock where` shows the choice"


def test_an_engine_that_wants_tls(folder: Path) -> None:
    body = b"Client sent an HTTP request to an HTTPS server.\n"
    head = b"HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n"
    with listening(folder / "tls.sock", head + body):
        message, hint = failure(f"unix://{folder}/tls.sock")
    assert message.startswith(f"the engine at unix://{folder}/tls.sock wants TLS (from")
    assert "--tlsverify" in hint


def test_a_server_that_closes_without_a_word(folder: Path) -> None:
    path = folder / "shy.sock"
    with listening(path, b""):
        message, _ = failure(f"unix://{path}")
    assert message == (
        f"the engine at unix://{path} closed the connection without an answer (from --host)"
    )


def test_an_engine_that_accepts_and_never_answers(folder: Path) -> None:
    path = folder / "hung.sock"
    with listening(path, None):
        message, hint = failure(f"unix://{path}")
    assert message == (
        f"the engine at unix://{path} accepts connections but does not answer (from --host)"
    )
    assert "journalctl -u docker" in hint


def test_an_engine_with_a_full_queue(folder: Path) -> None:
    path = folder / "full.sock"
    with listening(path, None, backlog=0), socket.socket(socket.AF_UNIX) as first:
        first.connect(str(path))
        message, _ = failure(f"unix://{path}")
    assert message == f"the engine at {path} has too many connections waiting (from --host)"


def test_an_engine_that_hangs_in_the_middle_of_an_answer(scripted: Scripted) -> None:
    never = threading.Event()
    scripted.expect("GET", "/containers/json", chunks=[b"[", never])
    transport = Transport(parse(scripted.host, "x"))
    answer = transport.send("GET", "/v1.41/containers/json", {}, read_seconds=0.2)
    with pytest.raises(Unreachable, match="accepts connections but does not answer"):
        answer.read()
    never.set()


@pytest.mark.parametrize(
    "answer",
    [
        {"json": [], "cut": True},
        {"chunks": [b"["], "cut": True},
    ],
)
def test_an_engine_that_dies_in_the_middle_of_an_answer(
    scripted: Scripted, answer: dict[str, object]
) -> None:
    scripted.expect("GET", "/containers/json", **answer)
    message, hint = failure(scripted.host)
    assert message == "the connection to the engine broke off before the answer's end"
    assert hint == "the engine stopped, or something between closed the connection"


def test_an_engine_whose_answer_is_garbled(scripted: Scripted) -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    scripted.expect("GET", "/containers/json", raw=raw)
    done = scripted.dsock("ps")
    expected = "the engine's answer is not in chunks: b'zz'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)


def test_an_engine_that_dies_before_an_answer(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", status=None, cut=True)
    message, _ = failure(scripted.host)
    assert message.startswith(f"the engine at {scripted.host} closed the connection without an")


def test_an_engine_that_answers_what_is_not_json(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", body_bytes=b"<html>")
    done = scripted.dsock("ps")
    expected = "the engine's answer to GET /containers/json is not JSON\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)


def test_an_engine_that_fails_its_ping_is_quoted(scripted: Scripted) -> None:
    scripted.ping = Answer(status=503, body_bytes=b"<html>503 Service Unavailable</html>")
    done = scripted.dsock("ps")
    expected = "Error response from daemon: the engine answered with status 503\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)


def test_a_tcp_port_that_nobody_listens_on() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        message, hint = failure(host)
    assert message == f"cannot connect to {host}: Connection refused (from --host)"
    assert "dockerd -H tcp://" in hint


def test_a_host_name_that_does_not_exist() -> None:
    message, _ = failure("tcp://no.such.host.invalid:1")
    assert message.startswith("cannot connect to tcp://no.such.host.invalid:1: ")
    assert "(from --host)" in message


@pytest.mark.parametrize("args", [("start", "x"), ("logs", "x"), ("events",), ("rm", "x")])
def test_every_command_says_so(folder: Path, args: tuple[str, ...]) -> None:
    message, _ = failure(f"unix://{folder}/no.sock", *args)
    assert message.startswith(f"no engine's socket at {folder}/no.sock")


@pytest.mark.parametrize("args", [("run", "busybox"), ("run", "-d", "busybox")])
def test_run_exits_with_125_as_before_any_start(scripted: Scripted, args: tuple[str, ...]) -> None:
    done = scripted.dsock(*args, env={"DOCKER_HOST": "unix:///no/such.sock"})
    assert (done.returncode, done.stdout) == (125, "")
    assert len(done.stderr.splitlines()) == 2


def test_where_the_choice_came_from_is_said(scripted: Scripted) -> None:
    done = scripted.dsock("ps", env={"DOCKER_HOST": "unix:///no/such.sock"})
    expected = "no engine's socket at /no/such.sock: it does not exist (from DOCKER_HOST)"
    assert done.stderr.splitlines()[0] == expected


@pytest.mark.parametrize("words", ["page not found", "Not Found"])
def test_a_call_that_the_engine_does_not_have_is_named(scripted, words):
    scripted.anything = Answer(status=404, json={"message": words})
    env = {**os.environ, "DOCKER_HOST": scripted.host}
    argv = [sys.executable, "-m", "dsock", "update", "--memory", "64m", "web"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"Error response from daemon: {words}\n"
        "hint: this engine has no POST /containers/web/update\n"
    )
