"""`dsock kill`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.engine.parallel import started
from dsock.options import containers_argument


@tree.command()
@click.option(
    "-s", "--signal", metavar="SIGNAL", help="Signal to send to the container (KILL)",
    shell_complete=completion.signals,
)  # fmt: skip
@containers_argument(completion.running)
@click.pass_obj
def command(app: App, targets: tuple[str, ...], signal: str | None) -> None:
    """Kill one or more running containers."""

    def kill(target: str) -> None:
        app.engine.json(containers.kill(target, signal))

    app.each(targets, started(app.engine, kill, targets))
