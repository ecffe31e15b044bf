"""The engine's bytes: chunks, multiplexed frames, JSON streams. Loops that decode what one read
gave and hand it on at once; nothing here waits for a full buffer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dsock.errors import DsockError

READ_BYTES = 1 << 16
STDIN, STDOUT, STDERR = 0, 1, 2


def dechunk(file: Any) -> Iterator[bytes]:
    """The payload of a chunked body, joined for each read of `file`."""
    data = b""
    while block := file.read1(READ_BYTES):
        data = data + block if data else block
        at = 0
        out: list[bytes] = []
        while True:
            end = data.find(b"\r\n", at)
            if end < 0:
                break
            size = int(data[at:end].partition(b";")[0], 16)
            if size == 0:
                if out:
                    yield b"".join(out)
                return
            start = end + 2
            if len(data) < start + size + 2:
                break
            out.append(data[start : start + size])
            at = start + size + 2
        data = data[at:]
        if out:
            yield b"".join(out)
    raise DsockError("the connection to the engine broke off in the middle of an answer")


def frames(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(stdout, stderr) of a multiplexed stream, joined for each block.

    A frame is a header of 8 bytes (stream, 0, 0, 0, length in 4 bytes) and its payload.
    Raises DsockError if the stream ends inside a frame.
    """
    rest = b""
    for block in blocks:
        data = rest + block if rest else block
        out: tuple[list[bytes], list[bytes]] = ([], [])
        at, size = 0, len(data)
        while at + 8 <= size:
            end = at + 8 + int.from_bytes(data[at + 4 : at + 8])
            if end > size:
                break
            out[data[at] == STDERR].append(data[at + 8 : end])
            at = end
        rest = data[at:]
        yield b"".join(out[0]), b"".join(out[1])
    if rest:
        raise DsockError("the connection to the engine broke off in the middle of a frame")


def json_lines(blocks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON stream: one a line, or several, or one over several blocks."""
    rest = b""
    for block in blocks:
        data = rest + block if rest else block
        lines = data.split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield from _objects(line)
        if rest.endswith(b"}"):  # an engine that ends a record without a newline
            try:
                value = json.loads(rest)
            except ValueError:
                continue
            rest = b""
            yield value
    if rest.strip():
        yield from _objects(rest)


def _objects(line: bytes) -> Iterator[dict[str, Any]]:
    text = line.strip(b"\x1e\r\n\t ").decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            raise DsockError(f"the engine sent what is not JSON: {text[at : at + 60]!r}") from None
        yield value
        while at < len(text) and text[at] in " \t\r\x1e":
            at += 1
