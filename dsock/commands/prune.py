"""What the prunes share: docker's question, its report, and the script of a dry run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import click

from dsock import completion
from dsock.api import containers, images, networks, system, volumes
from dsock.app import App
from dsock.commands.leftovers import Leftovers
from dsock.engine.request import Request
from dsock.errors import ApiError
from dsock.flags import prune as flags
from dsock.flags.filters import Filters
from dsock.options import Decorator
from dsock.render.safe import escaped
from dsock.views.leftovers import Leftover
from dsock.views.units import size


class Kind(NamedTuple):
    """Objects that can be pruned.

    `prune` is the call; its answer has what was removed at `key`. `find` tells what it would
    remove, and `remove` removes one of those by a reference.
    """

    title: str
    prune: Callable[[Filters], Request]
    key: str
    find: Callable[[Leftovers, Filters], Iterable[Leftover]]
    remove: Callable[[str], Request]


CONTAINERS = Kind(
    "Deleted Containers", containers.prune, "ContainersDeleted",
    Leftovers.containers, containers.remove,
)  # fmt: skip
NETWORKS = Kind(
    "Deleted Networks", networks.prune, "NetworksDeleted", Leftovers.networks, networks.remove
)
VOLUMES = Kind(
    "Deleted Volumes", volumes.prune, "VolumesDeleted", Leftovers.volumes, volumes.remove
)
IMAGES = Kind("Deleted Images", images.prune, "ImagesDeleted", Leftovers.images, images.remove)


def build_cache(all: bool, keep: int | None = None) -> Kind:
    """The build cache, with `all` also what several builds share and what is the builder's own;
    `keep` is how many bytes of it to leave."""
    return Kind(
        "Deleted build cache objects",
        lambda filters: system.prune_build_cache(all, filters, keep),
        "CachesDeleted",
        lambda found, filters: found.caches(filters, all),
        lambda ref: system.prune_build_cache(True, {"id": {ref: True}}),
    )


force_option: Decorator = click.option(
    "-f", "--force", is_flag=True, help="Remove without asking first"
)


def filter_option(known: completion.Filters) -> Decorator:
    """--filter of a prune that knows the filters `known`: -f is --force there."""
    return click.option(
        "--filter", "filters", multiple=True, metavar="KEY=VALUE",
        help="Remove only what matches; label!=KEY: only what lacks the label",
        shell_complete=completion.filters(known),
    )  # fmt: skip


def wanted(app: App, texts: Iterable[str]) -> Filters:
    """The filters of the command line and of config.json's "pruneFilters". Raises BadFlag."""
    return flags.wanted(texts, app.config.get("pruneFilters"))


def confirmed(app: App, warning: str, force: bool) -> bool:
    """True if the person agrees, or need not be asked."""
    if force or app.dry_run:
        return True
    return agreed(app, f"WARNING! {warning}\nAre you sure you want to continue?")


def agreed(app: App, question: str) -> bool:
    """True if the person answers the `question` with a y."""
    app.write(f"{question} [y/N] ")
    app.flush()
    try:
        answer = sys.stdin.buffer.readline() if sys.stdin is not None else b""
    except KeyboardInterrupt:
        app.write("\n")
        raise
    return answer.strip().lower() == b"y"


def prune(app: App, plan: Sequence[tuple[Kind, Filters]], total: bool = True) -> None:
    """Remove what nobody uses of each kind, and print docker's report; `total` tells the space
    that this gives back. A dry run writes down each removal instead."""
    if app.dry_run:
        _write_down(app, plan)
        return
    reclaimed = 0
    for kind, filters in plan:
        report = _pruned(app, kind, filters)
        deleted = [_line(item) for item in report.get(kind.key) or ()]
        if deleted:
            reclaimed += report.get("SpaceReclaimed", 0)
            app.tell("\n".join([f"{kind.title}:", *deleted, "", ""]))
            app.flush()
    if total:
        app.write(f"Total reclaimed space: {size(reclaimed, 4)}\n")


def _pruned(app: App, kind: Kind, filters: Filters) -> dict[str, Any]:
    try:
        return app.engine.json(kind.prune(filters)) or {}
    except ApiError as err:
        if err.status == 404 and kind.key == "CachesDeleted":
            return {}  # Podman has no build cache apart from its images
        raise


def _line(item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    untagged = item.get("Untagged")
    return f"untagged: {untagged}" if untagged else f"deleted: {item.get('Deleted', '')}"


def _write_down(app: App, plan: Sequence[tuple[Kind, Filters]]) -> None:
    """The script that removes exactly what is there to be pruned now."""
    found = Leftovers(app, time.time())
    count, sizes = 0, 0
    for kind, filters in plan:
        for leftover in kind.find(found, filters):
            app.script.comment(escaped(leftover.line(found.now)))
            for ref in leftover.refs:
                with app.script.one_of_several():  # what is used by then stays
                    app.engine.open(kind.remove(ref))
            count += 1
            sizes += leftover.size or 0
    app.script.comment(f"{count} in all, {size(sizes)} at most" if count else "nothing to remove")
