"""`dsock image inspect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.inspect import Found, format_option, show
from dsock.engine.version import newer
from dsock.errors import DsockError
from dsock.flags import platforms
from dsock.render.gostrings import to_json


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
    wanted = None
    if platform is not None:
        if newer("1.49", app.engine.version):
            raise DsockError(
                f"--platform needs API version 1.49, this engine has {app.engine.version}"
            )
        wanted = to_json(platforms.parse(platform)) if platform else None

    def find(target: str) -> Found:
        return app.engine.open(images.inspect(target, wanted)).read(), "image"

    show(app, targets, format, find)
