"""From one container to another, through this process and not through its disk."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from dsock.api import containers
from dsock.archive.members import members
from dsock.archive.names import renamed
from dsock.archive.pack import BLOCK
from dsock.archive.repack import repack
from dsock.copy import places, shell
from dsock.copy.download import followed
from dsock.copy.meter import Meter
from dsock.copy.pattern import Pattern
from dsock.copy.places import Place
from dsock.copy.stats import opened
from dsock.copy.upload import put, target_in
from dsock.engine.curl import curl
from dsock.engine.request import Request, Upload

if TYPE_CHECKING:
    from dsock.app import App


def across(app: App, source: Place, target: Place, follow: bool, owners: bool, meter: Meter) -> str:
    """Copy `source` to `target`, both in containers; returns where it went.

    GET and PUT /containers/{id}/archive at the same time. Raises DsockError.
    """
    there = target_in(app, target)
    asked, name = followed(app, source) if follow else (source.path, places.base(source.path))
    top = places.base(asked)
    folder, landed = places.landing(name, there)
    request = containers.archive_get(source.container, asked)
    alone = _are_one(app, source, target)  # asked before: the answer would wait for the archive
    answer, stat = opened(app, request, shown=False)
    with closing(answer):
        places.check(stat.is_folder, there)
        blocks = meter.count(answer.blocks(), None if stat.is_folder else stat.size)
        if landed != top:
            blocks = repack(members(blocks), renamed(top, landed))
        sent = _sent(blocks, shell.passing(_get(app, request), top, landed), alone)
        put(app, Place(target.container, folder), sent, owners)
    return str(Place(target.container, there.path))


def across_matching(
    app: App, source: Place, target: Place, follow: bool, owners: bool, meter: Meter
) -> str:
    """Copy all that matches `source` into the folder `target`; returns that.

    Raises DsockError if nothing matches.
    """
    folder = Place(target.container, target_in(app, target).path)
    pattern = Pattern(source.path)
    request = containers.archive_get(source.container, pattern.folder)
    alone = _are_one(app, source, target)
    answer, _ = opened(app, request, shown=False)
    with closing(answer):
        chosen = pattern.chosen(members(meter.count(answer.blocks())), follow)
        blocks = repack(chosen, renamed(".", "."))
        command = shell.passing_chosen(_get(app, request), pattern.folder, pattern.parts)
        put(app, folder, _sent(blocks, command, alone), owners)
    if app.dry_run:
        return str(folder)
    pattern.check(source)
    for inside, name in pattern.alone:
        place = Place(source.container, pattern.folder + inside)
        into = posixpath.join(folder.path, posixpath.dirname(name), "")
        across(app, place, Place(target.container, into), follow, owners, meter)
    return str(folder)


def _sent(blocks: Iterator[bytes], command: str, alone: bool) -> Upload:
    if alone:
        return Upload(shell.STORED, _stored(blocks), source=shell.storing(command))
    return Upload("-", blocks, source=command)


def _get(app: App, request: Request) -> str:
    return curl(request, app.endpoint, app.engine.version, script=True)


def _are_one(app: App, source: Place, target: Place) -> bool:
    """True if both are in one container: the engine unpacks nothing into it before the archive
    that it makes of it has been read to its end."""
    names = (source.container, target.container)
    if names[0] == names[1]:
        return True
    one, two = (app.engine.look(containers.inspect(name))["Id"] for name in names)
    return bool(one == two)


def _stored(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """`blocks`, all of them taken before the first is given."""
    with tempfile.TemporaryFile() as file:
        file.writelines(blocks)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block
