"""The engine's JSON as the Go values that docker's templates see, by the types in shapes/."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from dsock.render.govalues import NIL, AsIs, Duration, Map, Name, Port, Slice, Struct, Time, Ulimit
from dsock.render.shapes import STRUCTS


class Field(NamedTuple):
    """A field of a struct. An embedded one has no `key`."""

    name: str
    key: str
    kind: str
    omitted: bool  # from JSON, if it is empty


@cache
def fields(struct: str) -> tuple[Field, ...]:
    """The fields of a struct type, in order."""
    head = f"\n{struct}\n"
    start = STRUCTS.find(head)
    if start < 0:
        raise KeyError(struct)
    block = STRUCTS[start + len(head) :].partition("\n\n")[0]
    return tuple(field for line in block.splitlines() for field in _line(line.split()))


def _line(words: list[str]) -> list[Field]:
    omitted = words[-1] == "?"
    *names, kind = words[:-1] if omitted else words
    if not names:
        return [Field(kind.lstrip("*"), "", kind, False)]
    pairs = [name.partition("=") for name in names]
    return [Field(name, key or name, kind, omitted) for name, _, key in pairs]


def typed(kind: str, value: Any) -> Any:
    """`value`, which is JSON, as a Go value of the type `kind`. Raises TypeError if it is none."""
    if kind.startswith("*"):
        return NIL if value is None else _pointed(typed(kind[1:], value))
    if kind.startswith("[]"):
        items = [typed(kind[2:], item) for item in _a(list, value)]
        return Slice(items, null=value is None)
    if kind.startswith("map["):
        key, _, inner = kind[4:].partition("]")
        make = Port if key == "port" else str
        found = {make(name): typed(inner, item) for name, item in _a(dict, value).items()}
        return Map(found, typed_zero(inner), null=value is None, ports=key == "port")
    convert = _BASIC.get(kind)
    return convert(value) if convert else _struct(kind, _a(dict, value))


@cache
def typed_zero(kind: str) -> Any:
    """The zero value of a type: what `index` gives for a key that a map does not have."""
    return typed(kind, None)


def _struct(kind: str, value: dict[str, Any]) -> Struct:
    parts = [
        (field, typed(field.kind, value.get(field.key) if field.key else value))
        for field in fields(kind)
    ]
    return Ulimit(parts) if kind == "Ulimit" else Struct(parts)


def _pointed(value: Any) -> Any:
    if isinstance(value, Struct):
        value.is_pointer = True
    return value


def _a(kind: type, value: Any) -> Any:
    """`value` if it is of that kind, an empty one for None."""
    if value is None:
        return kind()
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{type(value).__name__} where {kind.__name__} belongs")
    return value


def _any(value: Any) -> Any:
    if isinstance(value, dict):
        return Map({key: _any(item) for key, item in value.items()})
    return Slice(map(_any, value)) if isinstance(value, list) else value


_BASIC: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: _a(str, value),
    "name": lambda value: Name(_a(str, value)),
    "int": lambda value: _a(int, value),
    "bool": lambda value: _a(bool, value),
    "time": lambda value: Time(_a(str, value)),
    "duration": lambda value: Duration(_a(int, value)),
    "struct": lambda value: Struct([]),
    "any": _any,
    "asis": AsIs,
}
