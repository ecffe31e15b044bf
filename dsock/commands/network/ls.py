"""`dsock network ls`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import networks as api
from dsock.app import App
from dsock.flags import filters as flags
from dsock.options import filter_option, format_option, no_trunc_option, quiet_option
from dsock.render import listing
from dsock.render.natural import natural
from dsock.views import networks


@tree.command()
@filter_option(completion.NETWORK_FILTERS)
@format_option
@no_trunc_option
@quiet_option
@click.pass_obj
def command(
    app: App, filters: tuple[str, ...], format: str | None, no_trunc: bool, quiet: bool
) -> None:
    """List networks."""
    parsed = flags.parse(filters)
    keep = parsed.keep(flags.NETWORKS)
    found = [record for record in app.engine.json(api.list_(parsed.engine)) or () if keep(record)]
    found.sort(key=lambda record: natural(record.get("Name", "")))
    source = format or (not quiet and app.config.get("networksFormat")) or "table"
    if app.rich and source == "table" and not quiet and not no_trunc:
        from dsock.render import table
        from dsock.views import screen

        table.show(lambda: app.console, app.write, screen.networks(), found, screen.NETWORK_STEPS)
    else:
        view = networks.view(no_trunc)
        text = networks.format(source, quiet)
        app.write(listing.text(view, found, text, app.stdout_is_terminal))
