"""Files of this host as a tar archive, block by block: what `cp` and `build` send.

Headers are as docker writes them: PAX where the plain form has no room, times in whole seconds,
numbers for owners, hard links kept, a file's capabilities its only extended attribute.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsock.errors import DsockError

if TYPE_CHECKING:
    from tarfile import TarInfo

BLOCK = 1 << 17
UNIT = 512  # everything in a tar is padded to this
END = bytes(2 * UNIT)
SOCKET = "sockets are not copied"
_CAPABILITY = "security.capability"
_TYPES = {
    stat.S_IFREG: b"0", stat.S_IFLNK: b"2", stat.S_IFCHR: b"3", stat.S_IFBLK: b"4",
    stat.S_IFDIR: b"5", stat.S_IFIFO: b"6",
}  # fmt: skip

# Told of a file that could not be packed, and why; the archive goes on without it.
Skipped = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, folder, link or device: its `path` on this host and its `name` in the archive."""

    path: str
    name: str


def refuse(path: str, reason: str) -> None:
    """The `Skipped` of those who want all or nothing: raises DsockError."""
    raise DsockError(f"{path}: {reason}")


def ignore(path: str, reason: str) -> None:
    """The `Skipped` of those who only look."""


def tree(path: str, name: str, skipped: Skipped = refuse) -> Iterator[Entry]:
    """`path` as `name`, and what is in it if it is a folder, in the order of names.

    Links are not followed, unless `path` ends in "/.".
    """
    waiting = [(Entry(path, name), os.path.isdir(path) and not os.path.islink(path))]
    while waiting:
        entry, is_folder = waiting.pop()
        yield entry
        if not is_folder:
            continue
        try:
            with os.scandir(entry.path) as folder:
                found = sorted(folder, key=lambda item: os.fsencode(item.name), reverse=True)
        except OSError as err:
            skipped(entry.path, reason(err))
            continue
        inside = "" if entry.name == "/" else entry.name
        waiting += (
            (Entry(item.path, f"{inside}/{item.name}"), item.is_dir(follow_symlinks=False))
            for item in found
        )


def pack(
    entries: Iterable[Entry],
    owner: tuple[int, int] | None = None,
    skipped: Skipped = refuse,
) -> Iterator[bytes]:
    """The tar archive of `entries`, with its end.

    `owner` is (user, group) of everything, instead of each file's own. Sockets and what cannot
    be read go to `skipped`. Raises DsockError for a file that shrinks while it is read: its
    length has been sent by then. Memory: a block, and the names of files with several links.
    """
    return gathered(_blocks(entries, owner, skipped))


def packed_size(entries: Iterable[Entry]) -> int:
    """How many bytes the archive of `entries` will have, about."""
    size = len(END)
    for entry in entries:
        with suppress(OSError):
            found = os.lstat(entry.path)
            content = found.st_size if stat.S_ISREG(found.st_mode) else 0
            size += UNIT + content + -content % UNIT
    return size


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """`pieces` of an archive and its end, small ones joined to blocks."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        if len(piece) >= BLOCK and waiting:
            yield b"".join(waiting)
            waiting, size = [], 0
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(waiting) if len(waiting) > 1 else piece
            waiting, size = [], 0
    yield b"".join([*waiting, END])


def header(info: TarInfo) -> bytes:
    """A member's header as bytes."""
    return info.tobuf(format=2, encoding="utf-8", errors="surrogateescape")  # tarfile.PAX_FORMAT


def padding(size: int) -> bytes:
    """What follows `size` bytes of content."""
    return bytes(-size % UNIT)


def reason(err: OSError) -> str:
    """What the system says, as docker's messages have it."""
    return (err.strerror or str(err)).lower()


def _blocks(
    entries: Iterable[Entry], owner: tuple[int, int] | None, skipped: Skipped
) -> Iterator[bytes]:
    linked: dict[tuple[int, int], str] = {}  # (device, inode) -> its first name
    for entry in entries:
        file = -1
        try:
            found = os.lstat(entry.path)
            if stat.S_ISREG(found.st_mode):
                # O_NONBLOCK: what has become a pipe since must not hold us up.
                file = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                found = os.fstat(file)
            if stat.S_IFMT(found.st_mode) not in _TYPES:
                skipped(entry.path, SOCKET)
                continue
            first = None
            if found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode):
                first = linked.setdefault((found.st_dev, found.st_ino), entry.name)
            info = _info(entry, found, owner, first if first != entry.name else None)
            yield header(info)
            if info.size:
                yield from _content(file, entry.path, info.size)
                yield padding(info.size)
        except OSError as err:
            skipped(entry.path, reason(err))
        finally:
            if file >= 0:
                os.close(file)


def _content(file: int, path: str, size: int) -> Iterator[bytes]:
    """The first `size` bytes: what a file grows by meanwhile is not in its header."""
    while size:
        try:
            block = os.read(file, min(size, BLOCK))
        except OSError as err:
            raise DsockError(f"{path}: {reason(err)}") from None
        if not block:
            raise DsockError(f"{path}: the file became shorter while it was read", "try again")
        yield block
        size -= len(block)


def _info(
    entry: Entry, found: os.stat_result, owner: tuple[int, int] | None, first: str | None
) -> TarInfo:
    from tarfile import TarInfo

    info = TarInfo(entry.name)
    info.type = _TYPES[stat.S_IFMT(found.st_mode)]
    info.mode = stat.S_IMODE(found.st_mode)
    info.mtime = int(found.st_mtime // 1)
    info.uid, info.gid = owner or (found.st_uid, found.st_gid)
    if first is not None:
        info.type, info.linkname = b"1", first
    elif info.type == b"2":
        info.linkname = os.readlink(entry.path)
    elif info.type in b"34":
        info.devmajor, info.devminor = os.major(found.st_rdev), os.minor(found.st_rdev)
    elif info.type == b"0":
        info.size = found.st_size
        with suppress(OSError):
            value = os.getxattr(entry.path, _CAPABILITY, follow_symlinks=False)
            # PAX records are text: the bytes go in and come out by the same rule.
            text = value.decode("utf-8", "surrogateescape")
            info.pax_headers = {f"SCHILY.xattr.{_CAPABILITY}": text}
    return info
