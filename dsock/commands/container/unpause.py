"""`dsock unpause`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App


@tree.command()
@click.argument(
    "targets", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]",
    shell_complete=completion.paused,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...]) -> None:
    """Unpause all processes within containers."""
    app.each(targets, lambda target: app.engine.json(containers.unpause(target)))
