"""`dsock ps`, `dsock container ls`."""

from __future__ import annotations

import time
from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers as api
from dsock.app import App
from dsock.flags import filters as flags
from dsock.options import INTEGER, filter_option, format_option, no_trunc_option, quiet_option
from dsock.render import listing
from dsock.views import containers

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
@click.pass_obj
def command(
    app: App,
    all: bool,
    filters: tuple[str, ...],
    format: str | None,
    last: int,
    latest: bool,
    no_trunc: bool,
    quiet: bool,
    size: bool | None,
) -> None:
    """List containers.

    The running ones, or with -a all of them.
    """
    if format and quiet:
        app.note("WARNING: Ignoring custom format, because both --format and --quiet are set.")
    source = format or app.config.get("psFormat") or ""
    if source:
        uses_size = listing.tried(containers.view(full=True, now=time.time()), source, "Size")
        size = uses_size and not quiet if size is None else size
    parsed = flags.parse(filters)
    wanted = parsed.keep(flags.CONTAINERS)
    limit = 1 if latest and last == -1 else last
    records: list[dict[str, Any]] = (
        app.engine.json(
            api.list_(
                all=all or any(key in _OF_ALL for key, _ in parsed.unwanted),
                limit=limit if limit > 0 and not parsed.unwanted else None,
                size=bool(size),
                filters=parsed.engine,
            )
        )
        or []
    )
    if parsed.unwanted:
        records = [record for record in records if wanted(record)][: limit if limit > 0 else None]
    if app.rich and source in ("", "table") and not quiet and not no_trunc:
        from dsock.render import table
        from dsock.views import screen

        shown = screen.containers(time.time(), bool(size))
        table.show(lambda: app.console, app.write, shown, records, screen.CONTAINER_STEPS)
    else:
        text = containers.format(source, quiet, bool(size))
        view = containers.view(no_trunc, time.time())
        app.write(listing.text(listing.harmless(view) if app.rich else view, records, text))
