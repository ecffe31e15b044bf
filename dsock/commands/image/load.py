"""`dsock load`."""

from __future__ import annotations

import click

from dsock import completion, files, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.image.platform import wanted
from dsock.commands.image.sending import sent
from dsock.engine.request import Upload
from dsock.errors import DsockError


@tree.command()
@click.option("-i", "--input", "source", metavar="FILE", help="Read from a file, not from stdin",
              shell_complete=completion.files)  # fmt: skip
@click.option("--platform", metavar="OS/ARCH", help="Load only this platform's image of several")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress")
@click.pass_obj
def command(app: App, source: str | None, platform: str | None, quiet: bool) -> None:
    """Load images from a tar archive that save has written.

    It may be compressed: the engine finds out how.
    """
    if not source and app.stdin_is_terminal:
        raise DsockError(
            "requested load from stdin, but stdin is empty", "use -i FILE, or redirect stdin"
        )
    only = wanted(app, platform, "1.48")
    archive = Upload(source or "-", files.blocks(source or "-"))
    silent = quiet or not app.rich
    sent(app, images.load(archive, silent, (only,) if only else ()))
