"""JSON that everybody reads alike: what Go and Python would take for different values is refused,
and what is passed on has been written anew."""

from __future__ import annotations

import json
from typing import Any

from dsock.relay.policy.denied import Denied

DEEPEST = 64


def read(body: bytes, structs: bool = False) -> Any:
    """The value of a body. `structs`: keys that differ only in case are refused as well; Go takes
    them for one field of a struct.

    Raises Denied (400) if it isn't one value in UTF-8 JSON without doubles, NaN, or great depth.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_folded if structs else _single,
            parse_constant=_no_constant,
        )
        # Halves of characters, which JSON can spell and UTF-8 can't, and numbers without an end.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as err:
        reason = "nested too deep" if isinstance(err, RecursionError) else str(err)
        raise Denied(f"the body is not strict JSON: {reason}", 400) from None
    if _too_deep(value):
        raise Denied("the body is not strict JSON: nested too deep", 400)
    return value


def written(value: Any) -> bytes:
    """A value as the engine gets it."""
    return json.dumps(value, separators=(",", ":")).encode()


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _folded(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key.casefold() for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands there twice, or in upper and lower case")
    return dict(pairs)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)
