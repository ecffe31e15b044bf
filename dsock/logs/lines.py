"""Lines of a container's log, which the engine was asked to put a time before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

SECOND = 1_000_000_000
STAMP = 30  # bytes of "2026-11-24T14:29:34.768530932Z"
# Engines cut what is longer into pieces, each of which has the time again: Docker, and Podman.
PIECES = (16384, 8192)
LONGEST = 1 << 20  # bytes of a line: what is longer comes in parts


class Line(NamedTuple):
    """A line: its time in nanoseconds since 1970, the number of its container, whether it came
    from stderr, and the text without time and newline."""

    time: int
    source: int
    error: bool
    text: bytes


class Splitter:
    """Makes lines of the blocks of one container's log."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._rest = {False: b"", True: b""}
        self._seconds: dict[bytes, int] = {}
        self._last = 0

    def split(self, block: bytes, error: bool) -> list[Line]:
        """The lines that `block` completes."""
        lines = (self._rest[error] + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST:
            lines.append(rest)
            rest = b""
        self._rest[error] = rest
        return [self._line(line, error) for line in lines]

    def end(self) -> list[Line]:
        """What has no newline after it."""
        rest, self._rest = self._rest, {False: b"", True: b""}
        return [self._line(text, error) for error, text in rest.items() if text]

    def _line(self, line: bytes, error: bool) -> Line:
        stamp, _, text = line.partition(b" ")
        time = self._time(stamp)
        if time is None:  # a part of a very long line
            return Line(self._last, self._source, error, line)
        self._last = time
        if len(line) > PIECES[-1]:
            text = b"".join(_pieces(line))
        return Line(time, self._source, error, text.removesuffix(b"\r"))

    def _time(self, stamp: bytes) -> int | None:
        second, fraction = stamp[:19], stamp[20:29]
        known = self._seconds.get(second)
        if known is None or len(stamp) != STAMP or not stamp.endswith(b"Z"):
            try:
                exact = datetime.fromisoformat(stamp.decode("ascii"))
                known = int(exact.replace(microsecond=0, tzinfo=exact.tzinfo or UTC).timestamp())
            except ValueError:
                return None
            fraction = stamp[20:].rstrip(b"Z").split(b"+")[0].split(b"-")[0][:9].ljust(9, b"0")
            if stamp.endswith(b"Z"):
                self._seconds = {second: known}
        return known * SECOND + int(fraction or 0)


def _pieces(line: bytes) -> Iterator[bytes]:
    """The parts of a long line without the times between them."""
    at = STAMP + 1
    while at < len(line):
        end = len(line)
        for size in PIECES:
            mark = line[at + size : at + size + STAMP + 1]
            if mark.endswith(b"Z ") and mark[4:5] == b"-" and mark[10:11] == b"T":
                end = at + size
                break
        yield line[at:end]
        at = end + STAMP + 1
