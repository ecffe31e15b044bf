"""The table of `dsock stats` on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from dsock.app import App
from dsock.commands.container.stats import SECONDS, row
from dsock.render import table
from dsock.stats import Watch
from dsock.terminal.repaint import repainting
from dsock.views import stats
from dsock.views.stats_screen import STEPS, columns

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


def live(
    app: App,
    watch: Watch,
    show: Callable[[Iterable[stats.Row]], str] | None,
    sort: str | None,
    full: bool,
) -> None:
    """Draw the containers, or their text by `show`, each second until a signal ends it; `full`
    cuts no ID."""
    with repainting(app.console) as painter:
        watch.on_change = painter.wake
        while True:
            rows = stats.ordered(map(row, watch.watched()), sort)
            painter.paint(_Text(show(rows)) if show is not None else _Table(rows, full))
            painter.wait(SECONDS)


class _Table:
    """As many rows as there is room for, and how many more there are."""

    def __init__(self, rows: list[stats.Row], full: bool) -> None:
        self._rows, self._full = rows, full

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        room = (options.max_height or 24) - 1
        rows, more = self._rows, 0
        if len(rows) > room:
            more = len(rows) - max(0, room - 1)
            rows = rows[:-more]
        yield table.picture(columns(self._full), rows, STEPS, (), options.max_width)
        if more:
            yield Text(f"and {more} more", "dim", no_wrap=True, overflow="crop")
        elif not rows:
            yield Text("no containers are running", "dim", no_wrap=True, overflow="crop")


class _Text:
    """Text that is as wide as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        for line in self._text.splitlines():
            yield Text(line, no_wrap=True, overflow="crop")
