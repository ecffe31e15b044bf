"""`dsock context show`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.commands.context import stored


@tree.command()
@click.pass_obj
def command(app: App) -> None:
    """Print the name of the current context."""
    app.write(f"{stored.current(app)}\n")
