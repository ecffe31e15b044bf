"""`dsock ps`, `dsock container ls`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers as api
from dsock.app import App
from dsock.flags import filters as flags
from dsock.options import INTEGER, filter_option, format_option, no_trunc_option, quiet_option
from dsock.render import listing
from dsock.views import containers

Record = dict[str, Any]
# Asks the engine for the containers, with their sizes or without.
Load = Callable[[bool], Iterator[Record]]

# With these the engine looks at stopped containers too; so does their negation.
_OF_ALL = ("status", "exited")


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Show stopped containers too")
@filter_option(completion.CONTAINER_FILTERS)
@format_option
@click.option("-n", "--last", type=INTEGER, default=-1, metavar="N",
              help="Show the N containers created last, in any state")  # fmt: skip
@click.option("-l", "--latest", is_flag=True, help="Show the container created last, in any state")
@no_trunc_option
@quiet_option
@click.option("-s", "--size/--no-size", default=None, help="Show how much disk they take")
@click.option("--columns", metavar="NAME,...", help="Show these columns instead",
              shell_complete=completion.columns)  # fmt: skip
@click.option("--sort", metavar="[-]COLUMN", help="Sort by a column; - is the other way round",
              shell_complete=completion.columns)  # fmt: skip
@click.option("--group-by", metavar="COLUMN", help="Show those together that have the same there",
              shell_complete=completion.columns)  # fmt: skip
@click.option("-x", "--vertical", is_flag=True, help="Show a block of lines for each")
@click.option("-o", "--output", type=click.Choice(["json", "ndjson", "yaml", "csv", "wide"]),
              help="Print values with their types, or all usual columns in full")  # fmt: skip
@click.option("-w", "--watch", is_flag=True, help="Keep the table up to date, until Ctrl-C")
@click.pass_obj
def command(
    app: App,
    /,
    all: bool,
    filters: tuple[str, ...],
    format: str | None,
    last: int,
    latest: bool,
    no_trunc: bool,
    quiet: bool,
    size: bool | None,
    **more: Any,
) -> None:
    """List containers.

    The running ones, or with -a all of them.

    Columns: id, name, image, image-id, command, created, age, state, status, health, exit-code,
    ports, networks, ip, mounts, size, project, service, labels, label:KEY, and what needs an
    inspection of each container: restarts, reason, pid, started, finished.

    On a terminal, psColumns, psSort and psGroupBy in {"plugins": {"dsock": {...}}} of docker's
    config.json stand for --columns, --sort and --group-by.
    """
    if format and quiet:
        app.note("WARNING: Ignoring custom format, because both --format and --quiet are set.")
    source = format or app.config.get("psFormat") or ""
    if source:
        uses_size = listing.tried(containers.view(full=True, now=time.time()), source, "Size")
        size = uses_size and not quiet if size is None else size
    load = _loader(app, all, filters, 1 if latest and last == -1 else last)
    if any(more.values()) or (app.rich and not source and not quiet and "plugins" in app.config):
        from dsock.commands.container import ls_more

        if ls_more.show(app, load, format or "", quiet, no_trunc, bool(size), **more):
            return
    records = load(bool(size))
    if app.rich and source in ("", "table") and not quiet and not no_trunc:
        from dsock.render import table
        from dsock.views import screen

        shown = screen.containers(time.time(), bool(size))
        table.show(lambda: app.console, app.write, shown, list(records), screen.CONTAINER_STEPS)
    else:
        text = containers.format(source, quiet, bool(size))
        view = containers.view(no_trunc, time.time())
        app.write(listing.text(view, records, text, app.stdout_is_terminal))


def _loader(app: App, all: bool, filters: tuple[str, ...], limit: int) -> Load:
    """What asks the engine for the containers, with their sizes or without."""
    parsed = flags.parse(filters)
    wanted = parsed.keep(flags.CONTAINERS)
    all = all or any(key in _OF_ALL for key, _ in parsed.unwanted)
    here = limit if limit > 0 and not parsed.unwanted else None

    def load(size: bool) -> Iterator[Record]:
        request = api.list_(all=all, limit=here, size=size, filters=parsed.engine)
        records = app.engine.listed(request)
        if parsed.unwanted:
            records = islice(filter(wanted, records), limit if limit > 0 else None)
        return records

    return load
