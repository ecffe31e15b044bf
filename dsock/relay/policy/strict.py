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
    if _depth(value) > DEEPEST:
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


def _depth(value: Any) -> int:
    deepest, todo = 0, [(value, 1)]
    while todo:
        one, depth = todo.pop()
        deepest = max(deepest, depth)
        if isinstance(one, dict):
            todo += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list):
            todo += [(inner, depth + 1) for inner in one]
    return deepest
