"""`dsock pull`, and how `create` and `run` pull an image that is missing."""

from __future__ import annotations

from dataclasses import replace

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands import trust
from dsock.commands.image.transfer import show
from dsock.errors import DsockError
from dsock.flags import references


@tree.command()
@click.option("-a", "--all-tags", is_flag=True, help="Download all tagged images of a repository")
@trust.option
@click.option(
    "--platform", metavar="OS/ARCH", envvar="DOCKER_DEFAULT_PLATFORM",
    help="Platform of a multi-platform image",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print only the name of the image")
@click.argument("reference", metavar="NAME[:TAG|@DIGEST]", shell_complete=completion.images)
@click.pass_obj
def command(
    app: App,
    reference: str,
    all_tags: bool,
    disable_content_trust: bool | None,
    platform: str | None,
    quiet: bool,
) -> None:
    """Download an image from a registry."""
    trust.refuse(app, disable_content_trust)
    name = references.parse(reference)
    if all_tags and not name.bare:
        raise DsockError("tag can't be used with --all-tags/-a")
    if name.bare and not all_tags and not quiet:
        app.write("Using default tag: latest\n")
        app.flush()
    pull(app, reference, platform, quiet, to_stderr=False, all_tags=all_tags)
    app.write(f"{name if all_tags else name.or_latest()}\n")


def pull(
    app: App,
    reference: str,
    platform: str | None,
    quiet: bool,
    to_stderr: bool,
    all_tags: bool = False,
) -> None:
    """Pull an image, by the tag "latest" if none is given, and show the progress.

    Raises DsockError for what is no reference and for what the registry refuses, ApiError if it
    does so in the middle of the stream.
    """
    name = references.parse(reference)
    name = name if all_tags else name.or_latest()
    tag = name.digest or name.tag or ""
    auth = app.credentials.header(name.domain)
    request = images.pull(name.name, tag, platform.lower() if platform else None, auth)
    if to_stderr and app.dry_run:
        request = replace(request, pipe="cat >&2")
    show(app, app.engine.lines(request), name.domain, quiet, to_stderr)
