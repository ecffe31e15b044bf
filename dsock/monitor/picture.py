"""The monitor's screen, drawn from the model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dsock.monitor import columns
from dsock.monitor.model import Model
from dsock.render.feed_lines import Lines
from dsock.render.safe import escaped
from dsock.render.width import shortened, width
from dsock.views.units import binary_size

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

Piece = columns.Piece

KEYS = (
    ("↑↓", "select"), ("s", "stop"), ("u", "start"), ("r", "restart"), ("l", "logs"),
    ("/", "filter"), ("o", "sort"), ("?", "help"), ("q", "quit"),
)  # fmt: skip
HELP = (
    ("↑ ↓ j k", "select a container; PgUp, PgDn, g and G go far"),
    ("s", "stop it, after a y"),
    ("u", "start it"),
    ("r", "restart it, after a y"),
    ("p", "pause it, or let it go on"),
    ("K d", "kill it, remove it, after a y"),
    ("l Enter", "its log; Esc comes back"),
    ("i", "all that the engine knows about it"),
    ("x", "a shell in it; exit comes back"),
    ("/", "show only names, images and IDs with a text; Esc shows all"),
    ("o", "sort by state, name, cpu, mem, mem%, net, block, pids"),
    ("a", "show stopped containers too, or not"),
    ("e", "show events, or not"),
    ("q Ctrl-C", "quit"),
)
GIVE_WAY = ("↑↓", "o", "r", "u", "/", "l", "s")  # where there is no room for all
LOG_KEYS = (("↑↓", "scroll"), ("G", "end"), ("Esc", "back"))
LOW = 15  # lines: with fewer there are no events
FEWEST_EVENTS = 6


class Picture:
    """What rich draws. It remembers how far the table is scrolled."""

    def __init__(self, model: Model, socket: str, server: str) -> None:
        self._model = model
        self._socket = escaped(socket).removeprefix("unix://")
        self._server = escaped(server.partition(" (")[0].replace("/", " ").partition("+")[0])
        self._lines = Lines()
        self._top = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide, high = options.max_width, options.max_height or 24
        ascii = options.ascii_only
        model = self._model
        yield self._header(wide)
        if model.view == "help":
            body = [_line([(f"  {key:10}", "bold cyan"), (text, "")], wide) for key, text in HELP]
            yield from _filled([_line([], wide), *body], high - 2, wide)
        elif model.view in ("logs", "inspect"):
            yield from _filled(self._log(wide, high - 2), high - 2, wide)
        else:
            rows = model.rows()
            room = high - 3
            events = 0
            if model.shows_events and high >= LOW:
                events = max(min(FEWEST_EVENTS, room // 3), room - max(1, len(rows)) - 1)
                room -= events + 1
            yield _line(columns.heading(columns.layout(wide)), wide)
            yield from _filled(self._table(rows, wide, room, ascii), room, wide)
            if events:
                rule = ("-" if ascii else "─") * max(0, wide - 10)
                yield _line([("  EVENTS ", "dim"), (rule, "bright_black")], wide)
                yield from self._events(events, wide)
        yield self._footer(wide)

    def _header(self, wide: int) -> Text:
        model = self._model
        states = [record.get("State") for record in model.records]
        running, paused = states.count("running"), states.count("paused")
        stopped = len(states) - running - paused
        uses = [model.usage(record) for record in model.records]
        cpu = sum(use.cpu for use in uses if use is not None and not use.first)
        memory = sum(use.memory for use in uses if use is not None)
        left: list[Piece] = [(" dsock monitor ", "bold reverse"), (" ", "")]
        if model.reason:
            left.append((f"● {escaped(model.reason)}", "bold red"))
            return _line(left, wide)
        left.append((f"{running} running", "green"))
        if paused:
            left.append((f" · {paused} paused", "yellow"))
        left.append((f" · {stopped} stopped", "dim"))
        used = f"CPU {cpu:.1f}% · {binary_size(memory)}"
        clock = time.strftime("%H:%M:%S")
        taken = sum(width(text) for text, _ in left)
        for right in (
            [used, self._server, self._socket, clock], [used, self._server, clock],
            [used, clock], [clock],
        ):  # fmt: skip
            text = " · ".join(filter(None, right)) + " "
            if taken + width(text) + 2 <= wide:
                left.append((" " * (wide - taken - width(text)) + text, "dim"))
                break
        return _line(left, wide)

    def _table(
        self, rows: Sequence[Mapping[str, Any]], wide: int, room: int, ascii: bool
    ) -> list[Text]:
        at = self._model.keep_selected(rows)
        if not rows:
            what = "no container fits the filter" if self._model.filter else "no containers"
            return [_line([(f"  {what}", "dim")], wide)]
        self._top = max(0, min(self._top, at, len(rows) - room))
        if at >= self._top + room:
            self._top = at - room + 1
        fits = columns.layout(wide)
        out = []
        for record in rows[self._top : self._top + room]:
            line = columns.row(self._model, record, fits, ascii)
            out.append(_line(line, wide))
        return out

    def _events(self, room: int, wide: int) -> RenderResult:
        from rich.segment import Segment, Segments

        recent = list(self._model.events)[-room:]
        told = list(Segment.split_lines(self._lines.of(recent, wide - 2)))[-room:]  # days too
        for line in told:
            yield Segments([Segment("  "), *line, Segment.line()])
        yield from _filled([], room - len(told), wide)

    def _log(self, wide: int, room: int) -> list[Text]:
        model = self._model
        what = "log" if model.view == "logs" else "inspect"
        title = f"  {what} of {escaped(model.name(model.log_of))}"
        if model.log:
            model.scrolled = min(model.scrolled, max(0, len(model.log) - room + 1))
        end = len(model.log) - model.scrolled
        shown = model.log[max(0, end - room + 1) : end] or ["  nothing"]
        return [
            _line([(title, "bold")], wide),
            *(_line([(shortened(line, wide), "")], wide) for line in shown),
        ]

    def _footer(self, wide: int) -> Text:
        model = self._model
        if model.view == "filter":
            return _line([(" filter: ", "bold"), (escaped(model.filter), ""), ("█", "blink")], wide)
        if model.view == "confirm":
            name = escaped(model.name(model.selected))
            asked: list[Piece] = [(f" {model.asked} {name}? ", "bold yellow"), (" y", "bold cyan")]
            return _line([*asked, (" yes   any other key: no", "dim")], wide)
        if model.message and model.view == "list":
            style = "red" if model.failed else "green"
            return _line([(f" {escaped(model.message)}", style)], wide)
        line: list[Piece] = []
        if model.filter and model.view == "list":
            line.append((f" /{escaped(model.filter)} ", "yellow"))
        keys = list(LOG_KEYS if model.log_of else KEYS)
        room = wide - sum(width(text) for text, _ in line)
        for dropped in GIVE_WAY:
            if sum(width(f" {key} {what} ") for key, what in keys) - 1 > room:
                keys = [(key, what) for key, what in keys if key != dropped]
        for key, what in keys:
            line += [(f" {key}", "bold cyan"), (f" {what} ", "dim")]
        return _line(line, wide)


def _line(pieces: Sequence[Piece], wide: int) -> Text:
    """One line of the screen."""
    from rich.text import Text

    text = Text(no_wrap=True, overflow="crop", end="\n")
    for piece, look in pieces:
        text.append(piece, look)
    return text


def _filled(lines: Sequence[Text], room: int, wide: int) -> list[Text]:
    return [*lines[:room], *[_line([], wide) for _ in range(room - len(lines))]]
