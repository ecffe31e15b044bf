"""`dsock ps --watch`: the table of a terminal, drawn anew when something happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from dsock.app import App
from dsock.commands.container.ls_more import Asked, parts, screen_columns
from dsock.errors import DsockError
from dsock.events import batches
from dsock.render import table
from dsock.terminal.repaint import Painter, repainting

EVERY = 2.0  # seconds: ages and states' texts are the engine's
SHORTEST = 0.2  # between two tables, however much happens


def watching(app: App, fetch: Callable[[], list[dict[str, Any]]], asked: Asked) -> None:
    """Show the containers that `fetch` gives until Ctrl-C. Raises DsockError where there is no
    terminal, and when the engine goes away."""
    if not app.rich:
        raise DsockError("--watch needs a terminal", "on a pipe, `dsock events` tells of changes")
    records = fetch()
    try:
        with repainting(app.console) as painter:
            _wake_at_events(app, painter)
            while True:
                painter.paint(_picture(app, records, asked))
                time.sleep(SHORTEST)
                painter.wait(EVERY - SHORTEST)
                records = fetch()
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # the terminal is as it should be: say nothing more


def _picture(app: App, records: list[dict[str, Any]], asked: Asked) -> Any:
    from rich.console import Group
    from rich.text import Text

    space = app.console.size
    groups = parts(records, asked)
    room = space.height - 2  # the header, and the line that the cursor is in
    fit = min(len(records), max(0, room))
    while fit and fit + len(_first(groups, fit)) + (fit < len(records)) > room:
        fit -= 1
    shown, steps = screen_columns(asked)
    seen = table.picture(shown, records[:fit], steps, _first(groups, fit), space.width)
    if fit == len(records):
        return seen
    return Group(seen, Text(f"… {len(records) - fit} more", "dim"))


def _first(groups: list[table.Part], rows: int) -> list[table.Part]:
    """The groups of the first `rows` records; what is said of a group is said of all of it."""
    out = []
    for group in groups:
        if rows <= 0:
            break
        out.append(group._replace(rows=min(group.rows, rows)))
        rows -= group.rows
    return out


def _wake_at_events(app: App, painter: Painter) -> None:
    """Draw at once when something happens to a container. A health check is no such thing."""
    filters = {"type": {"container": True, "network": True}}

    def read() -> None:
        try:
            for batch in batches(app.engine, filters=filters):
                if any(not str(event.get("Action")).startswith("exec_") for event in batch):
                    painter.wake()
        except DsockError:
            pass  # the next fetch tells

    threading.Thread(target=read, daemon=True).start()
