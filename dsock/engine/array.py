"""A JSON array of objects, decoded while it comes: the whole of a long list need not be there at
any time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

BEGIN = rb'\s*\[\s*(\{"[^"\\]+":)'
ENOUGH = 1 << 16  # bytes: of more, the copies cost more than is won


def array_batches(blocks: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    """The objects of the array that `blocks` hold, some at a time; none for null.

    All objects that an engine lists begin with the same key, and inside a string its quotes would
    have backslashes: so where one ends is seen without reading it. If that is wrong, the objects
    come all at once. Raises ValueError for what is no JSON.
    """
    waiting: list[bytes] = []
    size = 0
    between = None  # the end of an object and the beginning of the next; b"" for unknown
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size < ENOUGH or between == b"":
            continue
        data = b"".join(waiting)
        if between is None:
            found = re.match(BEGIN, data)
            between = b"}," + found[1] if found else b""
        end = data.rfind(between) if between else -1
        batch = _decoded(data[: end + 1] + b"]") if end > 0 else None
        if batch is None:
            between = b""
        else:
            data = b"[" + data[end + 2 :]
            yield batch
        waiting, size = [data], len(data)
    rest = json.loads(b"".join(waiting))
    if rest:
        yield rest


def _decoded(text: bytes) -> list[dict[str, Any]] | None:
    try:
        found: list[dict[str, Any]] = json.loads(text)
    except ValueError:
        return None
    return found
