"""`dsock save`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.image.platform import wanted


@tree.command()
@click.option("-o", "--output", metavar="FILE", help="Write to a file, not to stdout",
              shell_complete=completion.files)  # fmt: skip
@click.option("--platform", metavar="OS/ARCH", help="Save only this platform's image of several")
@click.argument(
    "targets", nargs=-1, required=True, metavar="IMAGE [IMAGE...]",
    shell_complete=completion.images,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], output: str | None, platform: str | None) -> None:
    """Write images as a tar archive that load reads.

    FILE is whole under its name, or not there at all.
    """
    only = wanted(app, platform, "1.48")
    app.download(images.save(targets, (only,) if only else ()), output)
