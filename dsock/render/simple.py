"""Templates of fields and nothing else, which nearly all are: compiled here to one %-format over
a few calls. Ten thousand rows are quick then, and gotpl is not imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dsock.errors import BadTemplate
from dsock.render.gostrings import lower, row_json, to_json, upper

Get = Callable[[Any], Any]
Fields = Mapping[str, Callable[..., Any]]

# What a listing's record answers to without having it in its JSON: Label takes an argument,
# and HealthStatus came to docker's CLI after the version that dsock is measured by.
METHODS = frozenset(("Label", "HealthStatus"))

# Fields that are true or false, which Go prints in its own way.
TRUTHS = frozenset(("Current",))

# Compiled where there is a template: most listings have none.
_ACTION = (
    "(?a)"
    r'{{[ \t\n]*(?:(json|upper|lower)[ \t\n]+)?\.(?:([A-Za-z_][\w.]*)(?:[ \t\n]+"([^"\\\n]*)")?)?'
    r"[ \t\n]*}}"
)
_FUNCTIONS: dict[str, Callable[[Any], str]] = {
    "json": to_json,
    "upper": lambda value: upper(_string(value)),
    "lower": lambda value: lower(_string(value)),
}


class Action(NamedTuple):
    """`{{function .path "argument"}}`; `path` is "" for the record itself."""

    function: str
    path: str
    argument: str | None


def compiled(text: str, getter: Callable[[Action], Get | None]) -> Callable[[Any], str] | None:
    """The template `text` as a function of a record, None if there is more to it.

    `getter` gives what gets an action's value out of a record, None for an action it leaves to
    others.
    """
    form, position = "", 0
    values: list[Get] = []
    for found in re.finditer(_ACTION, text):
        value = getter(Action(found[1] or "", found[2] or "", found[3]))
        between = text[position : found.start()]
        if value is None or "{{" in between or between.endswith("{"):
            return None
        form += between.replace("%", "%%") + "%s"
        values.append(value)
        position = found.end()
    if "{{" in text[position:]:
        return None
    form += text[position:].replace("%", "%%")
    if form == "%s":
        only = values[0]
        return lambda record: str(only(record))
    if len(values) == 2:
        first, second = values
        return lambda record: form % (first(record), second(record))
    return lambda record: form % tuple([value(record) for value in values])


def of_fields(fields: Fields) -> Callable[[Action], Get | None]:
    """The getter for the records of a listing."""

    def getter(action: Action) -> Get | None:
        function, path, argument = action
        if not path and function == "json":
            return row_json({name: get for name, get in fields.items() if name not in METHODS})
        get = None if path in TRUTHS else fields.get(path)
        if get is None or (path == "Label") != (argument is not None) or (argument and function):
            return None
        if path == "Label":
            return lambda record: get(record, argument)
        return applied(function, get)

    return getter


def of_headers(headers: Mapping[str, str]) -> Callable[[Action], Get | None]:
    """The getter for the header of a table: no function changes a header."""

    def getter(action: Action) -> Get | None:
        if action.path == "Label" and action.argument is not None and not action.function:
            name = header_label(action.argument)
            return lambda record: name
        if action.path in headers and action.path != "Label" and action.argument is None:
            return lambda record: headers[action.path]
        return None

    return getter


def header_label(name: str) -> str:
    """The header of a column with a label's value."""
    return re.sub("[-_]", " ", name.rpartition(".")[2])


def applied(function: str, get: Get) -> Get:
    """`get`, and a function on what it gets."""
    if not function:
        return get
    apply = _FUNCTIONS[function]
    return lambda record: apply(get(record))


def columns(text: str) -> list[str]:
    """The fields of a table whose columns are no more than fields, [] for any other template."""
    cells = [re.fullmatch(r"{{ *\.([A-Z]\w*) *}}", cell, re.ASCII) for cell in text.split("\t")]
    return [cell[1] for cell in cells if cell] if all(cells) else []


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise BadTemplate("template parsing error: a function for text got something else")
