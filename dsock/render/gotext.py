"""The templates that are more than fields, by gotpl. Only render/template.py imports this, and
only for such a template: gotpl takes a tenth of a second to import. All here raise BadTemplate."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import gotpl  # noqa: TID253

from dsock.errors import BadTemplate
from dsock.render.gofunctions import FUNCTIONS, HEADER_FUNCTIONS
from dsock.render.gostrings import row_json
from dsock.render.gotypes import typed
from dsock.render.govalues import Header, Number, Row, Rows

Render = Callable[[Any], str]

# Without it, a template could reach the attributes of Python's own objects.
_SANDBOX = gotpl.SandboxPolicy(
    allow_custom_lookup=True,
    allow_functions=FUNCTIONS,
    default_budget=gotpl.ExecutionBudget(),
)


def rows(text: str, fields: Mapping[str, Callable[..., Any]], methods: frozenset[str]) -> Render:
    """What renders a record of a listing."""
    render, row = _renderer(text), row_maker(fields, methods)
    return lambda record: render(row(record))


def sections(text: str, parts: Mapping[str, Rows]) -> str:
    """The text of one record that has lists of rows: {name: rows}."""
    write = [f'"{name}":{rows.json_text()}' for name, rows in parts.items()]
    fields = {name: (lambda _, rows=rows: rows) for name, rows in parts.items()}
    return _renderer(text)(Row(fields, None, lambda _: "{" + ",".join(write) + "}"))


def row_maker(
    fields: Mapping[str, Callable[..., Any]], methods: frozenset[str]
) -> Callable[[Any], Row]:
    """What makes a row of a listing's record, for a template to look into."""
    write = row_json({name: get for name, get in fields.items() if name not in methods})
    return lambda record: Row(fields, record, write)


def heading(text: str, headers: Mapping[str, str], label: Callable[[None, str], str]) -> str:
    """A table's header by its template, up to what does not work for a header."""
    from io import StringIO

    out = StringIO()
    with contextlib.suppress(gotpl.TemplateError):
        functions = {**FUNCTIONS, **HEADER_FUNCTIONS}
        gotpl.Template(text, functions=functions).render_to(out, Header(headers, label))
    return out.getvalue()


def shaped(text: str, shape: str, raw: bool) -> Render:
    """What renders JSON as the Go type `shape`, and with `raw` as plain JSON where that fails."""
    render = _renderer(text, sandbox=_SANDBOX)
    if not raw:
        return lambda value: render(_typed(shape, value))
    as_json = plain(text)

    def either(value: Any) -> str:
        try:
            return render(_typed(shape, value))
        except BadTemplate:
            return as_json(value)

    return either


def plain(text: str) -> Render:
    """What renders plain JSON, a missing key being an error."""
    render = _renderer(text, missing_key="error", sandbox=_SANDBOX)
    return lambda value: render(_without_types(value))


def _renderer(text: str, **options: Any) -> Render:
    try:
        template = gotpl.Template(text, functions=FUNCTIONS, **options)
    except gotpl.TemplateError as err:
        raise _bad(err) from None

    def render(value: Any) -> str:
        try:
            return str(template.render(value))
        except gotpl.TemplateError as err:
            raise _bad(err) from None

    return render


def _bad(err: Exception) -> BadTemplate:
    message = str(err).removeprefix("template: ").removeprefix("template:")
    return BadTemplate(f"template parsing error: {message}")


def _typed(shape: str, value: Any) -> Any:
    try:
        return typed(shape, value)
    except TypeError as err:
        raise BadTemplate(f"the engine's answer is not as expected: {err}") from None


def _without_types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_types(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return Number(value)
