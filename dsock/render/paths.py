"""Fields of the engine's JSON without a detour over Go's values: `.State.Running`,
`.Config.Labels.name`, `json .Mounts`.

What gets a field raises KeyError or TypeError for a record that is not as expected; the caller
then takes the long way, which knows about zero values and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dsock.render.gostrings import to_json
from dsock.render.gotypes import fields, typed
from dsock.render.simple import Action, Get, applied


class UnknownField(LookupError):
    """A template names a field that a Go type does not have."""


def of_shape(shape: str) -> Callable[[Action], Get | None]:
    """The getter for JSON that is of the Go type `shape`. It raises UnknownField."""

    def getter(action: Action) -> Get | None:
        names = action.path.split(".") if action.path else []
        if action.argument is not None or "" in names:
            return None
        keys, kind = _resolve(shape, names)
        if action.function == "json":
            return lambda record: to_json(typed(kind, _at(record, keys)))
        kind = kind.lstrip("*")
        if kind not in ("string", "name", "int", "bool") or (kind != "string" and action.function):
            return None
        return applied(action.function, lambda record: _leaf(_at(record, keys)))

    return getter


def of_json(action: Action) -> Get | None:
    """The getter for JSON of no known type."""
    keys = action.path.split(".") if action.path else []
    if action.argument is not None or "" in keys:
        return None
    if action.function == "json":
        return lambda record: to_json(_at(record, keys))
    return applied(action.function, lambda record: _leaf(_at(record, keys)))


def _resolve(kind: str, names: Sequence[str]) -> tuple[list[str], str]:
    """The JSON keys and the type of a field."""
    keys: list[str] = []
    for name in names:
        kind = kind.lstrip("*")
        if kind.startswith("map[string]"):
            keys.append(name)
            kind = kind.removeprefix("map[string]")
            continue
        found = _field(kind, name)
        if found is None:
            raise UnknownField(name)
        keys.append(found[0])
        kind = found[1]
    return keys, kind


def _field(struct: str, name: str) -> tuple[str, str] | None:
    try:
        found = fields(struct)
    except KeyError:
        return None
    for field in found:
        if field.name == name:
            return (field.key, field.kind) if field.key else None
    embedded = [_field(field.kind.lstrip("*"), name) for field in found if not field.key]
    return next(filter(None, embedded), None)


def _at(record: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        record = record[key]
    return record


def _leaf(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return value
    raise TypeError
