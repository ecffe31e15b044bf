"""`dsock context ls`."""

from __future__ import annotations

from typing import Any

import click

from dsock import tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.engine import contexts
from dsock.engine.contexts import DEFAULT
from dsock.errors import DsockError
from dsock.options import format_option
from dsock.render import listing
from dsock.render.natural import natural
from dsock.views import contexts as views


@tree.command()
@format_option
@click.option("-q", "--quiet", is_flag=True, help="Print only names")
@click.pass_obj
def command(app: App, format: str | None, quiet: bool) -> None:
    """List contexts."""
    records = _records(app)
    source = format or "table"
    if app.rich and source == "table" and not quiet:
        from dsock.render import table

        shown = views.columns(any(record["error"] for record in records))
        table.show(lambda: app.console, app.write, shown, records, views.STEPS)
    else:
        text = views.format(source, quiet)
        view = views.view(marked=text == views.TABLE)
        app.write(listing.text(view, records, text, app.stdout_is_terminal))
    if app.environ.get("DOCKER_HOST") and app.host is None and not app.context:
        app.note(
            "Warning: DOCKER_HOST in the environment goes before the current context. To use a"
            " context, unset DOCKER_HOST or give --context"
        )


def _records(app: App) -> list[dict[str, Any]]:
    """What is shown of all contexts, by name."""
    used = stored.current(app)
    found = [stored.find(app, DEFAULT), *contexts.all_(app.config_dir)]
    records = [
        {
            "name": context.name,
            "description": context.description
            or (stored.DEFAULT_DESCRIPTION if context.meta is None else ""),
            "host": context.host,
            "error": "",
            "current": context.name == used,
        }
        for context in found
    ]
    if used not in [context.name for context in found]:
        try:
            problem = f"in its file it is named {stored.find(app, used).name!r}"
        except DsockError as err:
            problem = err.message
        lost = {"name": used, "description": "", "host": "", "error": problem, "current": True}
        records.append(lost)
    return sorted(records, key=lambda record: natural(record["name"]))
