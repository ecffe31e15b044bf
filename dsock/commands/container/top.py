"""`dsock top`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.render import plain
from dsock.render.safe import escaped

COLUMNS = 20  # the least that a column takes, as in docker


@tree.command(interspersed=False)
@click.argument("target", metavar="CONTAINER", shell_complete=completion.running)
@click.argument("ps_args", nargs=-1, type=click.UNPROCESSED, metavar="[PS OPTIONS]")
@click.pass_obj
def command(app: App, target: str, ps_args: tuple[str, ...]) -> None:
    """Show the processes that run in a container.

    As ps on the engine's host shows them, -ef by default.
    """
    found = app.engine.json(containers.top(target, " ".join(ps_args)))
    rows = [found["Titles"], *(found["Processes"] or ())]
    if app.stdout_is_terminal:  # what a process calls itself must not steer the terminal
        rows = [map(escaped, row) for row in rows]
    app.write(plain.table(map("\t".join, rows), COLUMNS))
