"""Several listings as one record in a --format: its fields are lists of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dsock.render.listing import View
from dsock.render.simple import METHODS
from dsock.render.template import unescaped


def text(parts: Mapping[str, tuple[View, Iterable[Any]]], format: str) -> str:
    """The `parts`, {field: (view, records)}, by `format`: "json", or a template that ranges over
    them. Raises BadTemplate."""
    from dsock.render import gotext
    from dsock.render.govalues import Rows

    source = "{{json .}}" if format == "json" else format.removeprefix("table")
    found: dict[str, Rows] = {}
    for name, (view, records) in parts.items():
        fields = {field: get for field, (_, get) in view.items()}
        found[name] = Rows(map(gotext.row_maker(fields, METHODS), records))
    return gotext.sections(unescaped(source.strip(" ")), found)
