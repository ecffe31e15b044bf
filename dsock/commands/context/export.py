"""`dsock context export`."""

from __future__ import annotations

import os
from contextlib import suppress

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.engine import contextfile
from dsock.errors import DsockError


@tree.command()
@click.argument("name", metavar="CONTEXT", shell_complete=completion.contexts)
@click.argument("file", metavar="[FILE|-]", required=False, shell_complete=completion.files)
@click.pass_obj
def command(app: App, name: str, file: str | None) -> None:
    """Export a context to a tar archive.

    To CONTEXT.dockercontext, or FILE; - is stdout. Its certificates and key are in it: keep it
    as safe as those.
    """
    found = stored.find(app, name)
    data = contextfile.pack(stored.encoded(found.record), stored.read_tls(found))
    path = file or f"{name}.dockercontext"
    if path == "-" and app.stdout_is_terminal:
        raise DsockError(
            "cowardly refusing to export to a terminal, specify a file path",
            "or redirect stdout",
        )
    if app.dry_run:
        app.note(f'would have written file "{path}"')
    elif path == "-":
        app.write_bytes(data)
    else:
        _write_new(path, data)
        app.note(f'Written file "{path}"')


def _write_new(path: str, data: bytes) -> None:
    """A file that was not there before and that only its owner can read. Raises DsockError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as err:
        raise DsockError(f"cannot write {path}: {err.strerror}") from None
    try:
        with open(descriptor, "wb") as out:
            out.write(data)
    except OSError as err:
        with suppress(OSError):
            os.unlink(path)
        raise DsockError(f"cannot write {path}: {err.strerror}") from None
