"""What stands between a client and the engine: whoever judges a request, watches an exchange or
changes an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from dsock.relay import head
from dsock.relay.head import AnswerHead, RequestHead

Bytes = bytes | memoryview


class Tap:
    """Is told what goes by in one exchange; this one does not care."""

    def sent(self, payload: Bytes) -> None:
        """Of the request's body, without chunk headers; after an upgrade what the client says."""

    def answered(self, answer: AnswerHead) -> None:
        """The answer's head."""

    def received(self, payload: Bytes) -> None:
        """Of the answer's body, without chunk headers; after an upgrade what the engine says."""

    def ended(self, error: str) -> None:
        """All is over. `error` is why, if not because the answer was complete."""


class Filter(Protocol):
    """Changes an answer on its way to the client."""

    def head(self, answer: AnswerHead) -> bytes:
        """The head to send instead. Raises BadMessage to withhold the whole answer."""
        ...

    def feed(self, payload: Bytes) -> bytes:
        """What to send of a piece of the body, in chunks if the head says so; b"" for nothing."""
        ...

    def end(self) -> bytes:
        """What is to be sent after the last piece."""
        ...


def as_it_came(answer: AnswerHead) -> bytes:
    """The answer's head, unchanged."""
    return answer.raw


@dataclass
class Forward:
    """What becomes of a request that may pass. Of `filter` and `whole` at most one is used."""

    head: bytes  # sent to the engine
    body: bytes | None = None  # sent instead of the client's body, which has been read
    tap: Tap = field(default_factory=Tap)
    filter: Filter | None = None  # changes the answer piece by piece
    whole: Whole | None = None  # changes an answer of bounded length that has come in whole
    answer: Callable[[AnswerHead], bytes] = as_it_came  # the head to send; raises BadMessage
    tunnel: bool = True  # whether the connection may become two-way bytes


@dataclass(frozen=True)
class Limits:
    """How long a client may take (seconds, None: for ever) and how long a head may be (bytes)."""

    idle: float | None = None  # before a request begins
    request: float | None = None  # from its first byte to its head's end
    body: float | None = None  # for a body that is read whole
    head_bytes: int = head.LONGEST_HEAD


NO_LIMITS = Limits()


# Judges a request. The second argument reads its whole body: `await read(limit)`. For a request
# that may not pass it raises BadMessage, with the status to answer.
ReadBody = Callable[[int], Awaitable[bytes]]
Gate = Callable[[RequestHead, ReadBody], Awaitable[Forward]]
# Makes the bytes to send, head and body, of an answer. Raises BadMessage to withhold it.
Whole = Callable[[AnswerHead, bytes], bytes]


async def everything(request: RequestHead, read: ReadBody) -> Forward:
    """The gate that lets all pass as it is."""
    return Forward(request.raw)
