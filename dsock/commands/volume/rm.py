"""`dsock volume rm`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import volumes
from dsock.app import App


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Do not mind volumes that do not exist")
@click.argument(
    "targets", nargs=-1, required=True, metavar="VOLUME [VOLUME...]",
    shell_complete=completion.volumes,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], force: bool) -> None:
    """Remove one or more volumes.

    One that a container uses stays, also if that has stopped.
    """
    app.each(targets, lambda target: app.engine.json(volumes.remove(target, force)))
