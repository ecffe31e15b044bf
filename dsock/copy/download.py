"""From a container to this host."""

from __future__ import annotations

import posixpath
from contextlib import closing
from typing import TYPE_CHECKING

from dsock.api import containers
from dsock.archive.members import members
from dsock.archive.names import renamed
from dsock.archive.unpack import unpack
from dsock.copy import local, places, shell
from dsock.copy.meter import Meter
from dsock.copy.pattern import Pattern
from dsock.copy.places import Place
from dsock.copy.stats import look, opened

if TYPE_CHECKING:
    from dsock.app import App


def download(app: App, source: Place, path: str, follow: bool, meter: Meter) -> str:
    """Copy `source` to `path` of this host; returns where that is, for who wants to know.

    With `follow` a link is what it leads to. GET /containers/{id}/archive. Raises DsockError.
    """
    target = local.target(local.absolute(path))
    asked, name = followed(app, source) if follow else (source.path, places.base(source.path))
    folder, top = places.landing(name, target)
    pipe = shell.unpacking(folder, places.base(asked), top)
    answer, stat = opened(app, containers.archive_get(source.container, asked, pipe))
    with closing(answer):
        places.check(stat.is_folder, target)
        if not app.dry_run:
            size = None if stat.is_folder else stat.size
            blocks = meter.count(answer.blocks(), size)
            unpack(members(blocks), folder, renamed(places.base(asked), top))
    return local.absolute(path)


def download_matching(app: App, source: Place, path: str, follow: bool, meter: Meter) -> str:
    """Copy all that matches `source` into the folder `path` of this host; returns that.

    Raises DsockError if nothing matches.
    """
    folder = local.target(local.absolute(path)).path
    pattern = Pattern(source.path)
    request = containers.archive_get(
        source.container, pattern.folder, shell.choosing(folder, pattern.folder, pattern.parts)
    )
    answer, _ = opened(app, request)
    with closing(answer):
        if app.dry_run:
            return folder
        chosen = pattern.chosen(members(meter.count(answer.blocks())), follow)
        unpack(chosen, folder, renamed(".", "."))
    pattern.check(source)
    for inside, name in pattern.alone:
        place = Place(source.container, pattern.folder + inside)
        download(app, place, posixpath.join(folder, posixpath.dirname(name), ""), follow, meter)
    return folder


def to_stdout(app: App, source: Place, follow: bool) -> None:
    """Write the tar of `source` to stdout, unless that is a terminal."""
    asked = followed(app, source)[0] if follow else source.path
    app.download(containers.archive_get(source.container, asked), None)


def followed(app: App, source: Place) -> tuple[str, str]:
    """(path, name): where a link leads, and what it is called itself."""
    found = look(app.engine, source)
    name = places.base(source.path)
    if found is None or not found.is_link:
        return source.path, name
    return places.like(places.followed(source.path, found.link), source.path), name
