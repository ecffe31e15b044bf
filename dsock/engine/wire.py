"""The engine's bytes: chunks, multiplexed frames, JSON streams. Loops that decode what one read
gave and hand it on at once; nothing here waits for a full buffer.

Every log line and every event is an HTTP chunk of its own, so these loops run once for each:
a look into a table of what was parsed before costs a third of parsing it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from dsock.errors import BrokenOff, DsockError

READ_BYTES = 1 << 16
STDIN, STDOUT, STDERR, SYSTEM_ERROR = 0, 1, 2, 3
# A record without an end fills the memory. Events and progress are some hundred bytes.
LONGEST_RECORD = 1 << 24
# Lengths that are remembered: log lines have few hundred different ones.
REMEMBERED = 4096
BLANK = b" \r\n\t\x1e"


class Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Ticking(Protocol):
    """A file that gives None where nothing comes for a while."""

    def read1(self, size: int, /) -> bytes | None: ...


def dechunk(file: Ticking, data: bytes = b"") -> Iterator[bytes]:
    """The payload of a chunked body, what one read of `file` gave at a time; b"" for its None.

    `data` was read before, and begins at a chunk. Raises BrokenOff if the file ends before the
    body, DsockError if it is not chunked.
    """
    lengths = _Lengths()
    data = b"\r\n" + data  # the end of a chunk is read with the beginning of the next
    missing = 0  # bytes of a chunk's payload that are still to come
    block = data
    while block:
        size = len(data)
        at = min(missing, size)
        missing -= at
        pieces = [data[:at]] if at else []
        while at < size:
            end = data.find(b"\r\n", at + 2)
            if end < 0:
                break
            length = lengths[data[at + 2 : end]]
            if length == 0:
                yield from _joined(pieces)
                return
            at = end + 2 + length
            pieces.append(data[end + 2 : at])
        missing += max(0, at - size)
        rest = data[at:]
        yield from _joined(pieces)
        while (read := file.read1(READ_BYTES)) is None:
            yield b""
        block = read
        data = rest + block if rest else block
    raise BrokenOff()


def frames(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(stdout, stderr) of a multiplexed stream, of which one is empty.

    What a block holds comes joined as long as the stream is the same, so that who writes both to
    one place keeps their order. A frame is a header of 8 bytes (stream, 0, 0, 0, length) and its
    payload. Raises BrokenOff if the stream ends inside a frame, DsockError for what is no frame
    and for an error that the engine put into the stream.
    """
    yield from _demultiplexed(iter(blocks), _frame, header=8, trailer=0)


def chunked_frames(file: Readable) -> Iterator[tuple[bytes, bytes]]:
    """frames(dechunk(file)) in one loop, for engines that send each frame as a chunk.

    From the first chunk that is something else, it goes on in two loops.
    """
    reads = iter(lambda: file.read1(READ_BYTES), b"")
    rest = yield from _demultiplexed(reads, _chunk_with_frame, header=12, trailer=2)
    if rest is not None:
        yield from frames(dechunk(file, rest))


