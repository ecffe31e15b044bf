"""From this host to a container."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsock.api import containers
from dsock.archive.pack import BLOCK, SOCKET, ignore, pack, packed_size, tree
from dsock.copy import local, places, shell
from dsock.copy.meter import Meter
from dsock.copy.places import Place, Target
from dsock.copy.stats import Stat, look
from dsock.engine.request import Upload
from dsock.errors import DsockError

if TYPE_CHECKING:
    from dsock.app import App


def upload(
    app: App, path: str, target: Place, follow: bool, owners: bool, meter: Meter
) -> tuple[str, bool]:
    """Copy `path` of this host to `target`.

    With `follow` a link is what it leads to; with `owners` the container's user gets the files.
    PUT /containers/{id}/archive. Returns (where it went, whether all could be read). Raises
    DsockError.
    """
    at = local.absolute(path)
    there = target_in(app, target)
    source = local.source(at, follow)
    places.check(source.is_folder, there)
    folder, top = places.landing(source.name, there)
    whole = True

    def skipped(path: str, reason: str) -> None:
        nonlocal whole
        whole = whole and reason == SOCKET
        app.complain(f"{path}: {reason}")

    blocks = pack(tree(source.path, top, skipped), skipped=skipped)
    size = packed_size(tree(source.path, top, ignore)) if meter.shows else None
    sent = Upload("-", meter.count(blocks, size), source=shell.packing(source.path, top))
    put(app, Place(target.container, folder), sent, owners)
    return str(Place(target.container, there.path)), whole


def from_stdin(app: App, target: Place, owners: bool) -> None:
    """Unpack the tar on stdin into the folder `target`."""
    there = target_in(app, target)
    if not there.is_folder:
        raise DsockError(f'destination "{target}" must be a directory')
    put(app, Place(target.container, there.path), Upload("-", _stdin()), owners)


def put(app: App, folder: Place, sent: Upload, owners: bool) -> None:
    """Have the engine unpack a tar into a folder of a container."""
    request = containers.archive_put(folder.container, folder.path, sent, True, owners)
    app.engine.open(request).read()


def target_in(app: App, target: Place) -> Target:
    """What is at `target`; one link is followed. Raises DsockError for a device."""
    path, found = target.path, look(app.engine, target)
    if found is not None and found.is_link:
        path = places.followed(path, found.link)
        found = look(app.engine, Place(target.container, path))
    if found is None:
        return Target(path)
    if why := _refused(found):
        text = f'destination "{target}" must be a directory or a regular file'
        raise DsockError(f"{text}: {why}")
    return Target(path, True, found.is_folder)


def _refused(found: Stat) -> str:
    if found.is_device:
        return "got a device"
    return "got an irregular file" if found.is_irregular else ""


def _stdin() -> Iterator[bytes]:
    while block := os.read(0, BLOCK):
        yield block
