"""How nouns look to a person at a terminal: columns, styles, and what gives way when it is
narrow. What matters most is on the left, what goes first on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dsock.flags.filters import health
from dsock.render.layout import Steps
from dsock.render.table import Column, last_part, some_items
from dsock.views import containers as c
from dsock.views import history as h
from dsock.views import images as i
from dsock.views import networks as n
from dsock.views import volumes as v
from dsock.views.container_columns import Field
from dsock.views.ports import merged
from dsock.views.units import compact

Record = Mapping[str, Any]

CONTAINER_STEPS: Steps = (
    ("COMMAND", 30), ("PORTS", 44), ("IMAGE", 36), ("COMMAND", 18), ("PORTS", 30),
    ("COMMAND", 0), ("IMAGE", 24), ("CREATED", 0), ("PORTS", 22), ("NAMES", 24), ("IMAGE", 14),
    ("PORTS", 17), ("NAMES", 16), ("PORTS", 0), ("STATUS", 18),
    ("IMAGE", 0), ("SIZE", 0), ("NAMES", 8), ("STATUS", 6), ("STATUS", 0),
)  # fmt: skip
IMAGE_STEPS: Steps = (
    ("DIGEST", 19), ("REPOSITORY", 30), ("TAG", 16), ("CREATED", 0), ("DIGEST", 0),
    ("REPOSITORY", 16), ("TAG", 8), ("SIZE", 0), ("REPOSITORY", 8), ("TAG", 0),
)  # fmt: skip
HISTORY_STEPS: Steps = (
    ("COMMENT", 12), ("CREATED BY", 30), ("COMMENT", 0), ("CREATED BY", 20), ("CREATED", 0),
    ("IMAGE", 0), ("CREATED BY", 8), ("SIZE", 0),
)  # fmt: skip

NETWORK_STEPS: Steps = (
    ("SUBNETS", 40), ("NAME", 30), ("SUBNETS", 18), ("SCOPE", 0), ("NETWORK ID", 0), ("NAME", 16),
    ("SUBNETS", 0), ("DRIVER", 0),
)  # fmt: skip
VOLUME_STEPS: Steps = (
    ("USED BY", 40), ("VOLUME NAME", 40), ("USED BY", 24), ("VOLUME NAME", 20), ("CREATED", 0),
    ("DRIVER", 0), ("USED BY", 12), ("VOLUME NAME", 12), ("USED BY", 0),
)  # fmt: skip

_NUMBERS = ("exit-code", "restarts", "pid")
_STATES = {
    "running": "green",
    "paused": "yellow",
    "restarting": "yellow",
    "removing": "yellow",
    "dead": "bold red",
}
_HEALTH = {"unhealthy": "red", "starting": "yellow"}


def containers(now: float, sized: bool) -> list[Column]:
    """The columns of `ps`; `now` is a Unix time."""
    field = c.view(full=False, now=now)
    columns = [
        Column("CONTAINER ID", field["ID"][1], "dim"),
        Column("NAMES", field["Names"][1], "bold"),
        Column("IMAGE", field["Image"][1], cut=last_part),
        Column("STATUS", field["Status"][1], state_style, compact),
        Column("PORTS", lambda record: merged(record.get("Ports")), cut=some_items),
        Column("CREATED", field["RunningFor"][1], "dim", compact),
        Column("COMMAND", lambda record: record.get("Command", ""), "dim"),
    ]
    if sized:
        columns.insert(4, Column("SIZE", field["Size"][1]))
    return columns


def chosen(fields: Mapping[str, Field], now: float) -> list[Column]:
    """Columns of one's choice of `ps`."""
    usual = {column.header: column for column in containers(now, sized=True)}
    special = {"HEALTH": state_style, "STATE": state_style, "REASON": state_style}
    return [
        usual.get(field.header)
        or Column(field.header, field.text, special.get(field.header, ""), right=name in _NUMBERS)
        for name, field in fields.items()
    ]


def steps(headers: Sequence[str]) -> Steps:
    """What gives way of such columns: first those on the right, and long ones before short ones."""
    usual = {header for header, _ in CONTAINER_STEPS}
    others = [header for header in reversed(headers) if header not in usual]
    return (
        *((header, 30) for header in others),
        *(step for step in CONTAINER_STEPS if step[1]),
        *((header, 12) for header in others),
        *((header, 0) for header in reversed(headers[1:])),
    )


def state_style(record: Record) -> str:
    """The style of a container's state: good, waiting, bad, or over."""
    state = record.get("State", "")
    if state == "exited":
        return "dim" if record.get("Status", "").startswith("Exited (0)") else "red"
    return _HEALTH.get(health(record)) or _STATES.get(state, "dim")


def images(now: float, digests: bool) -> list[Column]:
    """The columns of `images`; `now` is a Unix time."""
    field = i.view(full=False, now=now)
    columns = [
        Column("REPOSITORY", field["Repository"][1], _named("bold"), cut=last_part),
        Column("TAG", field["Tag"][1], _named("")),
        Column("IMAGE ID", field["ID"][1], "dim"),
        Column("CREATED", field["CreatedSince"][1], "dim", compact),
        Column("SIZE", field["Size"][1], right=True),
    ]
    if digests:
        columns.insert(2, Column("DIGEST", field["Digest"][1], "dim"))
    return columns


def history(now: float, human: bool) -> list[Column]:
    """The columns of `history`: what made a layer gets the room that there is."""
    field = h.view(full=False, human=human, now=now)
    return [
        Column("IMAGE", field["ID"][1], "dim"),
        Column("CREATED", field["CreatedSince"][1], "dim", compact),
        Column("SIZE", field["Size"][1], lambda row: "" if row.get("Size") else "dim", right=True),
        Column("CREATED BY", h.by, "bold"),
        Column("COMMENT", field["Comment"][1], "dim"),
    ]


def _named(style: str) -> Callable[[i.Row], str]:
    return lambda row: "dim" if row.tag == i.NONE else style


def networks() -> list[Column]:
    """The columns of `network ls`."""
    field = n.view(full=False)
    return [
        Column("NETWORK ID", field["ID"][1], "dim"),
        Column("NAME", field["Name"][1], lambda record: "" if n.is_builtin(record) else "bold"),
        Column("DRIVER", field["Driver"][1]),
        Column("SCOPE", field["Scope"][1], "dim"),
        Column("SUBNETS", n.subnets, cut=some_items),
    ]


def volumes(now: float, sized: bool) -> list[Column]:
    """The columns of `volume ls`; `now` is a Unix time."""
    field = v.view(sized)
    columns = [
        Column("VOLUME NAME", field["Name"][1], lambda r: "dim" if v.is_nameless(r) else "bold"),
        Column("DRIVER", field["Driver"][1]),
        Column("CREATED", lambda record: v.age(record, now), "dim", compact),
    ]
    if sized:
        columns[1:1] = [
            Column("SIZE", field["Size"][1], right=True),
            Column("USED BY", lambda record: ", ".join(record["Containers"]) or "-",
                   lambda record: "" if record["Containers"] else "dim", cut=some_items),
        ]  # fmt: skip
    return columns
