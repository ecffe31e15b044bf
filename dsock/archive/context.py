"""What a build sends of a folder: where its Dockerfile is, and the files that .dockerignore leaves.

Errors are in docker's words, and as strict: a file that cannot be read ends the build before
anything is sent.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dsock.archive.ignore import Matched, Patterns, read
from dsock.archive.pack import Entry, reason
from dsock.errors import DsockError

IGNORE = ".dockerignore"
INPUT = "-"  # as a Dockerfile
# Told of a folder that cannot be read, and why.
Skipped = Callable[[str, str], None]
# Whether a path is sent, whether to look into that folder, and what matched it.
Verdict = tuple[bool, bool, Matched | None]


class Context(NamedTuple):
    """A folder, and its Dockerfile: relative to the folder, or `INPUT`."""

    folder: str
    dockerfile: str

    @property
    def is_foreign(self) -> bool:
        """True if the Dockerfile is none of the folder's files: it has to be sent beside them."""
        return self.dockerfile == INPUT or self.dockerfile.startswith("../")


def locate(folder: str, dockerfile: str | None) -> Context:
    """The context in `folder` with the file that -f names, else its Dockerfile or dockerfile.

    Links are followed. Raises DsockError where there is none.
    """
    try:
        top = os.path.realpath(folder, strict=True)
    except OSError as err:
        raise DsockError(f"unable to evaluate symlinks in context path: {_said(err)}") from None
    if dockerfile == INPUT:
        return Context(top, INPUT)
    path = dockerfile or f"{top}/Dockerfile"
    if not dockerfile and not os.path.lexists(path) and os.path.lexists(f"{top}/dockerfile"):
        path = f"{top}/dockerfile"
    try:
        return Context(top, os.path.relpath(os.path.realpath(path, strict=True), top))
    except OSError as err:
        raise DsockError(
            f"unable to evaluate symlinks in Dockerfile path: {_said(err)}",
            None if dockerfile else "-f FILE names another one",
        ) from None


def patterns(context: Context) -> Patterns:
    """What .dockerignore leaves out: the one beside a Dockerfile (NAME.dockerignore) if there is
    one, else the folder's. A Dockerfile of the folder is never left out. Raises DsockError."""
    own = f"{context.folder}/{context.dockerfile}{IGNORE}"
    path = own if os.path.isfile(own) and context.dockerfile != INPUT else None
    path = path or f"{context.folder}/{IGNORE}"
    try:
        with open(path, "rb") as file:
            lines = read(file.read())
    except FileNotFoundError:
        return Patterns(())
    except OSError as err:
        raise DsockError(f"error reading {path}: {reason(err)}") from None
    found = Patterns(lines)
    needed = [IGNORE] if context.is_foreign else [IGNORE, context.dockerfile]
    return Patterns([*lines, *(f"!{name}" for name in needed if found.leaves_out(name))])


def check(folder: str, leave: Patterns) -> None:
    """Raises DsockError for a file of the context that cannot be read."""

    def verdict(path: str, above: Matched | None) -> Verdict:
        out = leave.leaves_out(path)
        return not out, not out, None

    def fail(path: str, why: str) -> None:
        raise DsockError(f"error checking context: can't stat '{path}'", why)

    for entry in _walk(folder, verdict, fail):
        try:
            if stat.S_ISREG(os.lstat(entry.path).st_mode):
                os.close(os.open(entry.path, os.O_RDONLY | os.O_NONBLOCK))
        except OSError as err:
            raise DsockError(
                f"error checking context: no permission to read from '{entry.path}'",
                f"{reason(err)}; {IGNORE} can leave it out",
            ) from None


def entries(folder: str, leave: Patterns, skipped: Skipped) -> Iterator[Entry]:
    """The files to send, in docker's order: by name, a folder before what is in it."""

    def verdict(path: str, above: Matched | None) -> Verdict:
        out, matched = leave.step(path, above)
        return not out, not out or leave.may_keep_below(path), matched

    yield from _walk(folder, verdict, skipped)


def _walk(
    folder: str, verdict: Callable[[str, Matched | None], Verdict], failed: Skipped
) -> Iterator[Entry]:
    waiting: list[tuple[str, bool, Matched | None]] = []

    def enter(path: str, matched: Matched | None) -> None:
        try:
            with os.scandir(os.path.join(folder, path) if path else folder) as found:
                items = sorted(found, key=lambda item: os.fsencode(item.name), reverse=True)
        except OSError as err:
            failed(os.path.join(folder, path), reason(err))
            return
        inside = f"{path}/" if path else ""
        waiting.extend(
            (f"{inside}{item.name}", item.is_dir(follow_symlinks=False), matched) for item in items
        )

    enter("", None)
    while waiting:
        path, is_folder, above = waiting.pop()
        sent, entered, matched = verdict(path, above)
        if sent:
            yield Entry(f"{folder}/{path}", path)
        if is_folder and entered:
            enter(path, matched)


def _said(err: OSError) -> str:
    return f"lstat {err.filename}: {reason(err)}"
