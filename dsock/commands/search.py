"""`dsock search`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.flags import filters as flags
from dsock.flags import references
from dsock.options import INTEGER, filter_option, format_option, no_trunc_option
from dsock.render import listing
from dsock.views import search


@tree.command()
@filter_option(completion.SEARCH_FILTERS)
@format_option
@click.option("--limit", type=INTEGER, metavar="N", help="At most that many, up to 100")
@no_trunc_option
@click.argument("term")
@click.pass_obj
def command(
    app: App,
    term: str,
    filters: tuple[str, ...],
    format: str | None,
    limit: int | None,
    no_trunc: bool,
) -> None:
    """Search Docker Hub for images.

    Filters: is-official=true, stars=N (at least).
    """
    parsed = flags.parse(filters)
    keep = parsed.keep(flags.SEARCH)
    auth = app.credentials.header(references.registry(term))
    request = images.search(term, max(limit or 0, 0) or None, parsed.engine, auth)
    found = [record for record in app.engine.json(request) or [] if keep(record)]
    source = format or "table"
    if app.rich and source == "table" and not no_trunc:
        from dsock.render import table

        table.show(lambda: app.console, app.write, search.columns(), found, search.STEPS)
        return
    text = search.TABLE if source == "table" else source
    view = search.view(no_trunc, as_json=source == "json" or "{{json .}}" in source)
    app.write(listing.text(view, found, text, app.stdout_is_terminal))
