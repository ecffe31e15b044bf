"""`dsock push`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands import trust
from dsock.commands.image.transfer import show
from dsock.engine.version import newer
from dsock.errors import DsockError
from dsock.flags import platforms, references
from dsock.registry.auth import ANONYMOUS
from dsock.render.gostrings import to_json

SINCE = "1.46"


@tree.command()
@click.option("-a", "--all-tags", is_flag=True, help="Upload all tags of a repository")
@trust.option
@click.option(
    "--platform", metavar="OS[/ARCH[/VARIANT]]",
    help="Upload only this platform's image of a multi-platform image",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print only the name of the image")
@click.argument("reference", metavar="NAME[:TAG]", shell_complete=completion.images)
@click.pass_obj
def command(
    app: App,
    reference: str,
    all_tags: bool,
    disable_content_trust: bool | None,
    platform: str | None,
    quiet: bool,
) -> None:
    """Upload an image to a registry.

    By the tag latest if none is given. `dsock login` keeps the registry's credentials.
    """
    trust.refuse(app, disable_content_trust)
    only = _only(app, platform) if platform else None
    name = references.parse(reference)
    if all_tags and not name.bare:
        raise DsockError("tag can't be used with --all-tags/-a")
    if name.digest:
        raise DsockError("cannot push a digest reference", "write NAME[:TAG]")
    if name.bare and not all_tags:
        name = name.or_latest()
        if not quiet:
            app.write("Using default tag: latest\n")
            app.flush()
    auth = app.credentials.header(name.domain) or ANONYMOUS
    request = images.push(name.familiar_name, name.tag, only, auth)
    told: list[str] = []
    try:
        show(app, _heard(app.engine.lines(request), told), name.domain, quiet)
    finally:
        for text in told:
            app.complain(text)
    if quiet:
        app.write(f"{name}\n")


def _only(app: App, platform: str) -> str:
    if newer(SINCE, app.engine.version):
        raise DsockError(
            f"--platform needs API version {SINCE}, this engine has {app.engine.version}"
        )
    app.note(
        "note: only this platform's image is uploaded, without what belongs to it (attestations);"
        " without --platform the whole image is"
    )
    return to_json(platforms.parse(platform))


def _heard(
    records: Iterable[Mapping[str, Any]], told: list[str]
) -> Iterator[Mapping[str, Any]]:  # fmt: skip
    """`records`; what they tell about images of several platforms goes into `told`."""
    for record in records:
        aux = record.get("aux")
        if isinstance(aux, dict) and aux.get("manifestPushedInsteadOfIndex"):
            whole, one = aux.get("originalIndex") or {}, aux.get("selectedManifest") or {}
            told.append(
                "note: not all platforms of the image are here; only the one that is was uploaded:"
                f" {whole.get('digest')} -> {one.get('digest')}"
            )
        if isinstance(aux, dict) and aux.get("contentMissing"):
            told.append(
                "note: the image has parts for several platforms, of which not all are here or in"
                " the repository; --platform uploads one"
            )
        yield record
