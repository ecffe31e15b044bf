"""`dsock monitor`."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

import click

from dsock import tree
from dsock.api import containers, system
from dsock.app import App
from dsock.errors import DsockError

if TYPE_CHECKING:
    from dsock.engine.request import Request
    from dsock.monitor.model import Model
    from dsock.monitor.picture import Picture
    from dsock.monitor.sources import Sources
    from dsock.terminal.repaint import Painter

FRAME_SECONDS = 0.15  # the least time between two pictures, unless a key was pressed
SECONDS = 1.0


@tree.command()
@click.pass_obj
def command(app: App) -> None:
    """Watch and control all containers on one screen.

    What they use, what happens, and keys to stop, start and restart them and to read their
    logs; ? lists the keys. With --curl, what the keys did is printed at the end.
    """
    if app.dry_run:
        app.engine.json(containers.list_(all=True))
        app.engine.open(system.events())
        return
    if not app.rich or not app.stdin_is_terminal:
        raise DsockError(
            "monitor needs a terminal", "dsock stats and dsock events also write to a pipe"
        )
    from dsock.engine.curl import curl
    from dsock.monitor.model import Model
    from dsock.monitor.picture import Picture
    from dsock.monitor.sources import Sources
    from dsock.terminal.repaint import repainting

    done: list[str] = []  # for --curl, which has no place before the end

    def seen(request: Request, version: str | None) -> None:
        if app.curl and not request.reads:
            done.append(curl(request, app.endpoint, version))

    app.engine.observers[:] = [seen]
    model = Model()
    picture = Picture(model, app.endpoint.url, app.engine.server)
    gc.freeze()
    gc.enable()
    try:
        with repainting(app.console, whole=True, keys=True) as painter:
            sources = Sources(app.engine, model, painter.wake)
            sources.start()
            _run(painter, model, picture, sources)
    finally:
        for call in done:
            app.note(call)


def _run(painter: Painter, model: Model, picture: Picture, sources: Sources) -> None:
    """Draw and do what keys say, until one says to quit."""
    from dsock.monitor.keys import keys

    while True:
        sources.measured()
        painter.paint(picture)
        painted = time.monotonic()
        typed = painter.wait(SECONDS)
        for key in keys(typed):
            wish = model.pressed(key)
            if wish is not None and wish.what == "quit":
                return
            if wish is not None:
                sources.act(wish)
        if not typed:
            time.sleep(max(0.0, painted + FRAME_SECONDS - time.monotonic()))
