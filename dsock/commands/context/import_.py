"""`dsock context import`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.engine import contextfile, contexts, contextstore
from dsock.errors import DsockError


@tree.command()
@click.argument("name", metavar="CONTEXT")
@click.argument("file", metavar="FILE|-", shell_complete=completion.files)
@click.pass_obj
def command(app: App, name: str, file: str) -> None:
    """Import a context from a tar or zip archive.

    One that `context export` wrote, dsock's or docker's. - reads stdin.
    """
    contextstore.check_name(name)
    if contexts.exists(name, app.config_dir):
        raise DsockError(f'context "{name}" already exists')
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as err:
        raise DsockError(f"cannot read {file}: {err.strerror}") from None
    record, tls = contextfile.unpack(data)
    stored.write(app, {**record, "Name": name}, tls, "imported")
