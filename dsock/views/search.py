"""How what a registry has found looks: the records of GET /images/search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.render.layout import Steps
from dsock.render.listing import View
from dsock.render.table import Column
from dsock.render.width import ellipsis

Record = Mapping[str, Any]

TABLE = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}"
STEPS: Steps = (
    ("DESCRIPTION", 30), ("NAME", 30), ("DESCRIPTION", 12), ("NAME", 16), ("DESCRIPTION", 0),
    ("OFFICIAL", 0), ("STARS", 0),
)  # fmt: skip
DESCRIPTION_WIDTH = 45


def view(full: bool, as_json: bool) -> View:
    """The fields of a result; `full` cuts nothing (--no-trunc). In JSON a truth is spelled out."""
    truths = ("true", "false") if as_json else ("[OK]", "")
    return {
        "Name": ("NAME", lambda record: record.get("name") or ""),
        "Description": ("DESCRIPTION", _description if full else _short_description),
        "StarCount": ("STARS", lambda record: str(record.get("star_count") or 0)),
        "IsOfficial": ("OFFICIAL", lambda record: truths[not record.get("is_official")]),
    }


def columns() -> list[Column]:
    """The same for a terminal."""
    field = view(full=True, as_json=False)
    return [
        Column("NAME", field["Name"][1], "bold"),
        Column("STARS", field["StarCount"][1], right=True),
        Column("OFFICIAL", lambda record: "yes" if record.get("is_official") else "", "green"),
        Column("DESCRIPTION", field["Description"][1], "dim"),
    ]


def _description(record: Record) -> str:
    text: str = record.get("description") or ""
    return text.replace("\n", " ").replace("\r", " ")


def _short_description(record: Record) -> str:
    return ellipsis(_description(record), DESCRIPTION_WIDTH)
