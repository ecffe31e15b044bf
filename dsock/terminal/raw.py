"""The user's terminal in raw mode, and back whatever happens."""

from __future__ import annotations

import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def raw(enabled: bool = True) -> Iterator[None]:
    """Keys go through unread: no echo, no lines, no signals. Restored on every way out."""
    if not enabled:
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setraw(descriptor, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def size() -> tuple[int, int]:
    """(rows, columns) of the terminal, (0, 0) if there is none."""
    for stream in (sys.stdout, sys.stdin):
        try:
            found = os.get_terminal_size(stream.fileno())
        except (OSError, ValueError):
            continue
        return found.lines, found.columns
    return 0, 0
