"""`dsock volume inspect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import volumes
from dsock.app import App
from dsock.commands.inspect import Found, format_option, show


@tree.command()
@format_option
@click.argument(
    "targets", nargs=-1, required=True, metavar="VOLUME [VOLUME...]",
    shell_complete=completion.volumes,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], format: str | None) -> None:
    """Show everything the engine knows about one or more volumes."""

    def find(target: str) -> Found:
        return app.engine.open(volumes.inspect(target)).read(), "volume"

    show(app, targets, format, find)
