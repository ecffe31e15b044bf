"""`dsock volume ls`."""

from __future__ import annotations

import time
from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers, system
from dsock.api import volumes as api
from dsock.app import App
from dsock.engine.version import newer
from dsock.errors import DsockError
from dsock.flags import filters as flags
from dsock.options import filter_option, format_option
from dsock.render import listing
from dsock.render.natural import natural
from dsock.views import volumes


@tree.command()
@click.option("--cluster", is_flag=True, help="Show only volumes of a swarm, with their state")
@filter_option(completion.VOLUME_FILTERS)
@format_option
@click.option("-q", "--quiet", is_flag=True, help="Print only names")
@click.option("-s", "--size", is_flag=True,
              help="Show how much disk they take, and which containers use them")  # fmt: skip
@click.pass_obj
def command(
    app: App,
    cluster: bool,
    filters: tuple[str, ...],
    format: str | None,
    quiet: bool,
    size: bool,
) -> None:
    """List volumes."""
    if cluster and newer("1.42", app.engine.version):
        raise DsockError(
            f'"--cluster" requires API version 1.42, but the engine speaks {app.engine.version}'
        )
    parsed = flags.parse(filters)
    keep = parsed.keep(flags.VOLUMES)
    answer = app.engine.json(api.list_(parsed.engine)) or {}
    found = [record for record in answer.get("Volumes") or () if keep(record)]
    found.sort(key=lambda record: natural(record.get("Name", "")))
    for warning in answer.get("Warnings") or ():
        app.note(warning)
    if cluster:
        found = [record for record in found if record.get("ClusterVolume")]
        source = "table" if quiet else volumes.CLUSTER
    else:
        source = format or (not quiet and app.config.get("volumesFormat")) or "table"
    if size:
        _add_usage(app, found)
    if app.rich and source == "table" and not quiet:
        from dsock.render import table
        from dsock.views import screen

        shown = screen.volumes(time.time(), size)
        table.show(lambda: app.console, app.write, shown, found, screen.VOLUME_STEPS)
    else:
        view = volumes.view(size)
        text = volumes.format(source, quiet, size)
        app.write(listing.text(view, found, text, app.stdout_is_terminal))


def _add_usage(app: App, records: list[dict[str, Any]]) -> None:
    """Give each its "UsageData", and as "Containers" the names of those that use it."""
    old = newer("1.42", app.engine.version)
    usage = app.engine.json(system.disk_usage(() if old else ("volume",)))
    known = {record["Name"]: record.get("UsageData") for record in usage.get("Volumes") or ()}
    users: dict[str, list[str]] = {}
    for container in app.engine.json(containers.list_(all=True)):
        name = next(iter(container.get("Names") or ()), container["Id"][:12])
        for mount in container.get("Mounts") or ():
            users.setdefault(mount.get("Name", ""), []).append(name.removeprefix("/"))
    for record in records:
        record["UsageData"] = known.get(record["Name"])
        record["Containers"] = sorted(users.get(record["Name"], ()), key=natural)
