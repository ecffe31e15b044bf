"""`dsock network prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.prune import NETWORKS, confirmed, filter_option, force_option, prune, wanted


@tree.command()
@filter_option(completion.PRUNE_FILTERS)
@force_option
@click.pass_obj
def command(app: App, filters: tuple[str, ...], force: bool) -> None:
    """Remove all unused networks.

    Those that no running container is connected to. With --dry-run: a script that removes
    those that are there now, one by one.
    """
    wished = wanted(app, filters)
    warning = "This will remove all custom networks not used by at least one container."
    if confirmed(app, warning, force):
        prune(app, [(NETWORKS, wished)], total=False)
