"""The functions of docker's templates, and those of Go's that gotpl has otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gotpl.runtime.values import INVALID, UNTYPED_NIL  # noqa: TID253

from dsock.render.gostrings import lower, title, to_json, upper
from dsock.render.govalues import NIL, Map, Name, Port, Row, Slice


def _json(value: Any) -> str:
    if isinstance(value, Row):
        return str(value)
    return "null" if _is_nil(value) else to_json(value)


def _string(value: Any) -> str:
    if not isinstance(value, str) or isinstance(value, Name):
        raise TypeError("wrong type for value; expected string")
    return value


def _split(text: str, separator: str) -> Slice:
    text = _string(text)
    return Slice(text.split(separator) if separator else text)


def _join(items: Any, separator: str) -> str:
    if not isinstance(items, Slice):  # []any of untyped JSON is none either
        raise TypeError("join needs a list of strings")
    return separator.join(items)


def _pad(text: str, before: int, after: int) -> str:
    text = _string(text)
    return " " * before + text + " " * after if text else text


def _truncate(text: str, length: int) -> str:
    if length < 0:
        raise ValueError("the length is negative")
    return _string(text).encode()[:length].decode(errors="replace")


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            if isinstance(value, Map) and value.ports and not isinstance(key, Port):
                raise TypeError(f"{key!r} is a string, but the map has ports")
            value = value.get(key, value.zero if isinstance(value, Map) else None)
        elif isinstance(value, list | str) and type(key) is int:
            items = value.encode() if isinstance(value, str) else value
            if not 0 <= key < len(items):
                raise IndexError(f"index out of range: {key}")
            value = items[key]
        else:
            raise TypeError(f"can't index {type(value).__name__} with {key!r}")
    return value


def _equal(first: Any, *others: Any) -> bool:
    if not others:
        raise TypeError("missing argument for comparison")
    return any(_same_value(first, other) for other in others)


def _not_equal(first: Any, other: Any) -> bool:
    return not _same_value(first, other)


def _same_value(first: Any, other: Any) -> bool:
    """Go compares what is of the same kind, and anything with nil."""
    if _is_nil(first) or _is_nil(other):
        return _is_nil(first) and _is_nil(other)
    kinds = {_kind(first), _kind(other)}
    if len(kinds) > 1:
        raise TypeError("incompatible types for comparison")
    if kinds <= {"list", "dict"}:
        raise TypeError("non-comparable type")
    return bool(first == other)


def _is_nil(value: Any) -> bool:
    return value is None or value is INVALID or value is UNTYPED_NIL or value is NIL


def _kind(value: Any) -> str:
    for kind in (bool, int, float, str, list, dict):
        if isinstance(value, kind):
            return kind.__name__
    return type(value).__name__


def _same(value: str) -> str:
    return value


def _same_too(value: str, argument: object) -> str:
    return value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "json": _json,
    "split": _split,
    "join": _join,
    "title": lambda text: title(_string(text)),
    "lower": lambda text: lower(_string(text)),
    "upper": lambda text: upper(_string(text)),
    "pad": _pad,
    "truncate": _truncate,
    "index": _index,
    "eq": _equal,
    "ne": _not_equal,
}
# A header stays what it is, whatever is done to its column.
HEADER_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("json", "title", "lower", "upper"), _same),
    **dict.fromkeys(("split", "join", "truncate"), _same_too),
}
