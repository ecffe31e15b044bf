"""What a container without a terminal prints: frames of its stdout and stderr in one stream."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple

from dsock.engine.wire import READ_BYTES, REMEMBERED, Readable, chunk_length, dechunk
from dsock.errors import BrokenOff, DsockError

STDIN, STDOUT, STDERR, SYSTEM_ERROR = 0, 1, 2, 3
# Payloads from here on are looked at where they are rather than copied.
LARGE = 4096
# As much of a payload is worth the calls that leave it to the kernel.
CARRIED = 8192
# More than one call of the system should be asked to write.
MANY = 64


# Told a stream, how many bytes of its payload are to come, and the header and the payload's length
# of frames that may come after it: who sends large frames sends more of them.
Carry = Callable[[int, int, bytes, int], object]


class Run(NamedTuple):
    """What came of one stream, STDOUT or STDERR, before there was something of the other."""

    stream: int
    pieces: list[bytes | memoryview]

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)


def frames(blocks: Iterable[bytes]) -> Iterator[Run]:
    """The runs of a multiplexed stream, what a block holds at a time.

    A frame is a header of 8 bytes (stream, 0, 0, 0, length) and its payload, which is handed on
    before all of it is there. Raises BrokenOff if the stream ends inside a frame, DsockError for
    what is no frame and for an error that the engine put into the stream.
    """
    yield from _demultiplexed(iter(blocks), _frame, header=8)


def chunked_frames(file: Readable, carry: Carry | None = None) -> Iterator[Run]:
    """frames(dechunk(file)) in one loop, for engines that send each frame as a chunk.

    Where much of a payload is still to come, `carry` takes that from `file`, and whole frames like
    it after that: see Carry. From the first chunk that is no frame, it goes on in two loops.
    """
    reads = iter(lambda: file.read1(READ_BYTES), b"")
    rest = yield from _demultiplexed(reads, _chunk_with_frame, 14, b"\r\n", carry)
    if rest is not None:
        yield from frames(dechunk(file, rest[2:]))


# A header: (bytes of it, bytes of payload, stream); None while it is not all there.
_Header = tuple[int, int, int] | None
_END, _OTHER = -1, -2  # in the place of a stream: the body's end, something that is no frame


def _demultiplexed(
    reads: Iterator[bytes],
    parse: Callable[[bytes, int], _Header],
    header: int,
    before: bytes = b"",
    carry: Carry | None = None,
) -> Generator[Run, None, bytes | None]:
    """The loop of `frames` and `chunked_frames`. Returns what is left from _OTHER on, else None.

    `header` is the usual length of a header. In chunks it begins with the end of the chunk before
    it: `before` is that of the first.
    """
    known: dict[bytes, tuple[int, int]] = {}
    current = STDOUT
    missing = 0  # bytes of a payload that are still to come
    rest = before
    for block in reads:
        data = rest + block if rest else block
        size = len(data)
        at = min(missing, size)
        missing -= at
        pieces: list[bytes | memoryview] = [data[:at]] if at else []
        while at < size:
            start = at + header
            found = known.get(data[at:start])
            if found is None and before:  # of another size, seen before?
                start = data.find(b"\r\n", at + 2) + 10
                found = known.get(data[at:start])
                header = start - at if found else header
            if found is None:
                parsed = parse(data, at)
                if parsed is None:
                    break
                header, *(length, stream) = parsed
                if stream < 0:
                    if pieces:
                        yield _run(current, pieces)
                    return data[at:] if stream == _OTHER else None
                start = at + header
                found = length, stream
                if len(known) < REMEMBERED:
                    known[data[at:start]] = found
            length, stream = found
            end = start + length
            if stream != current:
                if pieces:
                    yield _run(current, pieces)
                pieces, current = [], stream
            if stream == SYSTEM_ERROR:
                if end > size and size - start < READ_BYTES:
                    break
                reason = data[start:end].decode("utf-8", "replace").strip()
                raise DsockError(f"error from daemon in stream: {reason}")
            pieces.append(data[start:end] if length < LARGE else memoryview(data)[start:end])
            at = end
        missing += max(0, at - size)
        rest = data[at:]
        if pieces and not pieces[-1]:  # a header, and nothing more yet
            pieces.pop()
        if pieces:
            yield _run(current, pieces)
        if carry and missing >= CARRIED:
            carry(current, missing, data[start - header : start], length)
            missing = 0
    if rest or missing or before:  # in chunks, the end has been said
        raise BrokenOff()
    return None


def _run(stream: int, pieces: list[bytes | memoryview]) -> Run:
    return Run(stream, [b"".join(pieces)] if len(pieces) > MANY else pieces)


def _frame(data: bytes, at: int) -> _Header:
    if len(data) < at + 8:
        return None
    stream = data[at]
    if stream > SYSTEM_ERROR or data[at + 1 : at + 4] != b"\0\0\0":
        raise DsockError(
            "the engine's stream is not multiplexed, as it is without a terminal",
            "the container may have one (-t)",
        )
    return 8, int.from_bytes(data[at + 4 : at + 8], "big"), stream or STDOUT


def _chunk_with_frame(data: bytes, at: int) -> _Header:
    end = data.find(b"\r\n", at + 2)
    if end < 0:
        return None if len(data) - at < READ_BYTES else (0, 0, _OTHER)
    chunk = chunk_length(data[at + 2 : end])
    if chunk == 0:
        return 0, 0, _END
    if len(data) < end + 10:
        return None if chunk >= 8 else (0, 0, _OTHER)
    length = int.from_bytes(data[end + 6 : end + 10], "big")
    stream = data[end + 2]
    if length + 8 != chunk or stream > SYSTEM_ERROR:
        return 0, 0, _OTHER
    return end + 10 - at, length, stream or STDOUT
