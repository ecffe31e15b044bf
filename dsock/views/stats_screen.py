"""How `stats` looks to a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable

from dsock.render.layout import Steps
from dsock.render.table import Column
from dsock.views.resources import Usage
from dsock.views.stats import Row, view

STEPS: Steps = (
    ("CONTAINER ID", 0), ("NAME", 24), ("BLOCK I/O", 0), ("PIDS", 0), ("MEM %", 0),
    ("NAME", 16), ("NET I/O", 0), ("NAME", 8), ("MEM USAGE / LIMIT", 0),
)  # fmt: skip


def columns(full: bool = False) -> list[Column]:
    """The columns of `stats`, wide enough for numbers that grow; `full` cuts no ID."""
    field = {name: get for name, (_, get) in view(full).items()}

    def of(name: str, least: int) -> Callable[[Row], str]:
        return lambda row: str(field[name](row)).rjust(least)

    def pair(name: str, least: int) -> Callable[[Row], str]:
        """Both numbers at the same place in all rows."""

        def text(row: Row) -> str:
            first, _, second = str(field[name](row)).partition(" / ")
            return f"{first:>{least}} / {second:<{least}}" if second else first.rjust(least)

        return text

    return [
        Column("CONTAINER ID", field["ID"], "dim"),
        Column("NAME", field["Name"], _running("bold")),
        Column("CPU %", of("CPUPerc", 7), _by_load(lambda use: use.cpu), right=True),
        Column("MEM USAGE / LIMIT", pair("MemUsage", 8), _running("")),
        Column("MEM %", of("MemPerc", 7), _by_load(lambda use: use.memory_percent), right=True),
        Column("NET I/O", pair("NetIO", 6), _running("")),
        Column("BLOCK I/O", pair("BlockIO", 6), _running("")),
        Column("PIDS", of("PIDs", 4), _running(""), right=True),
    ]


def _running(style: str) -> Callable[[Row], str]:
    """`style`, but for what does not run or is not known."""
    return lambda row: style if row.usage is not None and row.usage.limit else "dim"


def load_style(percent: float) -> str:
    """The style of a number that should not come near 100."""
    return "red" if percent >= 90 else "yellow" if percent >= 70 else ""


def _by_load(percent: Callable[[Usage], float]) -> Callable[[Row], str]:
    def style(row: Row) -> str:
        if row.usage is None or not row.usage.limit or row.usage.first:
            return "dim"
        return load_style(percent(row.usage))

    return style
