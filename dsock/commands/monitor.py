"""`dsock monitor`."""

from __future__ import annotations

import gc
import time

import click

from dsock import tree
from dsock.app import App
from dsock.errors import DsockError

FRAME_SECONDS = 0.15  # the least time between two pictures, unless a key was pressed
SECONDS = 1.0


@tree.command()
@click.pass_obj
def command(app: App) -> None:
    """Watch and control all containers on one screen.

    What they use, what happens, and keys to stop, start and restart them and to read their
    logs; ? lists the keys.
    """
    if not app.rich or not app.stdin_is_terminal:
        raise DsockError(
            "monitor needs a terminal", "dsock stats and dsock events also write to a pipe"
        )
    from dsock.monitor.keys import keys
    from dsock.monitor.model import Model
    from dsock.monitor.picture import Picture
    from dsock.monitor.sources import Sources
    from dsock.terminal.repaint import repainting

    app.engine.observers.clear()  # --curl has no place to print on
    model = Model()
    picture = Picture(model, app.endpoint.url, app.engine.server)
    gc.freeze()
    gc.enable()
    with repainting(app.console, whole=True, keys=True) as painter:
        sources = Sources(app.engine, model, painter.wake)
        sources.start()
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
