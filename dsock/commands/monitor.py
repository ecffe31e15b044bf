"""`dsock monitor`."""

from __future__ import annotations

import gc
import sys
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
SHELL = ("sh", "-c", "if command -v bash >/dev/null; then exec bash; else exec sh; fi")


@tree.command()
@click.pass_obj
def command(app: App) -> None:
    """Watch and control all containers on one screen.

    What they use, what happens, and keys to stop, start, kill and remove them, to read their
    logs and to open a shell; ? lists the keys. With --curl, what the keys did is printed at the
    end.
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
            _run(app, painter, model, picture, sources)
    finally:
        for call in done:
            app.note(call)


def _run(app: App, painter: Painter, model: Model, picture: Picture, sources: Sources) -> None:
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
            if wish is not None and wish.what == "shell":
                with painter.aside():
                    _shell(app, model, wish.container)
            elif wish is not None:
                sources.act(wish)
        if not typed:
            time.sleep(max(0.0, painted + FRAME_SECONDS - time.monotonic()))


def _shell(app: App, model: Model, container: str) -> None:
    """`dsock exec -it` of bash or sh, until that ends. What is wrong is said on the screen."""
    import subprocess

    app.note(f"a shell in {model.name(container)}: exit comes back")
    # Not in this process, where what reads the keys would wait for one more.
    argv = [sys.executable, "-m", "dsock", *_root_flags(app), "exec", "-it", container, *SHELL]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, errors="replace") as child:
        try:
            said = child.communicate()[1]
        except BaseException:  # a signal: it gives the terminal back before we do
            child.terminate()
            raise
    if child.returncode in (126, 127):  # the engine's words went where the output does
        said = "it has no sh"
    if said:
        model.refuse(container, said.splitlines()[0])


def _root_flags(app: App) -> list[str]:
    """What makes another dsock speak to the same engine in the same way."""
    tls = app.tls
    given = {"--host": app.host, "--context": app.context, "--config": app.config_path,
             "--tlscacert": tls.get("ca"), "--tlscert": tls.get("cert"),
             "--tlskey": tls.get("key")}  # fmt: skip
    switches = {"--tls": tls.get("tls"), "--tlsverify": tls.get("verify")}
    pairs = [word for flag, value in given.items() if value for word in (flag, value)]
    return [*pairs, *(flag for flag, on in switches.items() if on)]
