"""`dsock tag`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.flags.references import repository_and_tag


@tree.command()
@click.argument("source", metavar="SOURCE_IMAGE[:TAG]", shell_complete=completion.images)
@click.argument("target", metavar="TARGET_IMAGE[:TAG]", shell_complete=completion.images)
@click.pass_obj
def command(app: App, source: str, target: str) -> None:
    """Give an image another name."""
    repo, tag = repository_and_tag(target)
    app.engine.json(images.tag(source, repo, tag))
