"""Files that are whole under their name, or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def replace(target: Path, blocks: Iterable[bytes], mode: int | None = None) -> None:
    """Write `blocks` beside `target` and give the file its name at the end.

    A file that is replaced passes on its mode and owner; a new one gets `mode`, by default what
    the umask leaves. Raises OSError; what was there before is then still there.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(descriptor, "wb", buffering=0) as file:
            for block in blocks:
                view = memoryview(block)
                while view:
                    view = view[file.write(view) :]
            _like(target, file.fileno(), mode)
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


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
