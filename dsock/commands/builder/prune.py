"""`dsock builder prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import system
from dsock.app import App
from dsock.commands.prune import agreed, build_cache, filter_option, force_option, prune, wanted
from dsock.flags.values import size


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Remove what several builds share, too")
@filter_option(completion.BUILD_CACHE_FILTERS)
@force_option
@click.option("--keep-storage", metavar="SIZE", help="Leave that much, of what was used last")
@click.pass_obj
def command(
    app: App, all: bool, filters: tuple[str, ...], force: bool, keep_storage: str | None
) -> None:
    """Remove build cache.

    What no build uses. With --dry-run: a script that removes what is there now, one by one; with
    --keep-storage the engine chooses what stays.
    """
    keep = size(keep_storage, "--keep-storage")
    wished = wanted(app, filters)
    which = "all build cache" if all else "all dangling build cache"
    question = f"WARNING! This will remove {which}. Are you sure you want to continue?"
    if not (force or app.dry_run or agreed(app, question)):
        return
    if app.dry_run and keep:
        app.engine.json(system.prune_build_cache(all, wished, keep))
    else:
        prune(app, [(build_cache(all, keep), wished)])
