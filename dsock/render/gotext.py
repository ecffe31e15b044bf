"""The templates that are more than fields, by gotpl. Only render/template.py imports this, and
only for such a template: gotpl takes a tenth of a second to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gotpl  # noqa: TID253

from dsock.errors import BadTemplate
from dsock.render.gostrings import lower, row_json, title, to_json, upper
from dsock.render.govalues import Header, Map, Row, Slice, UnknownField

Render = Callable[[Any], str]


def rows(text: str, fields: Mapping[str, Callable[..., Any]], methods: frozenset[str]) -> Render:
    """What renders a record of a listing. Raises BadTemplate, as do all here."""
    write = row_json({name: get for name, get in fields.items() if name not in methods})

    def json(value: object) -> str:
        return write(value.record) if isinstance(value, Row) else to_json(value)

    template = _parsed(text, {**_FUNCTIONS, "json": json})

    def render(record: Any) -> str:
        try:
            return str(template.render(Row(fields, record)))
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
    try:
        _parsed(text, _FUNCTIONS | _HEADER).render_to(out, Header(headers, label))
    except gotpl.TemplateError:
        pass
    return out.getvalue()


def record(text: str) -> Render:
    """What renders plain JSON, a missing key being an error."""
    template = _parsed(text, _FUNCTIONS, missing_key="error", sandbox=_SANDBOX)

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


# docker's functions and, where gotpl's own differ from Go's, Go's.


def _split(text: str, separator: str) -> Slice:
    return Slice(text.split(separator) if separator else text)


def _join(items: list[str], separator: str) -> str:
    return separator.join(items)


def _pad(text: str, before: int, after: int) -> str:
    return " " * before + text + " " * after if text else text


def _truncate(text: str, length: int) -> str:
    if length < 0:
        raise ValueError("the length is negative")
    return text.encode()[:length].decode(errors="replace")


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key, value.zero if isinstance(value, Map) else None)
        elif isinstance(value, list) and type(key) is int and 0 <= key < len(value):
            value = value[key]
        elif isinstance(value, str) and type(key) is int and 0 <= key < len(value.encode()):
            value = value.encode()[key]
        elif isinstance(value, list | str) and type(key) is int:
            raise IndexError(f"index out of range: {key}")
        else:
            raise TypeError(f"can't index {type(value).__name__} with {key!r}")
    return value


def _same(value: str) -> str:
    return value


def _same_too(value: str, argument: object) -> str:
    return value


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "json": to_json,
    "split": _split,
    "join": _join,
    "title": title,
    "lower": lower,
    "upper": upper,
    "pad": _pad,
    "truncate": _truncate,
    "index": _index,
}
# A header stays what it is, whatever is done to its column.
_HEADER = {
    **dict.fromkeys(("json", "title", "lower", "upper"), _same),
    **dict.fromkeys(("split", "join", "truncate"), _same_too),
}
_SANDBOX = gotpl.SandboxPolicy(
    allow_custom_lookup=True,
    allow_functions=_FUNCTIONS,
    default_budget=gotpl.ExecutionBudget(),
)
