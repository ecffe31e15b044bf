"""A streamed answer into a file: whole under its name, or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dsock.errors import DsockError


def to_file(blocks: Iterable[bytes], path: str) -> None:
    """Write `blocks` beside `path` and give the file its name at the end.

    A device or pipe is written as it is. Raises DsockError if `path` cannot be written or the
    disk is full; a file that was there before is then still there.
    """
    target = Path(path)
    if target.is_dir():
        raise DsockError(f"cannot write {path}: it is a directory")
    try:
        if target.exists() and not target.is_file():
            with open(target, "wb") as device:
                device.writelines(blocks)
            return
        _beside(blocks, target)
    except OSError as err:
        if isinstance(err, ConnectionError):
            raise
        raise DsockError(f"cannot write {path}: {err.strerror}") from None


def _beside(blocks: Iterable[bytes], target: Path) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(descriptor, "wb", buffering=0) as file:
            for block in blocks:
                view = memoryview(block)
                while view:
                    view = view[file.write(view) :]
            os.fchmod(file.fileno(), _mode(target))
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _mode(target: Path) -> int:
    """The mode of the file that is replaced, else what the user's umask gives a new one."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