def json_lines(blocks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON stream, one by one. See `json_batches`."""
    for batch in json_batches(blocks):
        yield from batch


def json_batches(
    blocks: Iterable[bytes],
    longest: int = LONGEST_RECORD,
    too_long: Callable[[int], object] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """The objects of a JSON stream, those that a block completes at a time.

    One a line, as engines send them, but also several a line, one over several blocks, and the
    records of RFC 7464; none for an empty block. A record of more than `longest` bytes is left
    out where `too_long` is there to be told of it. Raises BrokenOff if the stream ends inside an
    object, DsockError for what is not JSON and for a record that is too long.
    """
    waiting: list[bytes] = []  # the beginning of an object whose end is still to come
    size = 0  # of that
    skipping = False
    for block in blocks:
        if not block:
            yield []
            continue
        if skipping:
            end = block.find(b"\n") + 1
            if not end:
                continue
            block, skipping = block[end:], False
        end = block.rfind(b"\n") + 1
        batch = _objects(b"".join([*waiting, block[:end]])) if end else []
        if end:
            waiting, size = [block[end:]], len(block) - end
        else:
            waiting.append(block)
            size += len(block)
        if block.endswith(b"}"):  # an engine that ends a record without a newline
            with suppress(DsockError):
                batch += _objects(b"".join(waiting))
                waiting, size = [], 0
        if size > longest:
            if too_long is None:
                raise DsockError(f"the engine sent a record of more than {longest >> 20} MiB")
            too_long(size)
            waiting, size, skipping = [], 0, True
            yield batch
            continue
        if batch:
            yield batch
    rest = b"".join(waiting)
    if rest.strip(BLANK):
        raise BrokenOff()


class _Lengths(dict[bytes, int]):
    """Lines that begin a chunk -> its length; what is not there yet is parsed."""

    def __missing__(self, line: bytes) -> int:
        length = chunk_length(line)
        if len(self) < REMEMBERED:
            self[line] = length
        return length


def chunk_length(line: bytes) -> int:
    """What the line that begins a chunk says of its payload. Raises DsockError."""
    try:
        length = int(line.partition(b";")[0], 16)
    except ValueError:
        length = -1
    if length < 0:
        raise DsockError(f"the engine's answer is not in chunks: {line[:40]!r}")
    return length


def _joined(pieces: list[bytes]) -> list[bytes]:
    """One block of many small pieces; few large ones are not worth copying."""
    return [b"".join(pieces)] if len(pieces) > 4 else pieces


# A header: (bytes of it, bytes of payload, stream); None while it is not all there.
_Header = tuple[int, int, int] | None
_END, _OTHER = -1, -2  # in the place of a stream: the body's end, something that is no frame


def _demultiplexed(
    reads: Iterator[bytes], parse: Callable[[bytes, int], _Header], header: int, trailer: int
) -> Generator[tuple[bytes, bytes], None, bytes | None]:
    """The loop of `frames` and `chunked_frames`. Returns what is left from _OTHER on, else None.

    `header` is the usual length of a header, `trailer` how many bytes follow a payload.
    """
    known: dict[bytes, tuple[int, int]] = {}
    current = STDOUT
    rest = b""
    for block in reads:
        data = rest + block if rest else block
        at, last = 0, len(data) - trailer
        pieces: list[bytes] = []
        while True:
            start = at + header
            found = known.get(data[at:start])
            if found is None and trailer:  # of another size, seen before?
                start = data.find(b"\r\n", at) + 10
                found = known.get(data[at:start])
                header = start - at if found else header
            if found is None:
                parsed = parse(data, at)
                if parsed is None:
                    break
                header, *(length, stream) = parsed
                if stream < 0:
                    if pieces:
                        yield _pair(pieces, current)
                    return data[at:] if stream == _OTHER else None
                start = at + header
                found = length, stream
                if len(known) < REMEMBERED:
                    known[data[at:start]] = found
            length, stream = found
            end = start + length
            if end > last:
                break
            if stream != current:
                if pieces:
                    yield _pair(pieces, current)
                if stream == SYSTEM_ERROR:
                    reason = data[start:end].decode("utf-8", "replace").strip()
                    raise DsockError(f"error from daemon in stream: {reason}")
                pieces, current = [], stream
            pieces.append(data[start:end])
            at = end + trailer
        rest = data[at:]
        if pieces:
            yield _pair(pieces, current)
    if rest or trailer:  # in chunks, the end has been said
        raise BrokenOff()
    return None


def _pair(pieces: list[bytes], stream: int) -> tuple[bytes, bytes]:
    payload = b"".join(pieces)
    return (b"", payload) if stream == STDERR else (payload, b"")


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
    end = data.find(b"\r\n", at)
    if end < 0:
        return None if len(data) - at < READ_BYTES else (0, 0, _OTHER)
    chunk = chunk_length(data[at:end])
    if chunk == 0:
        return 0, 0, _END
    if len(data) < end + 10:
        return None if chunk >= 8 else (0, 0, _OTHER)
    length = int.from_bytes(data[end + 6 : end + 10], "big")
    stream = data[end + 2]
    if length + 8 != chunk or stream > SYSTEM_ERROR:
        return 0, 0, _OTHER
    return end + 10 - at, length, stream or STDOUT


def _objects(data: bytes) -> list[dict[str, Any]]:
    """The objects in `data`, which begins and ends with one: as one JSON list if possible, which
    takes half the time of parsing each."""
    if b"\x1e" in data:
        data = data.replace(b"\x1e", b"")
    text = data.decode("utf-8", "replace").strip()
    try:
        objects = json.loads("[" + text.replace("\n", ",") + "]")
    except ValueError:
        objects = _one_by_one(text)
    if not set(map(type, objects)) <= {dict}:
        raise DsockError(f"the engine sent what is not a JSON object: {text[:60]!r}")
    return objects  # type: ignore[no-any-return]


def _one_by_one(text: str) -> list[Any]:
    decode = json.JSONDecoder().raw_decode
    objects = []
    at, size = 0, len(text)
    while at < size:
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decode(text, at)
        except ValueError:
            raise DsockError(f"the engine sent what is not JSON: {text[at : at + 60]!r}") from None
        objects.append(value)
    return objects
