"""`dsock container prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.prune import CONTAINERS, confirmed, filter_option, force_option, prune, wanted


@tree.command()
@filter_option(completion.PRUNE_FILTERS)
@force_option
@click.pass_obj
def command(app: App, filters: tuple[str, ...], force: bool) -> None:
    """Remove all stopped containers.

    With --dry-run: a script that removes those that are there now, one by one.
    """
    wished = wanted(app, filters)
    if confirmed(app, "This will remove all stopped containers.", force):
        prune(app, [(CONTAINERS, wished)])
