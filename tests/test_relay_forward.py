"""The relay between a client and an engine, both of them raw sockets that say what no real one
would."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dsock.relay.gate import Forward, Gate, ReadBody, everything
from dsock.relay.head import BadMessage, RequestHead
from tests.relays import relay

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GET = b"GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n"


class Engine:
    """Accepts connections, keeps what each said, and lets `answer(sock)` talk to it."""

    def __init__(self, path: Path, answer: Callable[[socket.socket], None]) -> None:
        self.heard: list[bytes] = []
        self._answer = answer
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with sock:
                data = b""
                while b"\r\n\r\n" not in data and (block := sock.recv(1)):
                    data += block
                self.heard.append(data)
                self._answer(sock)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def between(
    folder: Path,
    answer: Callable[[socket.socket], None] = lambda sock: sock.sendall(OK),
    gate: Gate = everything,
) -> Iterator[tuple[socket.socket, Engine]]:
    """A client's socket to a relay before an engine."""
    engine = Engine(folder / "engine.sock", answer)
    with (
        relay(str(folder / "engine.sock"), gate) as path,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client,
    ):
        client.settimeout(30)
        client.connect(path)
        yield client, engine
    engine.close()


def until(client: socket.socket, end: bytes) -> bytes:
    """What the relay says up to `end`, or to the connection's end."""
    data = b""
    while not data.endswith(end) and (block := client.recv(65536)):
        data += block
    return data


def all_of(client: socket.socket) -> bytes:
    data = b""
    try:
        while block := client.recv(65536):
            data += block
    except ConnectionResetError:
        pass
    return data


def test_requests_of_one_connection_reach_the_engine_as_they_were_sent(tmp_path: Path) -> None:
    with between(tmp_path) as (client, engine):
        for _ in range(3):
            client.sendall(GET)
            assert until(client, b"ok") == OK
        assert engine.heard == [GET] * 3


def test_two_requests_sent_at_once_are_answered_one_by_one(tmp_path: Path) -> None:
    with between(tmp_path) as (client, engine):
        client.sendall(GET + GET.replace(b"_ping", b"info"))
        assert until(client, b"okHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == OK + OK
        assert [line.split()[1] for line in engine.heard] == [b"/_ping", b"/info"]


async def only_ping(request: RequestHead, read: ReadBody) -> Forward:
    if request.target == "/_ping":
        return Forward(request.raw)
    raise BadMessage("no", 403)


@pytest.mark.parametrize(
    "said",
    [
        GET + b"GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        b"GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /_ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_follows_an_allowed_request_is_judged_by_itself(tmp_path: Path, said: bytes) -> None:
    def answer(sock: socket.socket) -> None:
        if b"chunked" in said:
            until(sock, b"0\r\n\r\n")  # an answer before that would end the connection
        sock.sendall(OK)

    with between(tmp_path, answer, only_ping) as (client, engine):
        client.sendall(said)
        answer = all_of(client)
        assert answer.startswith(OK + b"HTTP/1.1 403 ") and b'{"message": "no"}' in answer
        assert len(engine.heard) == 1 and b"secrets" not in engine.heard[0]


def test_a_request_inside_of_a_body_is_a_body(tmp_path: Path) -> None:
    inner = b"GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n"

    def answer(sock: socket.socket) -> None:
        sock.sendall(OK)

    with between(tmp_path, answer, only_ping) as (client, engine):
        head = b"GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inner)
        client.sendall(head + inner)
        assert until(client, b"ok") == OK
        assert len(engine.heard) == 1


def test_a_bad_chunk_is_the_clients_fault_and_the_engine_gets_no_more(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def answer(sock: socket.socket) -> None:
        while block := sock.recv(65536):
            heard.append(block)

    with between(tmp_path, answer) as (client, _):
        head = b"POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head + b"3\r\nabc\r\n5;evil\r\nhello\r\n0\r\n\r\n")
        assert all_of(client).startswith(b"HTTP/1.1 400 ")
        assert b"evil" not in b"".join(heard)


def test_an_engine_that_is_away_is_said_in_its_own_form(tmp_path: Path) -> None:
    with (
        relay(str(tmp_path / "nobody.sock")) as path,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client,
    ):
        client.connect(path)
        client.sendall(GET)
        answer = all_of(client)
        assert answer.startswith(b"HTTP/1.1 502 ") and b'{"message": "the engine' in answer


def test_an_engine_that_ends_without_an_answer_is_said(tmp_path: Path) -> None:
    with between(tmp_path, lambda sock: None) as (client, _):
        client.sendall(GET)
        assert all_of(client).startswith(b"HTTP/1.1 502 ")


def test_an_answer_before_the_bodys_end_reaches_the_client(tmp_path: Path) -> None:
    with between(tmp_path) as (client, _):
        client.sendall(b"POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome")
        assert until(client, b"ok") == OK
        assert client.recv(1) == b""


def test_bytes_after_an_upgrade_go_both_ways_and_end_one_by_one(tmp_path: Path) -> None:
    switch = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"

    def answer(sock: socket.socket) -> None:
        sock.sendall(switch + b"early")
        data = b""
        while block := sock.recv(65536):
            data += block
        sock.sendall(b"got " + data)

    with between(tmp_path, answer) as (client, _):
        client.sendall(
            b"POST /exec/x/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            b"Upgrade: tcp\r\nContent-Length: 2\r\n\r\n{}"
        )
        assert until(client, b"early") == switch + b"early"
        client.sendall(b"GET /not-http")
        client.shutdown(socket.SHUT_WR)
        assert all_of(client).endswith(b"GET /not-http")


def test_a_client_that_goes_away_ends_a_silent_stream(tmp_path: Path) -> None:
    ended = threading.Event()

    def answer(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        if sock.recv(1) == b"":
            ended.set()

    with between(tmp_path, answer) as (client, _):
        client.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        assert until(client, b"\r\n\r\n")
        client.close()
        assert ended.wait(30)


def test_100_continue_comes_from_the_engine(tmp_path: Path) -> None:
    def answer(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        until(sock, b"hello")
        sock.sendall(OK)

    with between(tmp_path, answer) as (client, _):
        head = b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        client.sendall(head)
        assert until(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hello")
        assert until(client, b"ok") == OK
