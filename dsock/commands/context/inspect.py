"""`dsock context inspect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.commands.inspect import Found, format_option, show

IN_MEMORY = "<IN MEMORY>"


@tree.command()
@format_option
@click.argument(
    "names", nargs=-1, metavar="[CONTEXT...]", shell_complete=completion.contexts
)  # fmt: skip
@click.pass_obj
def command(app: App, names: tuple[str, ...], format: str | None) -> None:
    """Show everything there is about one or more contexts.

    Without a name: about the current one.
    """

    def find(name: str) -> Found:
        context = stored.find(app, name)
        record = {
            "Name": context.name,
            "Metadata": context.record.get("Metadata") or {},
            "Endpoints": context.record.get("Endpoints") or {},
            "TLSMaterial": context.tls_files,
            "Storage": {
                "MetadataPath": str(context.meta or IN_MEMORY),
                "TLSPath": str(context.tls or IN_MEMORY),
            },
        }
        return stored.encoded(record), "context"

    show(app, names or (stored.current(app),), format, find)
