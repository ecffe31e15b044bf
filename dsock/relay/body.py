"""Where a message's body ends in the bytes that go by, and what of them is payload."""

from __future__ import annotations

import re

from dsock.relay.head import AnswerHead, BadMessage, RequestHead

_LONGEST_LINE = 4096  # of a chunk's size or of a trailer
_SIZE = rb"[0-9A-Fa-f]{1,15}"


class Body:
    """A body of `length` bytes; None: until the connection ends."""

    def __init__(self, length: int | None) -> None:
        self.missing = length

    @property
    def done(self) -> bool:
        """True if all of it has gone by."""
        return self.missing == 0

    def feed(self, data: memoryview) -> tuple[int, list[memoryview]]:
        """How many of the bytes belong to the body, and the payload in them. Raises BadMessage
        if they are no such body."""
        used = len(data) if self.missing is None else min(self.missing, len(data))
        if self.missing is not None:
            self.missing -= used
        return used, [data[:used]] if used else []


class Chunks(Body):
    """A body in chunks. Chunk extensions are refused, and trailers unless `trailers`: parsers
    disagree about their ends."""

    def __init__(self, trailers: bool = True) -> None:
        super().__init__(None)
        self._trailers = trailers
        self._line = b""  # of a size or a trailer, as far as it has come
        self._left = 0  # bytes of the chunk that are still to come, with the line end behind it
        self._ending = self._done = False

    @property
    def done(self) -> bool:
        return self._done

    def feed(self, data: memoryview) -> tuple[int, list[memoryview]]:
        payload: list[memoryview] = []
        at = 0
        while at < len(data) and not self._done:
            if self._left > 2:
                piece = data[at : at + self._left - 2]
                payload.append(piece)
                at += len(piece)
                self._left -= len(piece)
            elif self._left:
                if data[at] != (13, 10)[2 - self._left]:
                    raise BadMessage("a chunk does not end where it said")
                at += 1
                self._left -= 1
            else:
                at += self._take_line(bytes(data[at : at + _LONGEST_LINE]))
        return at, payload

    def _take_line(self, data: bytes) -> int:
        """The next bytes of a line; how many of them were used."""
        end = data.find(b"\n")
        used = end + 1 if end >= 0 else len(data)
        line = self._line + data[:used]
        if len(line) > _LONGEST_LINE:
            raise BadMessage("a line between chunks is too long")
        self._line = b"" if end >= 0 else line
        if end >= 0:
            self._line_came(line)
        return used

    def _line_came(self, line: bytes) -> None:
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise BadMessage("a line between chunks does not end in CR LF")
        text = line[:-2]
        if self._ending:  # trailers, up to an empty line
            self._done = not text
            if text and not self._trailers:
                raise BadMessage("a request with trailers is not passed on")
        elif re.fullmatch(_SIZE, text):
            size = int(text, 16)
            self._ending = size == 0
            self._left = size + 2 if size else 0
        else:
            raise BadMessage("a chunk's size is no plain number")


def of_request(head: RequestHead) -> Body:
    """The body that follows a request's head."""
    return Chunks(trailers=False) if head.chunked else Body(head.length or 0)


def of_answer(head: AnswerHead) -> Body:
    """The body that follows an answer's head."""
    if head.empty:
        return Body(0)
    return Chunks() if head.chunked else Body(head.length)
