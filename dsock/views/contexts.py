"""How contexts look. A record: {"name", "description", "host", "error", "current"}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.render.layout import Steps
from dsock.render.listing import View
from dsock.render.table import Column
from dsock.render.width import ellipsis

Record = Mapping[str, Any]

TABLE = "table {{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}"
STEPS: Steps = (
    ("DESCRIPTION", 30), ("DOCKER ENDPOINT", 36), ("DESCRIPTION", 12), ("NAME", 20),
    ("DESCRIPTION", 0), ("ERROR", 20), ("DOCKER ENDPOINT", 20), ("ERROR", 0),
)  # fmt: skip
ERROR_WIDTH = 45


def format(source: str, quiet: bool) -> str:
    """What a --format stands for; `source` is not empty."""
    if quiet:  # whatever the format is, as docker does
        return "{{.Name}}"
    return TABLE if source == "table" else source


def view(marked: bool) -> View:
    """The fields of a context; with `marked`, a * follows the name of the current one."""
    return {
        "Name": ("NAME", _marked if marked else lambda record: record["name"]),
        "Description": ("DESCRIPTION", lambda record: record["description"]),
        "DockerEndpoint": ("DOCKER ENDPOINT", lambda record: record["host"]),
        "Error": ("ERROR", lambda record: ellipsis(record["error"], ERROR_WIDTH)),
        "Current": ("<no value>", lambda record: bool(record["current"])),
    }


def columns(failed: bool) -> list[Column]:
    """The same for a terminal; `failed` is whether there is an error to show."""
    shown = [
        Column("", lambda record: "*" if record["current"] else "", "green"),
        Column("NAME", lambda record: record["name"], _style),
        Column("DOCKER ENDPOINT", lambda record: record["host"]),
        Column("DESCRIPTION", lambda record: record["description"], "dim"),
    ]
    return [*shown, Column("ERROR", lambda record: record["error"], "red")] if failed else shown


def _marked(record: Record) -> str:
    return f"{record['name']} *" if record["current"] else str(record["name"])


def _style(record: Record) -> str:
    return "bold green" if record["current"] else "bold"
