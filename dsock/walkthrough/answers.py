"""What the engine answered, in as many lines as a person reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from dsock.render.safe import escaped
from dsock.render.width import shortened

LINES = 8
_STATUS = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request",
           404: "Not Found", 409: "Conflict", 500: "Internal Server Error"}  # fmt: skip


def status(code: int) -> str:
    """ "201 Created"."""
    return f"{code} {_STATUS.get(code, '')}".rstrip()


def lines(body: bytes, columns: int, more: Callable[[int], str]) -> Iterator[str]:
    """The body's first lines: JSON one member a line, of a list its first object, of a stream an
    object a line. `more(n)` says that n are left out."""
    found = list(_lines(body.decode("utf-8", "replace")))
    kept = found if len(found) <= LINES else found[: LINES - 1]
    for line in kept:
        yield shortened(escaped(line), columns)
    if len(found) > len(kept):
        yield more(len(found) - len(kept))


def _lines(text: str) -> Iterator[str]:
    try:
        value = json.loads(text)
    except ValueError:
        yield from text.splitlines()
        return
    if isinstance(value, list) and value and isinstance(value[0], dict):
        first = [f"  {line}" for line in _members(value[0])]
        rest = [f"  {_compact(item)}" for item in value[1:]]
        yield from ("[", *first[:-1])
        yield from _joined([first[-1], *rest])
        yield "]"
    elif isinstance(value, dict) and value:
        yield from _members(value)
    else:
        yield _compact(value)


def _members(value: dict[str, Any]) -> Iterator[str]:
    yield "{"
    yield from _joined([f"  {_compact(key)}: {_compact(item)}" for key, item in value.items()])
    yield "}"


def _joined(items: list[str]) -> Iterator[str]:
    yield from (f"{item}," for item in items[:-1])
    yield from items[-1:]


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
