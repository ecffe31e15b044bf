"""A container's output on the user's stdout and stderr."""

from __future__ import annotations

import os
from collections.abc import Sequence

from dsock import files


def write(descriptor: int, pieces: Sequence[bytes | memoryview]) -> None:
    """All of them, at once. Nothing else may be waiting in the buffers of sys.stdout."""
    try:
        written = os.writev(descriptor, pieces)
    except BlockingIOError:
        written = 0
    if written < sum(map(len, pieces)):
        files.write(descriptor, memoryview(b"".join(pieces))[written:])
