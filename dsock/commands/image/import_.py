"""`dsock import`."""

from __future__ import annotations

import click

from dsock import completion, files, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.image.sending import sent
from dsock.engine.request import Upload
from dsock.errors import DsockError
from dsock.flags.references import parse


@tree.command()
@click.option(
    "-c", "--change", "changes", multiple=True, metavar="INSTRUCTION",
    help="Apply a Dockerfile instruction to the new image",
)  # fmt: skip
@click.option("-m", "--message", metavar="TEXT", help="Message in the image's history")
@click.option("--platform", metavar="OS/ARCH", envvar="DOCKER_DEFAULT_PLATFORM",
              help="Platform of the new image")  # fmt: skip
@click.argument("source", metavar="FILE|URL|-", shell_complete=completion.files)
@click.argument("references", nargs=-1, metavar="[REPOSITORY[:TAG]]")  # docker reads only one
@click.pass_obj
def command(
    app: App,
    source: str,
    references: tuple[str, ...],
    changes: tuple[str, ...],
    message: str | None,
    platform: str | None,
) -> None:
    """Make an image from a tar archive of a file system.

    A URL is fetched by the engine; - is stdin.
    """
    if source == "-" and app.stdin_is_terminal:
        raise DsockError("requested import from stdin, but stdin is empty", "redirect stdin")
    archive = None
    if not source.startswith(("http://", "https://")):
        archive = Upload(source, files.blocks(source))
    reference = references[0] if references else ""
    if reference:
        parse(reference)
    machine = platform.lower() if platform else None
    place = source if archive is None else "-"
    sent(app, images.import_(place, archive, reference, message, changes, machine))
