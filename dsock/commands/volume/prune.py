"""`dsock volume prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.prune import VOLUMES, confirmed, filter_option, force_option, prune, wanted
from dsock.engine.version import newer
from dsock.errors import DsockError


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Remove unused volumes that have names, too")
@filter_option(completion.PRUNE_FILTERS)
@force_option
@click.pass_obj
def command(app: App, all: bool, filters: tuple[str, ...], force: bool) -> None:
    """Remove unused local volumes.

    Those that no container uses and nobody named; before API 1.42 the named ones too. With
    --dry-run: a script that removes those that are there now, one by one.
    """
    old = newer("1.42", app.engine.version)
    if all and old:
        raise DsockError(
            f'"--all" requires API version 1.42, but the engine speaks {app.engine.version}',
            "without it, this engine removes named volumes too",
        )
    wished = wanted(app, filters)
    if all and "all" in wished:
        raise DsockError("conflicting options: cannot specify both --all and --filter all=1")
    if all:
        wished["all"] = {"true": True}
    which = "all" if all or old else "anonymous"
    warning = f"This will remove {which} local volumes not used by at least one container."
    if confirmed(app, warning, force):
        prune(app, [(VOLUMES, wished)])
