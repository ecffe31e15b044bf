"""The head of an HTTP message: read strictly by h11, and written as it came or as it was changed.

Where a message ends must not be a matter of opinion between a relay and the engine behind it: what
two parsers may read in two ways is refused, whoever sent it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from dsock.errors import DsockError

LONGEST_HEAD = 1 << 20  # bytes, what Go's server takes
_END = b"\r\n\r\n"
# What h11 would let pass: lines without \r, lines folded into the next, controls in a value.
_LOOSE = rb"(?<!\r)\n|\r(?!\n)|\n[ \t]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# h11 takes several equal lengths for one.
_LENGTH = rb"(?i)\ncontent-length:([^\r]*)"
_NUMBER = rb"[ \t]*[0-9]{1,18}[ \t]*"


class BadMessage(DsockError):
    """A message that is not strict HTTP/1.1, and the `status` to answer it with."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Head:
    """What request and response have in common. `raw` are the bytes as they came."""

    headers: tuple[tuple[str, str], ...]
    raw: bytes

    def get(self, name: str) -> str:
        """The header of that name in lower case, several joined by ", ", "" for none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @cached_property
    def chunked(self) -> bool:
        """True for a body in chunks. Raises BadMessage for any other transfer coding."""
        coding = self.get("transfer-encoding")
        if coding and coding.lower() != "chunked":
            raise BadMessage(f"transfer coding {coding!r} is not supported", 501)
        return bool(coding)

    @cached_property
    def length(self) -> int | None:
        """Content-Length, None if it isn't said. Raises BadMessage for a doubtful one."""
        values = re.findall(_LENGTH, self.raw)
        if not values:
            return None
        if len(values) > 1 or self.chunked or not re.fullmatch(_NUMBER, values[0]):
            raise BadMessage("the body's length is said in more than one way, or in none")
        return int(values[0])


@dataclass(frozen=True)
class RequestHead(Head):
    """ "POST /v1.41/containers/create?name=web HTTP/1.1" and what follows."""

    method: str
    target: str
    http: str  # "1.1"

    @property
    def upgrade(self) -> bool:
        """True if the connection is to become something else than HTTP."""
        return "upgrade" in _tokens(self.get("connection"))

    @property
    def lasts(self) -> bool:
        """True if the client means to send another request over this connection."""
        return self.http == "1.1" and "close" not in _tokens(self.get("connection"))


@dataclass(frozen=True)
class AnswerHead(Head):
    """ "HTTP/1.1 200 OK" and what follows."""

    status: int
    reason: str
    empty: bool  # no body follows, whatever the headers say: HEAD, 204, 304

    @property
    def interim(self) -> bool:
        """True for 100 Continue and the like: the real answer is still to come."""
        return 100 <= self.status < 200 and self.status != 101

    @property
    def lasts(self) -> bool:
        """True if the engine leaves the connection open for another request."""
        return "close" not in _tokens(self.get("connection"))

    @property
    def tunnel(self) -> bool:
        """True if the connection is two-way bytes from here on: after an upgrade, or as the engine
        does it for clients that did not ask for one (200, a raw stream, no length)."""
        if self.status == 101:
            return True
        raw = self.get("content-type").startswith("application/vnd.docker.")
        return raw and self.status == 200 and self.length is None and not self.chunked


def end_of_head(data: bytes | bytearray, longest: int = LONGEST_HEAD) -> int:
    """Where the body begins in `data`, 0 if the head is not all there yet. Raises BadMessage for
    a head that grows too long."""
    end = data.find(_END)
    if (end if end >= 0 else len(data)) > longest:
        raise BadMessage("the request's head is too long", 431)
    return end + len(_END) if end >= 0 else 0


def request(raw: bytes) -> RequestHead:
    """The head of a request. Raises BadMessage if it is not strict HTTP/1.1."""
    import h11

    event = _parsed(h11.Connection(h11.SERVER, max_incomplete_event_size=len(raw)), raw)
    assert isinstance(event, h11.Request)
    head = RequestHead(
        _headers(event), raw, event.method.decode(), event.target.decode("latin-1"),
        event.http_version.decode(),
    )  # fmt: skip
    if head.http not in ("1.0", "1.1"):
        raise BadMessage(f"HTTP/{head.http} is not spoken here", 505)
    _ = head.length  # now, before anything is passed on
    if head.chunked and head.http == "1.0":
        raise BadMessage("HTTP/1.0 has no chunks")
    return head


def answer(raw: bytes, method: str) -> AnswerHead:
    """The head of the answer to a request with `method`. Raises BadMessage for none."""
    import h11

    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=len(raw))
    # h11 wants to have sent a request that may be answered so.
    switch = [("Host", "x"), ("Connection", "upgrade"), ("Upgrade", "tcp")]
    connection.send(h11.Request(method="GET", target="/", headers=switch))
    connection.send(h11.EndOfMessage())
    event = _parsed(connection, raw)
    assert isinstance(event, h11.Response | h11.InformationalResponse)
    status = event.status_code
    empty = method == "HEAD" or status in (204, 304)
    reason = event.reason.decode("latin-1")
    head = AnswerHead(_headers(event), raw, status, reason, empty)
    _ = head.length, head.chunked  # now, before anything is passed on
    return head


def written(line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """A head as bytes, from its first line and its headers."""
    lines = [line, *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _parsed(connection: object, raw: bytes) -> object:
    import h11

    if re.search(_LOOSE, raw):
        raise BadMessage("the head is not strict HTTP: stray line ends or control characters")
    assert isinstance(connection, h11.Connection)
    try:
        connection.receive_data(raw)
        return connection.next_event()
    except h11.RemoteProtocolError as err:
        # Without the line itself, which may hold credentials.
        raise BadMessage(str(err).partition(":")[0], err.error_status_hint) from None


def _headers(event: object) -> tuple[tuple[str, str], ...]:
    """With their names as they were written."""
    items = event.headers.raw_items()  # type: ignore[attr-defined]
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in items)


def _tokens(value: str) -> set[str]:
    return {token.strip().lower() for token in value.split(",")}
