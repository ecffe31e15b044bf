"""`dsock export`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App


@tree.command()
@click.option("-o", "--output", metavar="FILE", help="Write to a file, not to stdout",
              shell_complete=completion.files)  # fmt: skip
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.pass_obj
def command(app: App, target: str, output: str | None) -> None:
    """Write a container's file system as a tar archive."""
    app.download(containers.export(target), output)
