"""Names inside an archive: what they may be, and what they are called where they land."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from dsock.errors import DsockError

# The name in the archive -> the name where it lands, None for what is not wanted.
Naming = Callable[[str], str | None]


def inner(name: str) -> str:
    """`name` without "./" and "/" at its beginning, "" for the top itself.

    Raises DsockError if it leads out of the archive.
    """
    found = posixpath.normpath(name).lstrip("/")
    if found == ".." or found.startswith("../"):
        raise DsockError(
            f'refused: the archive has "{name}", which is outside of what was asked for'
        )
    return "" if found == "." else found


def renamed(top: str, name: str) -> Naming:
    """The naming for an archive of `top` that is to be called `name`.

    A top of "." or "/" stands for contents, and a name of it for none: they stay what they are,
    or come below `name`. Raises DsockError for a member that is not below `top`: whoever made the
    archive would choose what is overwritten.
    """
    before = "" if top in (".", "/") else top
    after = "" if name in (".", "/") else name

    def naming(member: str) -> str:
        found = inner(member)
        if before and found != before and not found.startswith(before + "/"):
            raise DsockError(f'refused: the archive has "{member}", which is not below "{top}"')
        rest = found[len(before) :].lstrip("/")
        return f"{after}/{rest}" if after and rest else after or rest

    return naming
