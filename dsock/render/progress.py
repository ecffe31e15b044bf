"""Progress that the engine reports as a JSON stream: pull, push, load, import, build.

On a pipe docker's lines, one for each change of state; on a terminal one line a layer, drawn anew
in place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsock.render.safe import escaped
from dsock.views import units

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

Record = Mapping[str, Any]

REFRESH_PER_SECOND = 8
DONE = ("Pull complete", "Already exists", "Pushed", "Layer already exists", "Mounted from")
MOVING = ("Downloading", "Pushing")
IDLE = ("Waiting", "Pulling fs layer", "Preparing")
STATUS_WIDTH = 18  # "Verifying Checksum"
SIZE_WIDTH, SPEED_WIDTH = 15, 9  # "123.4MB/567.8MB", "12.3MB/s"
SHORTEST_BAR, LONGEST_BAR = 8, 40


def plain(records: Iterable[Record]) -> Iterator[str]:
    """The text that docker prints for each of `records` when nobody looks: without counts."""
    for record in records:
        if "aux" in record or _counts(record):
            continue
        if record.get("stream"):
            yield record["stream"]
            continue
        before = f"{record['id']}: " if record.get("id") else ""
        yield f"{before}{record.get('status', '')}\n"


def live(
    records: Iterable[Record], console: Console, say: Callable[[str], None] | None = None
) -> None:
    """Show `records` on a terminal until they end: layers in lines that change, what belongs to no
    layer below the layers that came before it. `say` shows the text of a "stream", if given."""
    from rich.live import Live

    layers, screen = Layers(), None
    try:
        for record in records:
            if "aux" in record:
                continue
            if record.get("id") and "progressDetail" in record:
                layers.take(record)
                if screen is None:
                    screen = Live(layers, console=console, refresh_per_second=REFRESH_PER_SECOND)
                    screen.start()
                continue
            if screen is not None:
                screen.stop()
                layers, screen = Layers(), None
            if say is not None and "stream" in record:
                say(str(record["stream"]))
                continue
            for text in plain([record]):
                console.out(escaped(text.rstrip("\n")), highlight=False)
    finally:
        if screen is not None:
            screen.stop()


@dataclass(slots=True)
class Layer:
    """One layer, and what was last heard of it."""

    status: str = ""
    current: int = 0
    total: int = 0
    unit: str = ""  # what is counted, "" for bytes
    since: float = 0.0  # when this status began
    first: int = 0  # what was counted by then
    size: int = 0  # bytes that go over the network, 0 while nobody knows
    moved: int = 0  # how many of them have

    @property
    def done(self) -> bool:
        return self.status.startswith(DONE)

    @property
    def rank(self) -> int:
        """How little there is to see: 0 for a layer that moves, 3 for one that is done."""
        if self.done:
            return 3
        if self.total > 0 or self.unit:
            return 0
        return 2 if self.status in IDLE else 1

    @property
    def speed(self) -> float:
        """Bytes a second in this status."""
        seconds = time.monotonic() - self.since
        return (self.current - self.first) / seconds if seconds > 0 else 0.0


class Layers:
    """Layers under way, as they stand when rich draws them."""

    def __init__(self) -> None:
        self._layers: dict[str, Layer] = {}
        self._lock = threading.Lock()  # rich draws in a thread of its own
        self._began = 0.0  # when the first byte moved

    def take(self, record: Record) -> None:
        """A record with an id and a progressDetail."""
        detail = record.get("progressDetail") or {}
        status, current = str(record.get("status", "")), int(detail.get("current") or 0)
        with self._lock:
            layer = self._layers.setdefault(str(record["id"]), Layer())
            if status != layer.status:
                layer.since, layer.first = time.monotonic(), current
            layer.status, layer.current = status, current
            layer.total, layer.unit = int(detail.get("total") or 0), detail.get("units") or ""
            if status in MOVING and layer.total:
                layer.size, layer.moved = layer.total, current
                self._began = self._began or time.monotonic()
            elif status not in MOVING:
                layer.moved = layer.size

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        room = max(console.height - 2, 1)
        with self._lock:
            whole = self._whole() if room > 1 else None
            shown, hidden = _fitting(self._layers, room - (whole is not None))
            names = max(map(len, self._layers), default=0)
            lines = [_line(name.ljust(names), layer, options) for name, layer in shown.items()]
        if hidden:
            done = sum(layer.done for layer in hidden)
            rest = f"... {len(hidden)} more: {done} done, {len(hidden) - done} to do"
            lines.append(Text(rest, "dim", no_wrap=True, overflow="ellipsis"))
        if whole is not None:
            lines.append(_line("total".ljust(names), whole, options))
        for line in lines:
            line.truncate(options.max_width, overflow="ellipsis")
            yield line

    def _whole(self) -> Layer | None:
        """What goes over the network as one layer, None unless there are several to sum up."""
        sized = [layer for layer in self._layers.values() if layer.size]
        moved, size = sum(layer.moved for layer in sized), sum(layer.size for layer in sized)
        if len(sized) < 2 or moved >= size:
            return None
        done = sum(layer.done for layer in self._layers.values())
        status = f"{done} of {len(self._layers)} done"
        return Layer(status, moved, size, since=self._began)


def _counts(record: Record) -> bool:
    """True if the record is about how far something is, not about what happens."""
    detail = record.get("progressDetail") or {}
    return (detail.get("current") or 0) > 0 or (detail.get("total") or 0) > 0


def _fitting(layers: dict[str, Layer], room: int) -> tuple[dict[str, Layer], list[Layer]]:
    """The layers for which there is room, those under way first, and the others."""
    if len(layers) <= room:
        return layers, []
    names = sorted(layers, key=lambda name: layers[name].rank)[: room - 1]
    shown = {name: layer for name, layer in layers.items() if name in names}
    return shown, [layer for name, layer in layers.items() if name not in names]


def _line(name: str, layer: Layer, options: ConsoleOptions) -> Text:
    from rich.text import Text

    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{escaped(name)} ", "bold")
    line.append(f"{escaped(layer.status):{STATUS_WIDTH}}", "green" if layer.done else "cyan")
    if layer.unit:
        line.append(f" {layer.current} {escaped(layer.unit)}")
    if layer.unit or layer.total <= 0 or layer.done:
        return line
    room = options.max_width - line.cell_len - SIZE_WIDTH - SPEED_WIDTH - 3
    if room >= SHORTEST_BAR:
        line.append(" ")
        line.append_text(_bar(layer.current / layer.total, min(room, LONGEST_BAR), options))
    sizes = f"{units.size(layer.current, 4)}/{units.size(layer.total, 4)}"
    line.append(f" {sizes:>{SIZE_WIDTH}}")
    if layer.current > layer.first:
        line.append(f" {units.size(layer.speed, 3) + '/s':>{SPEED_WIDTH}}", "dim")
    return line


def _bar(part: float, width: int, options: ConsoleOptions) -> Text:
    from rich.text import Text

    full = round(min(part, 1.0) * width)
    on, off = ("#", "-") if options.ascii_only else ("━", "─")
    return Text.assemble((on * full, "green"), (off * (width - full), "bright_black"))
