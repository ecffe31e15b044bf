"""Lifetimes as lines of text: for a terminal with rich, or plain."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dsock.diagram.bars import Bar, Life, Timeline, ticks
from dsock.diagram.model import SECOND, duration
from dsock.diagram.terminal import Row, Run
from dsock.render.safe import escaped
from dsock.render.width import shortened, shortened_name, width

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

LOOKS: dict[Life, tuple[str, str]] = {
    "idle": ("╌", "dim"), "running": ("━", "green"), "paused": ("╍", "yellow"),
    "unhealthy": ("≈", "red"),
}  # fmt: skip
At = Callable[[int], int]  # nanoseconds -> column
_PLAIN, _TICK = 100, 14  # columns on a pipe, and between marks of the axis


class Drawn:
    """Lifetimes for rich's console, as wide as that is."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        for line in lines(self._timeline, options.max_width):
            yield Text.assemble(*line, no_wrap=True, overflow="crop")


def plain(timeline: Timeline) -> str:
    """The lifetimes without colours."""
    drawn = lines(timeline, _PLAIN)
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in drawn)


def lines(timeline: Timeline, columns: int) -> Iterator[list[Run]]:
    """The axis and a line for each container, as runs of one style."""
    names = [escaped(bar.name) for bar in timeline.bars]
    name = min(max(map(width, names), default=0), max(columns // 4, 8))
    words = max((width(escaped(bar.told)) for bar in timeline.bars), default=0)
    words = min(words, max(columns - name - 24, 0), columns // 3)
    left, room = name + 2, max(columns - name - words - 5, 8)
    length = max(timeline.end - timeline.begin, 1)

    def at(nanoseconds: int) -> int:
        far = min(max(nanoseconds - timeline.begin, 0), length)
        return left + far * (room - 1) // length

    yield from _axis(timeline, at, columns, max(room // _TICK, 1))
    for bar, label in zip(timeline.bars, names, strict=True):
        row = Row(columns)
        row.put(0, shortened_name(label, name), "bold")
        _draw(row, bar, at)
        for begin, end in timeline.gaps:
            row.fill(at(begin), at(end) + 1, "?", "yellow")
        style = "red" if bar.failures and bar.exit != "0" else "dim"
        row.put(left + room + 2, shortened(escaped(bar.told), words), style)
        yield row.runs()


def _axis(timeline: Timeline, at: At, columns: int, most: int) -> Iterator[list[Run]]:
    row, marks = Row(columns), Row(columns)
    last = at(timeline.end)
    marks.fill(at(timeline.begin), last + 1, "─", "dim")
    for tick in ticks(timeline.begin, timeline.end, most):
        x = at(timeline.begin + tick)
        clock = time.strftime("%H:%M:%S", time.localtime(timeline.begin // SECOND))
        row.put(x, since(tick) if tick else clock, "dim")
        marks.put(x, "┬", "dim")
    yield row.runs()
    yield marks.runs()


def since(tick: int) -> str:
    """A mark on the axis: +200 ms, +10 s, +5m00s."""
    seconds, rest = divmod(tick, SECOND)
    return f"+{seconds} s" if not rest and 0 < seconds < 60 else f"+{duration(tick)}"


def _draw(row: Row, bar: Bar, at: At) -> None:
    """What it does least first, so that a short run is seen in a long wait."""
    for lives in (("idle",), ("running",), ("paused", "unhealthy")):
        for span in bar.spans:
            if span.life in lives:
                char, style = LOOKS[span.life]
                row.fill(at(span.begin), max(at(span.end), at(span.begin) + 1), char, style)
    for failure in bar.failures:
        row.put(at(failure), "✕", "bold red")
