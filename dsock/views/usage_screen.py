"""How disk usage looks to a person at a terminal: see dsock.views.screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dsock.render.layout import Steps
from dsock.render.listing import View
from dsock.render.table import Column, last_part
from dsock.views import screen
from dsock.views.usage import view
from dsock.views.volumes import is_nameless

Record = Mapping[str, Any]
Field = tuple[str, Callable[..., Any]]

STEPS: Steps = (("ACTIVE", 0), ("TOTAL", 0), ("TYPE", 6))
_PART_STEPS: dict[str, Steps] = {
    "Images": (
        ("REPOSITORY", 30), ("TAG", 16), ("CREATED", 0), ("IMAGE ID", 0), ("REPOSITORY", 16),
        ("CONTAINERS", 0), ("TAG", 8), ("SHARED SIZE", 0),
    ),
    "Containers": screen.CONTAINER_STEPS,
    "Volumes": (("VOLUME NAME", 12),),
    "BuildCache": (
        ("DESCRIPTION", 20), ("CREATED", 0), ("SHARED", 0), ("DESCRIPTION", 0), ("USAGE", 0),
        ("LAST USED", 0),
    ),
}  # fmt: skip


def summary() -> list[Column]:
    """The columns of `system df`."""
    field = view()
    return [
        Column("TYPE", field["Type"][1], "bold"),
        Column("TOTAL", field["TotalCount"][1], right=True),
        Column("ACTIVE", field["Active"][1], right=True),
        Column("SIZE", field["Size"][1], right=True),
        Column("RECLAIMABLE", field["Reclaimable"][1], _reclaimable_style),
    ]


def part(name: str, fields: View, now: float) -> tuple[list[Column], Steps]:
    """The columns of a part of `system df -v`, whose view is `fields`; `now` is a Unix time."""
    if name == "Containers":
        columns = [c for c in screen.containers(now, sized=True) if c.header != "PORTS"]
    elif name == "Images":
        columns = [c for c in screen.images(now, digests=False) if c.header != "SIZE"]
        columns[0] = columns[0]._replace(cut=last_part)
        columns[3:3] = [_right(fields[key]) for key in ("Size", "SharedSize", "UniqueSize")]
        columns.append(_right(fields["Containers"]))
    elif name == "Volumes":
        columns = [
            _column(fields["Name"], lambda record: "dim" if is_nameless(record) else "bold"),
            _right(fields["Size"]),
            _right(fields["Links"]),
        ]
    else:
        columns = [
            _column(fields["ID"], "bold"),
            _column(fields["CacheType"]),
            _right(fields["Size"]),
            *[_column(fields[key], "dim") for key in ("LastUsedSince", "CreatedSince")],
            _right(fields["UsageCount"]),
            _column(fields["Shared"]),
            _column(fields["Description"], "dim"),
        ]
    return columns, _PART_STEPS[name]


def _column(field: Field, style: Callable[[Record], str] | str = "") -> Column:
    header, text = field
    return Column(header, text, style)


def _right(field: Field) -> Column:
    return _column(field)._replace(right=True)


def _reclaimable_style(record: Record) -> str:
    return "dim" if record["Reclaimable"].startswith("0B") else "yellow"
