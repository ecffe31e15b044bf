"""Files that are whole under their name, or not there at all."""

from __future__ import annotations

import fcntl
import os
import select
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from dsock.errors import DsockError

BLOCK = 1 << 17  # twice that costs half as much again to send: the copies leave the cache


def blocks(path: str) -> Iterator[bytes]:
    """What is in the file `path`, or comes from stdin if that is "-".

    Raises DsockError: at once if it cannot be opened, later if it cannot be read.
    """
    stdin = path == "-"
    try:
        # Unbuffered: a read gives what is there, and what is sent is not copied once more.
        file = open(0 if stdin else path, "rb", buffering=0, closefd=not stdin)  # noqa: SIM115
    except OSError as err:
        raise DsockError(f"{path}: {err.strerror}") from None
    return _read(file, path)


def replace(
    target: Path,
    blocks: Iterable[bytes],
    mode: int | None = None,
    before: Callable[[Path], object] | None = None,
) -> None:
    """Write `blocks` into a file that gets the name `target` at the end: see `whole`."""
    with whole(target, mode, before) as file:
        for block in blocks:
            write(file, block)


@contextmanager
def whole(
    target: Path, mode: int | None = None, before: Callable[[Path], object] | None = None
) -> Iterator[int]:
    """The descriptor of a file beside `target` that gets its name at the end.

    A file that is replaced passes on its mode and owner; a new one gets `mode`, by default what
    the umask leaves. `before` is told the whole file, on the disk, before it gets the name, and
    what it raises is raised. Raises OSError; what was there before is then still there.
    """
    import tempfile  # most runs write nothing

    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        try:
            yield descriptor
            _like(target, descriptor, mode)
            if before is not None:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if before is not None:
            before(Path(temporary))
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def write(file: int, data: bytes | memoryview) -> None:
    """All of `data` to a descriptor. Raises OSError."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(file, view) :]
        except BlockingIOError:  # a pipe or terminal that another program has left so
            select.select([], [file], [])


def write_pieces(file: int, pieces: Sequence[bytes | memoryview]) -> None:
    """All of them to a descriptor, at once. Raises OSError."""
    try:
        written = os.writev(file, pieces)
    except BlockingIOError:
        written = 0
    if written < sum(map(len, pieces)):
        write(file, memoryview(b"".join(pieces))[written:])


def overwrite(target: Path, data: bytes) -> None:
    """Write `data` into the file that is there, for what cannot be replaced: it is never empty,
    but who reads it meanwhile may get some of both. Raises OSError."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    with open(descriptor, "wb", buffering=0) as file:
        write(descriptor, data)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            file.truncate()
            os.fsync(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one process at a time is in here, where the file system has locks. Raises OSError if
    the folder cannot be opened."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(file: FileIO, path: str) -> Iterator[bytes]:
    try:
        with file:
            while block := file.read(BLOCK):
                yield block
    except OSError as err:
        raise DsockError(f"{path}: {err.strerror}") from None


def _like(target: Path, descriptor: int, mode: int | None) -> None:
    try:
        found = target.stat()
    except OSError:
        os.fchmod(descriptor, 0o666 & ~_umask() if mode is None else mode)
        return
    with suppress(OSError):  # only root gives files away
        os.fchown(descriptor, found.st_uid, found.st_gid)
    os.fchmod(descriptor, found.st_mode & 0o777)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
