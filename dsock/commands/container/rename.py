"""`dsock rename`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError


@tree.command()
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.argument("name", metavar="NEW_NAME")
@click.pass_obj
def command(app: App, target: str, name: str) -> None:
    """Rename a container."""
    target, name = target.strip(), name.strip()
    if not target or not name:
        raise DsockError("neither the old nor the new name may be empty")
    app.engine.json(containers.rename(target, name))
