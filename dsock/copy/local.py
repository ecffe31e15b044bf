"""Paths of this host as the source or target of a copy."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass

from dsock.archive.pack import reason
from dsock.copy import places
from dsock.copy.places import Target
from dsock.errors import DsockError

MOST_LINKS = 10  # as docker


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be copied: the `path` to read, and the `name` by which it was asked for."""

    path: str
    name: str
    is_folder: bool


def absolute(path: str) -> str:
    """`path` from the root, with its meaningful end."""
    return places.like(os.path.abspath(path), path)


def source(path: str, follow: bool) -> Source:
    """What is at the absolute `path`; a link is itself unless `follow`. Raises DsockError."""
    head, _, tail = path.rpartition("/")
    try:
        if follow:
            found = places.like(os.path.realpath(path, strict=True), path)
        else:
            found = f"{os.path.realpath(head or '/', strict=True).rstrip('/')}/{tail}"
        is_folder = stat.S_ISDIR(os.lstat(found).st_mode)
    except OSError as err:
        raise DsockError(f"lstat {err.filename}: {reason(err)}") from None
    return Source(found, places.base(path), is_folder)


def target(path: str) -> Target:
    """What is at the absolute `path`, links followed. Raises DsockError if it cannot be written
    to: a device, or something in a folder that does not exist."""
    above = os.path.dirname(places.clean(path))
    if not os.path.exists(above):
        raise DsockError(f'invalid output path: directory "{above}" does not exist')
    try:
        with suppress(FileNotFoundError):
            mode = os.stat(path).st_mode
            if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
                text = f'invalid output path: "{path}" must be a directory or a regular file'
                raise DsockError(f"{text}: got a device")
        return _linked(path)
    except OSError as err:
        raise DsockError(f"stat {err.filename}: {reason(err)}") from None


def _linked(path: str) -> Target:
    at = path
    for _ in range(MOST_LINKS + 2):
        try:
            mode = os.lstat(at).st_mode
        except FileNotFoundError:
            if not stat.S_ISDIR(os.stat(places.parent(at)).st_mode):
                raise DsockError("not a directory") from None
            return Target(at)
        if not stat.S_ISLNK(mode):
            return Target(at, True, stat.S_ISDIR(mode))
        at = places.followed(at, os.readlink(at))
    raise DsockError(f"too many symlinks in {path}")
