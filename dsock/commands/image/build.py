"""`dsock build`."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dsock import completion, files, tree
from dsock.api import images
from dsock.app import App
from dsock.commands import trust
from dsock.commands.image import build_context
from dsock.commands.image.build_options import build_options
from dsock.commands.image.build_output import Output
from dsock.engine.curl import variable
from dsock.errors import DsockError
from dsock.flags import build


@tree.command()
@build_options
@click.argument("source", metavar="PATH | URL | -", shell_complete=completion.files)
@click.pass_obj
def command(app: App, /, source: str, **flags: Any) -> None:
    """Build an image from a Dockerfile.

    With the engine's own (classic) builder. What the .dockerignore of PATH names, or that of the
    Dockerfile (NAME.dockerignore), is not sent; a URL of an archive or a git repository is fetched
    by the engine; - is an archive or a Dockerfile from the input.
    """
    trust.refuse(app, flags["disable_content_trust"])
    query = build.query(flags, app.environ, app.proxies)
    iidfile = flags["iidfile"]
    if iidfile and not app.dry_run:  # whoever finds it may take it for this build's
        with suppress(FileNotFoundError):
            os.remove(iidfile)
    with ExitStack() as stack:
        sent = build_context.prepared(app, source, flags["file"], stack)
        query |= {"dockerfile": sent.dockerfile, "remote": sent.remote}
        output = Output(app, flags["quiet"])
        upload = sent.upload
        if upload and flags["compress"]:
            upload = build_context.compressed(upload)
        if upload:
            upload = replace(upload, blocks=output.sending(upload.blocks))
        credentials = app.credentials.registry_config()
        wanted = {"ID": variable("IMAGE")} if iidfile else None
        request = images.build(query, upload, credentials, wanted)
        output.show(app.engine.lines(request))
    if iidfile:
        _keep(app, iidfile, output.image)


def _keep(app: App, path: str, image: str) -> None:
    """Write the image's ID to a file, or have the script of a dry run do it."""
    if app.script is not None:
        app.script.keep(variable("IMAGE"), path)
        return
    if not image:
        raise DsockError(f"cannot write {path} because server did not provide an image ID")
    try:
        files.replace(Path(path), [image.encode()])
    except OSError as err:
        raise DsockError(f"cannot write image ID file: {path}: {err.strerror}") from None
