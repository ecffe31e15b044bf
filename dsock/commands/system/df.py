"""`dsock system df`."""

from __future__ import annotations

import time

import click

from dsock import tree
from dsock.api import system
from dsock.app import App
from dsock.options import format_option
from dsock.render import listing, sections
from dsock.views import usage as views
from dsock.views.units import size


@tree.command()
@format_option
@click.option("-v", "--verbose", is_flag=True, help="Show each image, container, volume and cache")
@click.pass_obj
def command(app: App, format: str | None, verbose: bool) -> None:
    """Show how much disk the engine uses.

    And how much of it the prunes would give back.
    """
    usage = app.engine.json(system.disk_usage())
    source = format or "table"
    if verbose and source == "table":
        _tables(app, usage)
    elif verbose:
        found = views.parts(usage, full=True, now=time.time())
        app.write(sections.text(found, views.RAW_IN_FULL if source == "raw" else source))
    elif app.rich and source == "table":
        from dsock.render import table
        from dsock.views import usage_screen as screen

        rows = views.summary(usage)
        table.show(lambda: app.console, app.write, screen.summary(), rows, screen.STEPS)
    else:
        text = {"table": views.TABLE, "raw": views.RAW}.get(source, source)
        app.write(listing.text(views.view(), views.summary(usage), text))


def _tables(app: App, usage: dict[str, object]) -> None:
    now = time.time()
    found = views.parts(usage, full=False, now=now)
    between = ""
    for part, (title, columns) in views.TABLES.items():
        view, records = found[part]
        app.write(f"{between}{title.format(size(views.cache_size(usage), 4))}\n\n")
        if app.rich:
            from dsock.render import table
            from dsock.views import usage_screen

            app.flush()  # what comes next is written by another hand
            shown, steps = usage_screen.part(part, view, now)
            table.show(lambda: app.console, app.write, shown, records, steps)
        else:
            app.write(listing.text(view, records, columns, app.stdout_is_terminal))
        between = "\n"
