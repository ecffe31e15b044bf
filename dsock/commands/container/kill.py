"""`dsock kill`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.engine.parallel import started


@tree.command()
@click.option(
    "-s", "--signal", metavar="SIGNAL", help="Signal to send to the container (KILL)",
    shell_complete=completion.signals,
)  # fmt: skip
@click.argument(
    "targets", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]",
    shell_complete=completion.running,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], signal: str | None) -> None:
    """Kill one or more running containers."""

    def kill(target: str) -> None:
        app.engine.json(containers.kill(target, signal))

    app.each(targets, started(app.engine, kill, targets))
