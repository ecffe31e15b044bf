"""The engine's bytes: chunks and JSON streams. Loops that decode what one read gave and hand it on
at once; nothing here waits for a full buffer.

Every log line and every event is an HTTP chunk of its own, so these loops, and those of `frames`,
run once for each: a look into a table of what was parsed before costs a third of parsing it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from dsock.errors import BrokenOff, DsockError

READ_BYTES = 1 << 18
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
