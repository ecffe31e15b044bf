"""`dsock system prune`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands import prune as p
from dsock.commands.image.prune import DANGLING, UNUSED
from dsock.errors import DsockError
from dsock.flags.filters import Filters
from dsock.render.natural import natural


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Remove all unused images, not just nameless ones")
@p.filter_option(completion.PRUNE_FILTERS)
@p.force_option
@click.option("--volumes", is_flag=True, help="Remove unused anonymous volumes, too")
@click.pass_obj
def command(app: App, all: bool, filters: tuple[str, ...], force: bool, volumes: bool) -> None:
    """Remove what nobody uses.

    Stopped containers, networks, images and build cache. With --dry-run: a script that removes
    what is there now, one by one.
    """
    wished = p.wanted(app, filters)
    if volumes and "until" in wished:
        raise DsockError('ERROR: The "until" filter is not supported with "--volumes"')
    images = p.wanted(app, (*filters, f"dangling={'false' if all else 'true'}"))
    plan = [
        (p.CONTAINERS, wished),
        (p.NETWORKS, wished),
        *([(p.VOLUMES, wished)] if volumes else []),
        (p.IMAGES, images),
        (p.build_cache(all), wished),
    ]
    which = "volumes" if app.engine.podman else "anonymous volumes"
    if p.confirmed(app, _warning(wished, all, which if volumes else ""), force):
        p.prune(app, plan)


def _warning(wished: Filters, all: bool, volumes: str) -> str:
    unused = "not used by at least one container"
    removed = ["all stopped containers", f"all networks {unused}"]
    removed += [f"all {volumes} {unused}"] if volumes else []
    removed += [UNUSED if all else DANGLING, "all build cache" if all else "unused build cache"]
    told = [
        f"{key}={value}" for key in ("label", "label!", "until") for value in wished.get(key, ())
    ]
    lines = ["This will remove:", *[f"  - {what}" for what in removed], ""]
    if told:
        lines.append("  Items to be pruned will be filtered with:")
        lines += [*[f"  - {text}" for text in sorted(told, key=natural)], ""]
    return "\n".join(lines)
