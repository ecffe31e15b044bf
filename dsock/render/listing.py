"""A view's records in a --format, as docker prints them on a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from dsock.render import plain
from dsock.render.safe import escaped
from dsock.render.simple import TRUTHS, columns
from dsock.render.template import compile, heading, unescaped

# {field: (HEADER, function of the record)}; `Label` has a function of the record and a name.
View = Mapping[str, tuple[str, Callable[..., Any]]]
SOME = 500  # records


def text(view: View, records: Iterable[Any], format: str, terminal: bool = False) -> str:
    """`records` by `format`: "table TEMPLATE", "json" or a template. With `terminal` what is in
    them steers none.

    Raises BadTemplate for a text that is no template, and for a field that the view lacks if
    there is a record.
    """
    view = _harmless(view) if terminal else view
    is_table = format.startswith("table")
    source = "{{json .}}" if format == "json" else format.removeprefix("table")
    source = unescaped(source.strip(" "))
    names = columns(source) if is_table else []
    if names and all(name in view and name not in {"Label", *TRUTHS} for name in names):
        return plain.grid(_columns([view[name] for name in names], iter(records)))
    render = compile(source, {name: function for name, (_, function) in view.items()})
    lines = [render(record) for record in records]
    if not is_table:
        return "\n".join([*lines, ""])
    return plain.table([heading(source, {name: head for name, (head, _) in view.items()}), *lines])


def _columns(
    fields: Sequence[tuple[str, Callable[..., Any]]], records: Iterator[Any]
) -> list[list[str]]:
    """The cells of each field, its header first. Records are let go of, some at a time."""
    columns = [[header] for header, _ in fields]
    while some := list(islice(records, SOME)):
        for column, (_, function) in zip(columns, fields, strict=True):
            column += map(str, map(function, some))
    return columns


def _harmless(view: View) -> View:
    def escaping(function: Callable[..., Any]) -> Callable[..., Any]:
        def escape(*arguments: Any) -> Any:
            value = function(*arguments)
            return escaped(value) if isinstance(value, str) else value

        return escape

    return {name: (head, escaping(function)) for name, (head, function) in view.items()}


def tried(view: View, format: str, field: str) -> bool:
    """True if `format` uses `field` of a container without properties.

    docker ps tries a template on that before it asks the engine, to see whether it needs sizes.
    Raises BadTemplate as docker does: for all that an empty container does not have either.
    """
    used = False

    def watched(record: Any) -> Any:
        nonlocal used
        used = True
        return view[field][1](record)

    fields = {name: get for name, (_, get) in view.items()}
    compile(format, {**fields, field: watched})({})
    return used
