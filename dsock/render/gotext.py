"""The templates that are more than fields, by gotpl. Only render/template.py imports this, and
only for such a template: gotpl takes a tenth of a second to import."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import gotpl  # noqa: TID253

from dsock.errors import BadTemplate
from dsock.render.gofunctions import FUNCTIONS, HEADER_FUNCTIONS
from dsock.render.gostrings import row_json
from dsock.render.govalues import Header, Row, UnknownField

Render = Callable[[Any], str]

# Without it, a template could reach the attributes of Python's own objects.
_SANDBOX = gotpl.SandboxPolicy(
    allow_custom_lookup=True,
    allow_functions=FUNCTIONS,
    default_budget=gotpl.ExecutionBudget(),
)


def rows(text: str, fields: Mapping[str, Callable[..., Any]], methods: frozenset[str]) -> Render:
    """What renders a record of a listing. Raises BadTemplate, as do all here."""
    write = row_json({name: get for name, get in fields.items() if name not in methods})
    template = _parsed(text, FUNCTIONS)

    def render(record: Any) -> str:
        try:
            return str(template.render(Row(fields, record, write)))
        except UnknownField as err:
            known = " ".join(f".{name}" for name in sorted(fields))
            raise BadTemplate(f"template parsing error: {err}", f"there are {known}") from None
        except gotpl.TemplateError as err:
            raise _bad(err) from None

    return render


def heading(text: str, headers: Mapping[str, str], label: Callable[[None, str], str]) -> str:
    """A table's header by its template, up to what does not work for a header."""
    from io import StringIO

    out = StringIO()
    with contextlib.suppress(gotpl.TemplateError):
        _parsed(text, {**FUNCTIONS, **HEADER_FUNCTIONS}).render_to(out, Header(headers, label))
    return out.getvalue()


def record(text: str) -> Render:
    """What renders plain JSON, a missing key being an error."""
    template = _parsed(text, FUNCTIONS, missing_key="error", sandbox=_SANDBOX)

    def render(value: Any) -> str:
        try:
            return str(template.render(value))
        except gotpl.TemplateError as err:
            raise _bad(err) from None

    return render


def _parsed(text: str, functions: Mapping[str, Callable[..., Any]], **options: Any) -> Any:
    try:
        return gotpl.Template(text, functions=functions, **options)
    except gotpl.TemplateError as err:
        raise _bad(err) from None


def _bad(err: Exception) -> BadTemplate:
    return BadTemplate(f"template parsing error: {err}")
