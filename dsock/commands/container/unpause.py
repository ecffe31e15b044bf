"""`dsock unpause`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.options import containers_argument


@tree.command()
@containers_argument(completion.paused)
@click.pass_obj
def command(app: App, targets: tuple[str, ...]) -> None:
    """Unpause all processes within containers."""
    app.each(targets, lambda target: app.engine.json(containers.unpause(target)))
