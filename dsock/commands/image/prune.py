"""`dsock image prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.prune import IMAGES, confirmed, filter_option, force_option, prune, wanted

DANGLING = "all dangling images"
UNUSED = "all images without at least one container associated to them"


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Remove unused images that have names, too")
@filter_option(completion.PRUNE_FILTERS)
@force_option
@click.pass_obj
def command(app: App, all: bool, filters: tuple[str, ...], force: bool) -> None:
    """Remove unused images.

    Those without a name, or with -a all that no container is made from. With --dry-run: a
    script that removes those that are there now, one by one.
    """
    wished = wanted(app, (*filters, f"dangling={'false' if all else 'true'}"))
    if confirmed(app, f"This will remove {UNUSED if all else DANGLING}.", force):
        prune(app, [(IMAGES, wished)])
