"""An archive into a folder of this host, and nowhere else.

Every folder on the way to a member is opened by its name in the one above, never through a link:
whatever the archive holds and whoever changes the folder meanwhile, nothing is written outside. A
file gets its name when all of it is there.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from tarfile import TarInfo

from dsock.archive.members import Member
from dsock.archive.names import Naming
from dsock.archive.pack import reason
from dsock.errors import DsockError

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | getattr(os, "O_PATH", 0)
_DEVICES = {b"3": stat.S_IFCHR, b"4": stat.S_IFBLK, b"6": stat.S_IFIFO}
_XATTR = "SCHILY.xattr."
LATEST = (1 << 63) // 10**9  # the last second that fits into 64 bits of nanoseconds


def unpack(members: Iterable[Member], folder: str, naming: Naming) -> None:
    """Unpack `members` into the existing `folder` under the names that `naming` gives.

    As docker does: modes and times are the archive's, owners are not, files and links that are in
    the way are replaced, folders are merged. Raises DsockError for what cannot be written, for a
    file where a folder is and the other way round, and for what leads out of `folder`.
    """
    path = folder
    with _Unpacker(folder) as unpacker:
        try:
            for member in members:
                name = naming(member.info.name)
                if name:
                    path = os.path.normpath(f"{folder}/{name}")
                    unpacker.add(member, name.split("/"), naming)
        except OSError as err:
            raise DsockError(f"cannot write {path}: {reason(err)}") from None


class _Unpacker:
    """The folder that is unpacked into, and the one inside that was written to last."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._top = self._folder = os.open(root, os.O_DIRECTORY | getattr(os, "O_PATH", 0))
        self._parts: list[str] = []  # where self._folder is, below the top
        self._folders: list[tuple[list[str], TarInfo]] = []

    def __enter__(self) -> _Unpacker:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            # At the end: what is written into a folder changes its time, and may not be allowed
            # by its mode. Also after an error, so that no folder stays more open than it was.
            for parts, info in reversed(self._folders):
                with suppress(OSError, DsockError):
                    self._settle(parts, info)
        finally:
            self._leave()
            os.close(self._top)

    def add(self, member: Member, parts: list[str], naming: Naming) -> None:
        """Write one member. Raises OSError, DsockError."""
        info, name = member.info, parts[-1]
        self._enter(parts[:-1], make=True)
        self._make_way(info, parts)
        if info.type == b"5":
            with suppress(FileExistsError):
                os.mkdir(name, stat.S_IMODE(info.mode) | stat.S_IRWXU, dir_fd=self._folder)
            self._folders.append((parts, info))
        elif info.type == b"2":
            os.symlink(info.linkname, name, dir_fd=self._folder)
            os.utime(name, ns=_times(info), dir_fd=self._folder, follow_symlinks=False)
        elif info.type == b"1":
            self._link(info, parts, naming)
        elif kind := _DEVICES.get(info.type):
            device = os.makedev(info.devmajor, info.devminor) if kind != stat.S_IFIFO else 0
            os.mknod(name, kind | 0o600, device, dir_fd=self._folder)
            os.chmod(name, stat.S_IMODE(info.mode), dir_fd=self._folder)
            os.utime(name, ns=_times(info), dir_fd=self._folder, follow_symlinks=False)
        else:
            self._file(member, name)

    def _file(self, member: Member, name: str) -> None:
        """Content under another name first: a file that is there is whole."""
        info = member.info
        temporary = f".dsock-{secrets.token_hex(8)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:  # around the opening too: Ctrl-C may come as it returns
            file = os.open(temporary, flags, 0o600, dir_fd=self._folder)
            try:
                for piece in member.content:
                    view = memoryview(piece)
                    while view:
                        view = view[os.write(file, view) :]
                os.fchmod(file, stat.S_IMODE(info.mode))
                _set_attributes(file, info)
                os.utime(file, ns=_times(info))
            finally:
                os.close(file)
            os.replace(temporary, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=self._folder)
            raise

    def _link(self, info: TarInfo, parts: list[str], naming: Naming) -> None:
        """A further name of a file that the same archive has brought."""
        target = (naming(info.linkname) or "").split("/")
        first = os.dup(self._folder)
        try:
            self._enter(target[:-1], make=False)
            os.link(
                target[-1], parts[-1], src_dir_fd=self._folder, dst_dir_fd=first,
                follow_symlinks=False,
            )  # fmt: skip
        finally:
            os.close(first)

    def _make_way(self, info: TarInfo, parts: list[str]) -> None:
        try:
            found = os.stat(parts[-1], dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        there, comes = stat.S_ISDIR(found.st_mode), info.type == b"5"
        if there != comes:
            kinds = ("directory", "non-directory") if there else ("non-directory", "directory")
            path = self._path(parts)
            raise DsockError(f'cannot overwrite {kinds[0]} "{path}" with {kinds[1]} "{parts[-1]}"')
        if not there and info.type not in (b"0", b"\0", b"7"):
            os.unlink(parts[-1], dir_fd=self._folder)  # a file takes the place by itself

    def _enter(self, parts: list[str], make: bool) -> None:
        """Go to the folder `parts`, from one name to the next."""
        if parts == self._parts:
            return
        self._leave()
        for part in parts:
            try:
                folder = self._opened(part, make)
            except NotADirectoryError:
                path = self._path([*self._parts, part])
                raise DsockError(
                    f"refused: {path} is no folder, and the archive has something below it"
                ) from None
            if self._folder != self._top:
                os.close(self._folder)
            self._folder, self._parts = folder, [*self._parts, part]

    def _opened(self, part: str, make: bool) -> int:
        try:
            return os.open(part, _FOLDER, dir_fd=self._folder)
        except FileNotFoundError:
            if not make:
                raise
        os.mkdir(part, 0o755, dir_fd=self._folder)
        return os.open(part, _FOLDER, dir_fd=self._folder)

    def _leave(self) -> None:
        """Back to the top."""
        if self._folder != self._top:
            os.close(self._folder)
        self._folder, self._parts = self._top, []

    def _settle(self, parts: list[str], info: TarInfo) -> None:
        """Give a folder its mode and time."""
        self._enter(parts[:-1], make=False)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        folder = os.open(parts[-1], flags, dir_fd=self._folder)
        try:
            os.fchmod(folder, stat.S_IMODE(info.mode))
            os.utime(folder, ns=_times(info))
        finally:
            os.close(folder)

    def _path(self, parts: list[str]) -> str:
        return os.path.normpath(os.path.join(self._root, *parts))


def _times(info: TarInfo) -> tuple[int, int]:
    seconds = info.mtime if 0 <= info.mtime <= LATEST else 0
    return (int(seconds * 10**9),) * 2


def _set_attributes(file: int, info: TarInfo) -> None:
    """The file's capabilities and other extended attributes, where they may be set."""
    for key, value in info.pax_headers.items():
        if key.startswith(_XATTR):
            with suppress(OSError):
                os.setxattr(
                    file, key.removeprefix(_XATTR), value.encode("utf-8", "surrogateescape")
                )
