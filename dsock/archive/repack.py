"""An archive passed on with other names for its members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsock.archive.members import Member
from dsock.archive.names import Naming
from dsock.archive.pack import gathered, header, padding


def repack(members: Iterable[Member], naming: Naming) -> Iterator[bytes]:
    """The archive of `members` under the names that `naming` gives, with its end."""
    return gathered(_pieces(members, naming))


def _pieces(members: Iterable[Member], naming: Naming) -> Iterator[bytes]:
    for member in members:
        info = member.info
        info.name = naming(info.name) or "."
        if info.islnk():
            info.linkname = naming(info.linkname) or "."
        yield header(info)
        yield from member.content
        yield padding(info.size)
