"""A streamed answer into a file: whole under its name, or not there at all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dsock import files
from dsock.errors import DsockError


def check(path: str) -> None:
    """Raises DsockError for a path that no file can have: before the engine begins to send."""
    target = Path(path)
    if target.is_dir():
        raise DsockError(f"cannot write {path}: it is a directory")
    if not target.parent.is_dir():
        raise DsockError(f"cannot write {path}: there is no directory {target.parent}")


def to_file(blocks: Iterable[bytes], path: str) -> None:
    """Write `blocks` into the file `path`, as `into` has it."""
    with into(path) as file:
        for block in blocks:
            files.write(file, block)


@contextmanager
def into(path: str) -> Iterator[int]:
    """The descriptor of a file beside `path` that gets its name at the end.

    A device or pipe is written as it is. Raises DsockError if `path` cannot be written or the
    disk is full; a file that was there before is then still there. SIGTERM leaves nothing behind.
    """
    target = Path(path)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        if target.exists() and not target.is_file():
            with open(target, "wb", buffering=0) as device:
                yield device.fileno()
            return
        with files.whole(target, 0o600) as file:  # as docker does
            yield file
    except OSError as err:
        if isinstance(err, ConnectionError):
            raise
        raise DsockError(f"cannot write {path}: {err.strerror}") from None
