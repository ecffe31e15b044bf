"""Patterns of file names in a container, as a shell has them: *, ? and [...] in any part of a path.

No shell and no program of the container is asked: the engine sends the archive of the folder before
the first part with a pattern, and what does not match is passed over. So a container need not run,
and nothing in it is told to do anything.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator

from dsock.archive.members import Member
from dsock.archive.names import renamed
from dsock.copy import places
from dsock.copy.places import Place
from dsock.errors import DsockError

_MAGIC = "*?["


def is_pattern(path: str) -> bool:
    return any(char in path for char in _MAGIC)


class Pattern:
    """A path in a container with patterns in it.

    `folder` is the one whose archive is needed. Links to folders are not entered. Names that begin
    with a dot match only patterns that do.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        parts = places.clean(f"/{path}").split("/")[1:]
        first = next(i for i, part in enumerate(parts) if is_pattern(part))
        self.folder = "/" + "".join(f"{part}/" for part in parts[:first])
        self.parts = parts[first:]
        self._folders_only = path.endswith("/")
        self._tests = [re.compile(fnmatch.translate(part)).match for part in self.parts]
        self._below = renamed(places.base(self.folder), ".")
        self.alone: list[tuple[str, str]] = []  # (path in the folder, the name that it gets)
        self._found: dict[str, str] = {}  # the name that it gets -> the path that matched

    def check(self, place: Place) -> None:
        """Raises DsockError if nothing has matched."""
        if not self._found:
            raise DsockError(
                f"there is no file {place}, and none that matches it as a pattern",
                "a name that begins with a dot matches only a pattern that does",
            )

    def chosen(self, members: Iterable[Member], follow: bool) -> Iterator[Member]:
        """Those of the folder's `members` that match, or are inside of one that does, under the
        names that they get.

        What has to be asked for by itself goes to `alone`: further names of files that are not
        chosen, and with `follow` the links that match. Raises DsockError for two matches of one
        name.
        """
        for member in members:
            info = member.info
            inside = self._below(info.name) or ""
            name = self._placed(inside, info.isdir())
            if not name:
                continue
            if info.islnk():
                first = self._placed(self._below(info.linkname) or "", False)
                if not first:
                    self.alone.append((inside, name))
                    continue
                info.linkname = first
            elif follow and info.issym() and "/" not in name:
                self.alone.append((inside, name))
                continue
            info.name = name
            yield member

    def _placed(self, inside: str, is_folder: bool) -> str:
        """The name that the path `inside` the folder gets, "" if it does not match."""
        parts = inside.split("/")
        depth = len(self.parts)
        is_top = len(parts) == depth
        if len(parts) < depth or (is_top and self._folders_only and not is_folder):
            return ""
        for part, pattern, test in zip(parts, self.parts, self._tests, strict=False):
            if not test(part) or (part.startswith(".") and not pattern.startswith(".")):
                return ""
        top = "/".join(parts[:depth])
        if self._found.setdefault(parts[depth - 1], top) != top:
            other = self._found[parts[depth - 1]]
            raise DsockError(
                f"{self.folder}{top} and {self.folder}{other} would both be {parts[depth - 1]}",
                "copy them one by one",
            )
        return "/".join(parts[depth - 1 :])
