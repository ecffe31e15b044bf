"""JSON laid out anew without being read: strings, numbers and the order of keys stay as the
engine wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}:,]|[^][{}:,"\s]+', re.DOTALL)
_INDENT = b"    "


def compact(text: bytes) -> bytes:
    """`text`, which is JSON, without any space between its tokens."""
    return b"".join(_TOKEN.findall(text))


def indented(text: bytes) -> bytes:
    """`text`, which is JSON, with an indent of four spaces, as docker inspect shows it."""
    return b"".join(_pieces(_TOKEN.findall(text)))


def _pieces(tokens: list[bytes]) -> Iterator[bytes]:
    depth, before = 0, b""
    for token in tokens:
        if token in b"]}":
            depth -= 1
            if before not in (b"[", b"{"):
                yield b"\n" + _INDENT * depth
        elif before in (b"[", b"{", b","):
            yield b"\n" + _INDENT * depth
        yield token
        if token in b"[{":
            depth += 1
        elif token == b":":
            yield b" "
        before = token
