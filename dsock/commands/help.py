"""`dsock help`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.errors import DsockError


@tree.command()
@click.argument("words", nargs=-1, metavar="[COMMAND...]")
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show how a command is used."""
    app: App = ctx.obj
    found: click.Command | None = ctx.find_root().command
    inner = click.Context(found, info_name="dsock", **found.context_settings) if found else None
    for word in words:
        group = found if isinstance(found, click.Group) else None
        found = group.get_command(inner, word) if group and inner else None
        if found is None:
            raise DsockError(f"unknown help topic: {' '.join(words)}")
        inner = click.Context(found, parent=inner, info_name=word)
    if found and inner:
        app.write(found.get_help(inner) + "\n")
