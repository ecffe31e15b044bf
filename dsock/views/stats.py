"""How the usage of containers looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from dsock.render.listing import View
from dsock.views.resources import NEVER, Usage
from dsock.views.units import binary_size, size

TABLE = (
    "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}"
    "\t{{.BlockIO}}\t{{.PIDs}}"
)
UNKNOWN = "--"
CSV = (
    "time", "id", "name", "cpu_percent", "memory_bytes", "memory_limit_bytes", "memory_percent",
    "net_rx_bytes", "net_tx_bytes", "block_read_bytes", "block_write_bytes", "pids",
)  # fmt: skip


class Row(NamedTuple):
    """A container and what it uses, None if that is not known. `container` is how it was asked
    for, `time` when the engine measured."""

    container: str
    id: str
    name: str
    usage: Usage | None
    time: str = ""


def view(full: bool) -> View:
    """The fields of docker stats; `full` cuts no ID (--no-trunc)."""
    return {
        "Container": ("CONTAINER", lambda row: row.container),
        "Name": ("NAME", lambda row: row.name or UNKNOWN),
        "ID": ("CONTAINER ID", lambda row: row.id if full else row.id[:12]),
        "CPUPerc": ("CPU %", _known(lambda use: UNKNOWN if use.first else f"{use.cpu:.2f}%")),
        "MemUsage": ("MEM USAGE / LIMIT", _known(memory, f"{UNKNOWN} / {UNKNOWN}")),
        "NetIO": ("NET I/O", _known(network)),
        "BlockIO": ("BLOCK I/O", _known(disks)),
        "MemPerc": ("MEM %", _known(lambda use: f"{use.memory_percent:.2f}%")),
        "PIDs": ("PIDS", _known(lambda use: str(use.processes))),
    }


def memory(use: Usage) -> str:
    return f"{binary_size(use.memory)} / {binary_size(use.limit)}"


def network(use: Usage) -> str:
    return f"{size(use.received)} / {size(use.sent)}"


def disks(use: Usage) -> str:
    return f"{size(use.read)} / {size(use.written)}"


def _known(function: Callable[[Usage], str], unknown: str = UNKNOWN) -> Callable[[Row], str]:
    return lambda row: unknown if row.usage is None else function(row.usage)


# What to sort by: names from A, everything else from the most.
SORTS: dict[str, Callable[[Usage], float]] = {
    "cpu": lambda use: -1.0 if use.first else use.cpu,
    "mem": lambda use: use.memory,
    "mem%": lambda use: use.memory_percent,
    "net": lambda use: use.received + use.sent,
    "block": lambda use: use.read + use.written,
    "pids": lambda use: use.processes,
}


def ordered(rows: Iterable[Row], key: str | None) -> list[Row]:
    """`rows` by "name" or one of SORTS, as they are for None."""
    found = list(rows)
    if key == "name":
        return sorted(found, key=lambda row: row.name)
    if key is not None:
        number = SORTS[key]
        found.sort(key=lambda row: -2.0 if row.usage is None else number(row.usage), reverse=True)
    return found


def csv(row: Row) -> list[Any]:
    """The cells of CSV. What was not measured is empty: all numbers of a container that does not
    run, and the CPU of a stream's first record."""
    use = row.usage
    if use is None or row.time == NEVER:
        return ["", row.id, row.name, *[""] * (len(CSV) - 3)]
    return [
        row.time,
        row.id,
        row.name,
        "" if use.first else f"{use.cpu:.4f}",
        use.memory,
        use.limit,
        f"{use.memory_percent:.4f}",
        *use[3:8],
    ]
