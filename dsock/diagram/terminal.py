"""A picture as lines of text: for a terminal with rich, or plain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsock.diagram.model import SECOND, Gap, Lane, Picture, State, Step, duration
from dsock.diagram.narrow import Places, about, fitted, places, said, title
from dsock.render.feed_lines import TONES
from dsock.render.safe import escaped
from dsock.render.width import char_width, shortened, width

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_CLOCK = 9  # columns of the times, on the left
_PAUSE = 60 * SECOND  # gets a line of its own
_LINES: dict[State, str] = {"absent": " ", "idle": "┆", "running": "┃", "paused": "╏"}
STYLES = {
    "client": "bold", "engine": "bold blue", "container": "bold cyan", "network": "bold magenta",
    "volume": "bold yellow", "image": "bold bright_blue",
}  # fmt: skip
Run = tuple[str, str]  # text, and the name of its style


class Drawn:
    """A picture for rich's console, as wide as that is."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        for line in lines(self._picture, options.max_width):
            yield Text.assemble(*line, no_wrap=True, overflow="crop")


def plain(picture: Picture, columns: int | None = None) -> str:
    """The picture without colours, as wide as it takes or within `columns`."""
    return "".join("".join(t for t, _ in line).rstrip() + "\n" for line in lines(picture, columns))


def lines(picture: Picture, columns: int | None = None) -> Iterator[list[Run]]:
    """The picture's lines, each as runs of one style; within `columns`, None for no limit."""
    there = places(picture, _CLOCK + 2, columns)
    picture, states = there.picture, {lane: lane.begin for lane in there.picture.lanes}
    space = columns or there.at[-1] + 40
    for text in (title, about):
        row = Row(space)
        for lane, x in zip(picture.lanes, there.at, strict=True):
            name = text(lane, there.names)
            style = STYLES.get(lane.kind, "bold") if text is title else "dim"
            row.put(max(0, x - width(name) // 2), name, style)
        if row.filled:
            yield row.runs()
    last, second = 0, -1
    for step in picture.steps:
        if second < 0 or step.nanoseconds // SECOND - second >= 60:
            if second >= 0 and step.nanoseconds - last >= _PAUSE:
                yield _pause(space, there, states, step.nanoseconds - last)
            second = step.nanoseconds // SECOND
            clock = time.strftime("%H:%M:%S", time.localtime(second))
        else:
            clock = f"+{duration(step.nanoseconds - last)}"
        last = step.nanoseconds
        row = Row(space)
        if isinstance(step, Gap):
            row.fill(there.at[0], there.at[-1] + 1, "╌", "yellow")
            label = f" {escaped(step.label)} "
            row.put(there.at[0] + 2, shortened(label, space - there.at[0] - 2), "bold yellow")
        else:
            if step.lane in states and step.state is not None and step.state != "absent":
                states[step.lane] = step.state
            _lifelines(row, there, states)
            _arrow(row, there, step)
            if step.lane in states and step.state == "absent":
                states[step.lane] = "absent"
        row.put(0, clock.rjust(_CLOCK), "dim")
        yield row.runs()


def _pause(space: int, there: Places, states: dict[Lane, State], nanoseconds: int) -> list[Run]:
    """A line on which nothing happens, for as long as it says."""
    row = Row(space)
    _lifelines(row, there, states)
    row.put(0, f"+{duration(nanoseconds)}".rjust(_CLOCK), "bold")
    return row.runs()


class Row:
    """A line in the making. A wide character has an empty cell behind it."""

    def __init__(self, columns: int) -> None:
        self._cells: list[Run] = [(" ", "")] * columns
        self.filled = False

    def put(self, x: int, text: str, style: str) -> None:
        for char in text:
            size = char_width(char)
            if x >= 0 and x + size <= len(self._cells):
                self._set(x, size, char, style)
            x += size

    def _set(self, x: int, size: int, char: str, style: str) -> None:
        self.filled = True
        if size:
            self._cells[x : x + size] = [(char, style), *[("", style)] * (size - 1)]
        elif x:  # it belongs to what is before it
            before = self._cells[x - 1]
            self._cells[x - 1] = (before[0] + char, before[1])

    def fill(self, begin: int, end: int, char: str, style: str) -> None:
        self.put(begin, char * (end - begin), style)

    def runs(self) -> list[Run]:
        out: list[Run] = []
        for char, style in self._cells:
            if out and out[-1][1] == style:
                out[-1] = (out[-1][0] + char, style)
            else:
                out.append((char, style))
        while out and not out[-1][0].strip():
            out.pop()
        return out


def _lifelines(row: Row, there: Places, states: dict[Lane, State]) -> None:
    for lane, x in zip(there.picture.lanes, there.at, strict=True):
        line = "│" if lane.kind in ("client", "engine") else _LINES[states[lane]]
        style = STYLES.get(lane.kind, "").removeprefix("bold").strip()
        row.put(x, line, style if line == "┃" else "dim")


def _arrow(row: Row, there: Places, step: Step) -> None:
    lanes, at = there.picture.lanes, there.at
    source, target = lanes.index(step.source), lanes.index(step.target)
    style = TONES[step.tone]
    ends = [(0, 1), (1, target)] if step.asked and target > 1 else [(source, target)]
    for begin, end in ends:
        low, high = min(begin, end), max(begin, end)
        row.fill(at[low] + 1, at[high], "─", style)
        if end > begin:
            row.put(at[begin], "├", style)
            row.put(at[end] - 1, "▶", style)
        else:
            row.put(at[begin], "┤", style)
            row.put(at[end] + 1, "◀", style)
    if step.state == "absent":
        row.put(at[target], "✕", style)
    back = source > target
    for between, told in said(step, there.picture).items():
        begin, end = at[between] + 1 + back, at[between + 1] - 1 + back  # beside the arrow's head
        text = f" {fitted(told, min(end - begin - 2, there.longest))} "
        x = (at[between] + at[between + 1]) // 2 - width(text) // 2
        row.put(min(max(x, begin), end - width(text)), text, style)
