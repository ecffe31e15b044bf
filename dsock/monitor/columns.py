"""The table of the monitor: which columns, how wide, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from dsock.monitor.history import History
from dsock.monitor.model import Model, name_of
from dsock.render.safe import escaped
from dsock.render.sparkline import sparkline
from dsock.render.width import shortened, width
from dsock.views.screen import state_style
from dsock.views.stats_screen import load_style
from dsock.views.units import binary_size, compact, size

Piece = tuple[str, str]  # text and its style

MARKER = 2
CPU, MEMORY, NETWORK = 7, 8, 8  # columns of the numbers
SHORTEST_BARS, LONGEST_BARS = 4, 32
# The top of a line of bars is at least that: percent, percent, bytes a second.
CPU_LEAST, MEMORY_LEAST, NETWORK_LEAST = 5.0, 1.0, 1000.0
HEALTH = {"(healthy)": "✓", "(unhealthy)": "✗", "(health: starting)": "…"}
BUSY = {"stop": "stopping", "start": "starting", "restart": "restarting", "pause": "pausing",
        "unpause": "unpausing", "kill": "killing", "remove": "removing"}  # fmt: skip


class Layout(NamedTuple):
    """Columns of each part; 0 for what is not there."""

    name: int
    state: int
    image: int
    cpu_bars: int
    memory_bars: int
    network_bars: int


def layout(columns: int) -> Layout:
    """What fits in so many columns: numbers always, bars where there is room."""
    name, state = (14, 11) if columns < 76 else (16, 13) if columns < 100 else (22, 17)
    image = min(30, columns // 6) if columns >= 130 else 0
    taken = MARKER + name + 1 + state + (image + 1 if image else 0)
    spare = columns - taken - (CPU + MEMORY + NETWORK + 3)
    bars = min(spare // 3 - 1, LONGEST_BARS)
    if bars < SHORTEST_BARS:
        bars = min(spare - 1, LONGEST_BARS // 2)
        bars = bars if bars >= SHORTEST_BARS else 0
        return Layout(name + max(0, min(spare - bars - 1, 10)), state, image, bars, 0, 0)
    rest = spare - 3 * (bars + 1)
    return Layout(name + max(0, min(rest, 20)), state, image, bars, bars, bars)


def heading(wide: Layout) -> list[Piece]:
    """The line above the table."""
    parts = [" " * MARKER + "NAME".ljust(wide.name), "STATE".ljust(wide.state)]
    if wide.image:
        parts.append("IMAGE".ljust(wide.image))
    for title, bars, number in (
        ("CPU", wide.cpu_bars, CPU),
        ("MEMORY", wide.memory_bars, MEMORY),
        ("NETWORK", wide.network_bars, NETWORK),
    ):
        parts.append(title.rjust(number if not bars else bars + 1 + number))
    return [(" ".join(parts), "dim")]


def row(model: Model, record: Mapping[str, Any], wide: Layout, ascii: bool) -> list[Piece]:
    """A container's line."""
    id = str(record["Id"])
    selected = id == model.selected
    tone = state_style(record)
    busy = BUSY.get(model.busy.get(id, ""))
    dot = "*" if ascii else "●"
    state = f"{dot} {busy or _state(escaped(str(record.get('Status', ''))), wide.state, ascii)}"
    name = _fixed(escaped(name_of(record)), wide.name)
    usage = model.usage(record)
    dim = "" if usage is not None else "dim"
    out = [
        ((">" if ascii else "▸") + " " if selected else "  ", "bold cyan"),
        (name, "bold reverse" if selected else dim),
        (" ", ""),
        (_fixed(state, wide.state), "yellow" if busy else tone),
    ]
    if wide.image:
        out.append((" " + _fixed(escaped(str(record.get("Image", ""))), wide.image), "dim"))
    if usage is None:
        return out
    history = model.history(id)
    return [*out, *_numbers(history, wide, ascii)]


def _numbers(history: History, wide: Layout, ascii: bool) -> list[Piece]:
    usage = history.usage
    if usage is None:
        return []
    cpu = f"{history.cpu[-1]:.1f}%" if history.cpu else "--"
    speed = history.received + history.sent
    network = f"{size(speed)}/s" if speed >= 1 else "-"
    memory_style = load_style(usage.memory_percent)
    parts = (
        (history.cpu, wide.cpu_bars, CPU_LEAST, "green", cpu, CPU, load_style(usage.cpu)),
        (history.memory, wide.memory_bars, MEMORY_LEAST, "magenta",
         binary_size(usage.memory), MEMORY, memory_style),
        (history.network, wide.network_bars, NETWORK_LEAST, "blue", network, NETWORK, ""),
    )  # fmt: skip
    out: list[Piece] = []
    for values, bars, least, colour, number, columns, style in parts:
        if bars:
            line = sparkline(values, bars, least, ascii)
            out.append((" " + line, style or (colour if any(values) else "dim")))
        out.append((" " + number.rjust(columns), style or ("dim" if number == "-" else "")))
    return out


def _state(status: str, columns: int, ascii: bool) -> str:
    """A status in few columns: "Up 5m ✗", "exit 3, 2h ago", "exit 137 2h"."""
    if not ascii:
        for health, sign in HEALTH.items():
            status = status.replace(health, sign)
    if status.startswith("Exited (") and ")" in status:
        code, _, ago = status.removeprefix("Exited (").partition(")")
        status = f"exit {code},{ago}"
    status = compact(status)
    if width(status) > columns - MARKER:
        status = re.sub(r"^Up (\w+) \(Paused\)", r"paused \1", status)
        status = status.replace(", ", " ").removesuffix(" ago")
    if width(status) > columns - MARKER:
        status = status.rpartition(" ")[0] or status
    return status


def _fixed(text: str, columns: int) -> str:
    text = shortened(text, columns)
    return text + " " * (columns - width(text))
