"""A proxy before an engine that keeps all it hears."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dsock.relay import listen
from dsock.relay.beside import serving
from dsock.relay.gate import Limits
from dsock.relay.policy import load
from dsock.relay.proxy import LIMITS, Door
from tests.test_relay_forward import Engine, all_of

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
MADE = (
    b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"Id":1}'
)
ABSENT = b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
Answers = bytes | Callable[[bytes], bytes]  # to any request, or by its bytes


def usual(request: bytes) -> bytes:
    """As an engine without volumes and networks would answer."""
    if re.match(rb"GET /(volumes|networks)/", request):
        return ABSENT
    return MADE if re.match(rb"POST \S*/(create|exec)[ ?]", request) else ANSWER


@contextmanager
def proxy(
    folder: Path, policy: str, answer: Answers = usual, limits: Limits = LIMITS
) -> Iterator[tuple[str, list[bytes], list[dict[str, Any]]]]:
    """A proxy's socket, what its engine hears, and its log."""
    file = folder / "policy.yaml"
    file.write_text(f"listen: {folder}/proxy.sock\n{policy}")
    [listener] = load.file(str(file))

    def answers(sock: socket.socket) -> None:
        sock.settimeout(30)
        at, heard = len(engine.heard) - 1, engine.heard[-1]
        while not _whole(heard) and (block := sock.recv(65536)):
            heard += block
        engine.heard[at] = heard
        sock.sendall(answer if isinstance(answer, bytes) else answer(heard))
        while block := sock.recv(65536):  # what comes after the request is kept too
            engine.heard[at] += block

    engine = Engine(folder / "engine.sock", answers)
    log: list[dict[str, Any]] = []
    door = Door(listener, str(folder / "engine.sock"), log.append, limits)
    path = folder / "proxy.sock"
    with listen.bound(path) as sock, serving(sock, door.serve):
        yield str(path), engine.heard, log
    engine.close()


def _whole(heard: bytes) -> bool:
    head, _, body = heard.partition(b"\r\n\r\n")
    if b"\r\nTransfer-Encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    return len(body) >= (int(length[1]) if length else 0)


def say(path: str, data: bytes) -> bytes:
    """All that is answered to one connection's bytes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(60)
        client.connect(path)
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except OSError:  # refused already
            pass
        return all_of(client)
