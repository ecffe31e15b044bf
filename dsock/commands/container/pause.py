"""`dsock pause`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.options import containers_argument


@tree.command()
@containers_argument(completion.running)
@click.pass_obj
def command(app: App, targets: tuple[str, ...]) -> None:
    """Pause all processes within containers."""
    app.each(targets, lambda target: app.engine.json(containers.pause(target)))
