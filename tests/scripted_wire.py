"""The scripted engine's connections: HTTP as an answer says it, byte by byte where it must be."""

from __future__ import annotations

import json as jsonlib
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

LIMIT = 20.0


@dataclass
class Call:
    """A call as it came."""

    method: str
    target: str  # with the version prefix
    headers: Message
    body: bytes

    @property
    def bare(self) -> str:
        """The target without the version prefix."""
        return re.sub(r"^/v[0-9.]+(?=/)", "", self.target)

    @property
    def json(self) -> Any:
        return jsonlib.loads(self.body)


@dataclass
class Answer:
    """What is answered; the fields are those of `expect`."""

    status: int | None = 200
    json: Any = None
    body_bytes: bytes | None = None
    chunks: Iterable[Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None
    cut: bool = False
    raw: bytes | None = None
    upgrade: Callable[[Stream], object] | None = None
    early: bytes = b""


class Stream:
    """The engine's side of an upgraded connection."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._file = handler.rfile
        self._socket = handler.connection

    def read(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end of the client's input."""
        return self._file.read(size)

    def read_all(self) -> bytes:
        """Everything until the client's input ends (a half close)."""
        return self._file.read()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)


class Finder(Protocol):
    """What connections ask: the answer to a call."""

    failures: list[str]

    def find(self, call: Call) -> tuple[Answer, threading.Event | None]: ...


def frame(stream: int, payload: bytes) -> bytes:
    """A frame of a multiplexed stream: 1 is stdout, 2 is stderr."""
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


class UnixListener(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class TcpListener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


def handler(engine: Finder) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        scripted = engine

    return Handler


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    scripted: Finder
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        call = Call(self.command, self.path, self.headers, b"".join(self._body()))
        answer, done = self.scripted.find(call)
        try:
            self._send(call, answer)
        except (BrokenPipeError, ConnectionResetError):
            pass  # a client may leave early
        except Exception as err:
            self.scripted.failures.append(f"{call.method} {call.target}: {err!r}")
        finally:
            if done is not None:
                done.set()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer

    def _send(self, call: Call, answer: Answer) -> None:
        if answer.wait is not None:
            _wait(answer.wait)
        self.close_connection |= answer.cut or answer.raw is not None or bool(answer.upgrade)
        if answer.raw is not None:
            self.wfile.write(answer.raw)
        elif answer.upgrade is not None:
            self._head(101, {"Connection": "Upgrade", "Upgrade": "tcp", **answer.headers})
            self.wfile.write(b"".join(self._kept) + answer.early)
            answer.upgrade(Stream(self))
        elif answer.chunks is not None:
            self._stream(answer, answer.chunks)
        elif answer.status is not None:
            self._whole(call, answer)
        if answer.cut:
            self.connection.shutdown(socket.SHUT_RDWR)

    def _whole(self, call: Call, answer: Answer) -> None:
        body = answer.body_bytes or b""
        headers = dict(answer.headers)
        if answer.json is not None:
            body = jsonlib.dumps(answer.json).encode() + b"\n"
            headers.setdefault("Content-Type", "application/json")
        if answer.status not in (204, 304):
            size = len(body) + 1000 if answer.cut else len(body)
            headers.setdefault("Content-Length", str(size))
        self._head(answer.status or 200, headers)
        self.wfile.write(b"".join(self._kept) + (b"" if call.method == "HEAD" else body))

    def _stream(self, answer: Answer, chunks: Iterable[Any]) -> None:
        self._head(answer.status or 200, {"Transfer-Encoding": "chunked", **answer.headers})
        self.wfile.write(b"".join(self._kept))
        for chunk in chunks:
            if isinstance(chunk, threading.Event):
                _wait(chunk)
                continue
            data = chunk if isinstance(chunk, bytes) else jsonlib.dumps(chunk).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if not answer.cut:
            self.wfile.write(b"0\r\n\r\n")

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('Status',))[0]}"]
        lines += [f"{key}: {value}" for key, value in headers.items()]
        self._kept = ["".join(line + "\r\n" for line in [*lines, ""]).encode("latin-1")]

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Expect") == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline(), 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            yield self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def handle_expect_100(self) -> bool:
        return True  # said once the body is read

    def log_message(self, format: str, *args: object) -> None:
        pass


def _wait(event: threading.Event) -> None:
    if not event.wait(LIMIT):
        raise TimeoutError(f"an event did not come within {LIMIT} s")
