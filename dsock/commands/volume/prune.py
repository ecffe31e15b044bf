"""`dsock volume prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.leftovers import takes_named_volumes
from dsock.commands.prune import VOLUMES, confirmed, filter_option, force_option, prune, wanted
from dsock.errors import DsockError


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Remove unused volumes that have names, too")
@filter_option(completion.PRUNE_FILTERS)
@force_option
@click.pass_obj
def command(app: App, all: bool, filters: tuple[str, ...], force: bool) -> None:
    """Remove unused local volumes.

    Those that no container uses and nobody named; Podman, and Docker before API 1.42, take the
    named ones too. With --dry-run: a script that removes those that are there now, one by one.
    """
    named = takes_named_volumes(app)
    if all and named and not app.engine.podman:
        raise DsockError(
            f'"--all" requires API version 1.42, but the engine speaks {app.engine.version}',
            "without it, this engine removes named volumes too",
        )
    wished = wanted(app, filters)
    if all and "all" in wished:
        raise DsockError("conflicting options: cannot specify both --all and --filter all=1")
    if all and not named:
        wished["all"] = {"true": True}
    which = "all" if all or named else "anonymous"
    warning = f"This will remove {which} local volumes not used by at least one container."
    if confirmed(app, warning, force):
        prune(app, [(VOLUMES, wished)])
