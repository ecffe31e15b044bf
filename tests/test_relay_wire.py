"""The relay's reading of HTTP: what is strict passes, what two parsers could read in two ways
does not."""

from __future__ import annotations

import pytest

from dsock.relay import body, head
from dsock.relay.head import BadMessage

GET = b"GET /containers/json HTTP/1.1\r\nHost: docker\r\n"


def test_a_request_keeps_its_target_its_headers_and_their_case() -> None:
    raw = (
        b"POST /v1.41/x?a=%2F HTTP/1.1\r\nHost: docker\r\nX-Meta: A, b\r\nContent-Length: 3\r\n\r\n"
    )
    found = head.request(raw)
    assert (found.method, found.target, found.length) == ("POST", "/v1.41/x?a=%2F", 3)
    assert found.headers[1] == ("X-Meta", "A, b")
    assert found.raw == raw and found.lasts and not found.upgrade


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 1\r\nContent-Length: 1\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Length: 1, 1\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n",
        b"X: a\r\n b\r\n",
        b"X: a\nY: b\r\n",
        b"X: a\rY: b\r\n",
        b"X: a\0b\r\n",
        b"X : a\r\n",
        b": a\r\n",
        b"Host: other\r\n",
    ],
)
def test_a_doubtful_head_is_refused(lines: bytes) -> None:
    with pytest.raises(BadMessage):
        head.request(GET + lines + b"\r\n")


@pytest.mark.parametrize(
    "line",
    [
        b"GET /x HTTP/1.1\r\n",  # no Host
        b"GET  /x HTTP/1.1\r\nHost: x\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n",
        b"GET /x HTTP/2.0\r\nHost: x\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"GET /x\r\n",
        b"\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n",
        b"G\x00T /x HTTP/1.1\r\nHost: x\r\n",
    ],
)
def test_a_first_line_that_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(BadMessage):
        head.request(line + b"\r\n")


def test_a_head_that_grows_too_long_is_refused() -> None:
    with pytest.raises(BadMessage):
        head.end_of_head(b"x" * (head.LONGEST_HEAD + 1))


@pytest.mark.parametrize(
    ("lines", "method", "tunnel"),
    [
        (b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n", "POST", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n", "POST", True),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
            b"Transfer-Encoding: chunked\r\n",
            "GET",
            False,
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "GET", False),
    ],
)
def test_an_answer_that_becomes_two_way_bytes_is_known(
    lines: bytes, method: str, tunnel: bool
) -> None:
    assert head.answer(lines + b"\r\n", method).tunnel is tunnel


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304), ("POST", 204)])
def test_an_answer_without_a_body_has_none_whatever_it_says(method: str, status: int) -> None:
    raw = b"HTTP/1.1 %d X\r\nContent-Length: 10\r\n\r\n" % status
    assert body.of_answer(head.answer(raw, method)).done


BODY = b"5\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n"


@pytest.mark.parametrize("size", range(1, len(BODY) + 1))
def test_a_chunked_body_ends_where_it_ends_however_it_comes(size: int) -> None:
    chunks = body.Chunks()
    payload, used = b"", 0
    data = BODY + b"GET /next"
    while not chunks.done:
        block = memoryview(data)[used : used + size]
        taken, pieces = chunks.feed(block)
        used += taken
        payload += b"".join(pieces)
    assert (payload, used) == (b"hello0123456789", len(BODY))


@pytest.mark.parametrize(
    "data",
    [
        b"5;ext=1\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhelloX\r\n",
        b"5\r\nhello\n\r",
        b"-5\r\nhello\r\n",
        b"+5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b" 5\r\nhello\r\n",
        b"\r\nhello\r\n",
        b"fffffffffffffffff\r\n",
        b"0" * 5000,
    ],
)
def test_a_doubtful_chunk_is_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        body.Chunks().feed(memoryview(data))


def test_a_body_of_a_length_takes_no_byte_more() -> None:
    plain = body.Body(5)
    assert plain.feed(memoryview(b"hel")) == (3, [b"hel"])
    assert plain.feed(memoryview(b"loGET")) == (2, [b"lo"])
    assert plain.done
