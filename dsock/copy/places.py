"""The grammar of `cp`: what a source and a target name, and what the copy will be called.

All of it is about paths with slashes, on both sides. A slash at the end says that a path is a
folder, "/." at the end that its contents are meant.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from dsock.errors import DsockError


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is copied from or to. `container` is "" for this host."""

    container: str
    path: str

    def __str__(self) -> str:
        return f"{self.container}:{self.path}" if self.container else self.path

    @property
    def is_stream(self) -> bool:
        """True for "-": a tar on stdin or stdout."""
        return not self.container and self.path == "-"


@dataclass(frozen=True, slots=True)
class Target:
    """What is at the path to which something is copied; `path` is where links have led."""

    path: str
    exists: bool = False
    is_folder: bool = False


def parse(text: str) -> Place:
    """CONTAINER:PATH or PATH. A path of this host with a colon begins with "/" or "."."""
    container, colon, path = text.partition(":")
    if text.startswith(("/", ".")) or not colon:
        return Place("", text)
    return Place(container, path)


def clean(path: str) -> str:
    """Without "." and "..", double slashes and a slash at the end."""
    found = posixpath.normpath(path)
    return found[1:] if found.startswith("//") else found


def base(path: str) -> str:
    """The last element: "." for contents, "/" for the root."""
    if is_contents(path):
        return "."
    return posixpath.basename(clean(path)) or "/"


def parent(path: str) -> str:
    """The folder in which `base` of the path is."""
    return clean(path) if is_contents(path) else posixpath.dirname(clean(path)) or "."


def is_contents(path: str) -> bool:
    """True for "folder/.": what is in it, not the folder itself."""
    return posixpath.basename(path.rstrip("/")) == "." or path == ""


def is_folder(path: str) -> bool:
    """True if the path itself says that it is one."""
    return path.endswith("/") or is_contents(path)


def like(path: str, given: str) -> str:
    """`path` with the end that `given` has: a slash, or "/." for contents."""
    if is_contents(given) and not is_contents(path):
        path = path.rstrip("/") + "/."
    if given.endswith("/") and not path.endswith("/"):
        path += "/"
    return path


def followed(path: str, target: str) -> str:
    """Where the link at `path` leads that holds the text `target`."""
    return clean(target if target.startswith("/") else f"{parent(path)}/{target}")


def landing(name: str, target: Target) -> tuple[str, str]:
    """(folder, name): where the archive of what is called `name` is unpacked, and as what."""
    if target.exists and target.is_folder:
        return target.path, name
    return parent(target.path), base(target.path)


def check(source_is_folder: bool, target: Target) -> None:
    """Raises DsockError if what is copied cannot take the place of `target`."""
    if target.exists and source_is_folder and not target.is_folder:
        raise DsockError("cannot copy directory", f"{target.path} is not a folder")
    if not target.exists and not source_is_folder and is_folder(target.path):
        raise DsockError("no such directory", f"there is no folder {target.path}")
