"""`dsock rmi`, `dsock image rm`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.image.platform import wanted
from dsock.errors import ApiError


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Remove it though stopped containers use it")
@click.option("--no-prune", is_flag=True, help="Keep the nameless images that it rests on")
@click.option("--platform", "platforms", multiple=True, metavar="OS/ARCH",
              help="Remove only this platform's image of several")  # fmt: skip
@click.argument(
    "targets", nargs=-1, required=True, metavar="IMAGE [IMAGE...]",
    shell_complete=completion.images,
)  # fmt: skip
@click.pass_obj
def command(
    app: App, targets: tuple[str, ...], force: bool, no_prune: bool, platforms: tuple[str, ...]
) -> None:
    """Remove one or more images.

    By a name only that name goes, as long as the image has others.
    """
    texts = [text for several in platforms for text in several.split(",")]
    only = tuple(filter(None, [wanted(app, text, "1.50") for text in texts]))

    def remove(target: str) -> None:
        try:
            gone = app.engine.json(images.remove(target, force, no_prune, only))
        except ApiError as err:
            if not force or err.status != 404:
                raise
            app.complain(err.message)  # gone is what --force asks for
            return
        for record in gone or ():
            what = "Deleted" if record.get("Deleted") else "Untagged"
            app.write(f"{what}: {record.get(what, '')}\n")
        app.flush()

    app.each(targets, remove, show=False)
