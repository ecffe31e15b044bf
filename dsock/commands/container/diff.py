"""`dsock diff`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.render.safe import escaped

KINDS = "CAD"  # 0 changed, 1 added, 2 deleted


@tree.command()
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.pass_obj
def command(app: App, target: str) -> None:
    """Show what changed in a container's file system since its image."""
    show = escaped if app.stdout_is_terminal else str
    for change in app.engine.json(containers.changes(target)) or ():
        app.write(f"{KINDS[change['Kind']]} {show(change['Path'])}\n")
