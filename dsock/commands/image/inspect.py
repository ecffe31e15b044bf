"""`dsock image inspect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.image.platform import wanted
from dsock.commands.inspect import Found, format_option, show


@tree.command()
@format_option
@click.option("--platform", metavar="OS/ARCH", help="Inspect this platform's image of several")
@click.argument(
    "targets", nargs=-1, required=True, metavar="IMAGE [IMAGE...]",
    shell_complete=completion.images,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], format: str | None, platform: str | None) -> None:
    """Show everything the engine knows about one or more images."""
    only = wanted(app, platform, "1.49")

    def find(target: str) -> Found:
        return app.engine.open(images.inspect(target, only)).read(), "image"

    show(app, targets, format, find)
