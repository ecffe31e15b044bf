"""A tar archive that arrives in blocks, member by member, in constant memory.

What it holds is untrusted: names and links are handed on as they are, sizes are checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tarfile import HeaderError, TarInfo

from dsock.archive.pack import UNIT
from dsock.errors import DsockError

# Longer names and attributes exist nowhere: what claims to have them wants our memory.
LONGEST_EXTENSION = 1 << 20
_NAME = {b"L": "path", b"K": "linkpath"}
_WITHOUT_CONTENT = b"123456"  # links, devices, folders, pipes, whatever size they claim
_FIXED = {"path", "linkpath", "size", "uid", "gid", "mtime"}


class Damaged(DsockError):
    """The archive is not a whole tar."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the archive is damaged: {why}")


@dataclass(slots=True)
class Member:
    """One file, folder, link or device. `content` is to be read before the next member is asked
    for; what is left of it is passed over."""

    info: TarInfo
    content: Iterator[bytes]


def members(blocks: Iterable[bytes]) -> Iterator[Member]:
    """The members of an archive; what follows its end is read too. Raises Damaged."""
    stream = _Stream(blocks)
    extra: dict[str, str] = {}
    while block := stream.header():
        try:
            info = TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except HeaderError as err:
            raise Damaged(str(err)) from None
        if info.size < 0:
            raise Damaged("a size is negative")
        if info.type in _NAME:
            extra[_NAME[info.type]] = _text(stream.extension(info.size).partition(b"\0")[0])
        elif info.type == b"x":
            extra |= _records(stream.extension(info.size))
        elif info.type == b"g":  # says nothing about any file
            stream.extension(info.size)
        else:
            _apply(info, extra)
            extra = {}
            content = stream.content(0 if info.type in _WITHOUT_CONTENT else info.size)
            yield Member(info, content)
            for _ in content:
                pass
    stream.rest()


def _records(data: bytes) -> dict[str, str]:
    """The records of a PAX header, "LENGTH KEY=VALUE\\n" each."""
    found, at = {}, 0
    data = data.rstrip(b"\0")
    while at < len(data):
        space = data.find(b" ", at, at + 8)
        length = data[at:space]
        end = at + int(length) if space > 0 and length.isdigit() else -1
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if end <= space or data[end - 1 : end] != b"\n" or not equals:
            raise Damaged("an extended header cannot be read")
        found[_text(key)] = _text(value)
        at = end
    return found


def _apply(info: TarInfo, extra: dict[str, str]) -> None:
    """Put what extended headers say into the header itself."""
    if info.type == b"S" or any(key.startswith("GNU.sparse.") for key in extra):
        raise DsockError(f"{info.name}: sparse archives are not supported")
    try:
        info.name = extra.get("path", info.name)
        info.linkname = extra.get("linkpath", info.linkname)
        info.size = int(extra.get("size", info.size))
        info.uid = int(extra.get("uid", info.uid))
        info.gid = int(extra.get("gid", info.gid))
        if "mtime" in extra:
            info.mtime = float(extra["mtime"])
    except ValueError:
        raise Damaged("an extended header holds no number") from None
    if info.size < 0:
        raise Damaged("a size is negative")
    info.pax_headers = {key: value for key, value in extra.items() if key not in _FIXED}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class _Stream:
    """The archive's bytes, in the order in which they come."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._block, self._at = b"", 0

    def header(self) -> bytes:
        """The next header, b"" at the archive's end."""
        data = b"".join(self.content(UNIT))
        return data if data.strip(b"\0") else b""

    def extension(self, size: int) -> bytes:
        if size > LONGEST_EXTENSION:
            raise Damaged(f"an extended header of {size} bytes")
        return b"".join(self.content(size))

    def content(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes and, unseen, what fills them up to a whole unit."""
        yield from self._take(size)
        for _ in self._take(-size % UNIT):
            pass

    def rest(self) -> None:
        for _ in self._blocks:
            pass

    def _take(self, size: int) -> Iterator[bytes]:
        while size:
            if self._at == len(self._block):
                try:
                    self._block, self._at = next(self._blocks), 0
                except StopIteration:
                    raise Damaged("it ends too early") from None
                continue
            piece = self._block[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece
