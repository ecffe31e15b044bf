"""The user's terminal in raw mode, and back whatever happens."""

from __future__ import annotations

import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

# (descriptor, its mode before). A process has one terminal, and a handler of signals must be
# able to put it back at any point of the program.
_before: list[tuple[int, list[Any]]] = []


@contextmanager
def raw() -> Iterator[None]:
    """Keys go through unread: no echo, no lines, no signals. Put back on every way out."""
    descriptor = sys.stdin.fileno()
    _before.append((descriptor, termios.tcgetattr(descriptor)))
    try:
        tty.setraw(descriptor, termios.TCSANOW)
        yield
    finally:
        restore()


def restore() -> None:
    """Put the terminal back as it was. Harmless when that is done already."""
    for descriptor, mode in _before:
        with suppress(termios.error):  # the terminal may be gone
            # Not DRAIN: a terminal that shows nothing any more would keep us waiting.
            termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    _before.clear()


def is_raw() -> bool:
    """True between `raw` and `restore`."""
    return bool(_before)


def size() -> tuple[int, int]:
    """(rows, columns) of the terminal, (0, 0) if there is none."""
    for stream in (sys.stdout, sys.stdin):
        try:
            found = os.get_terminal_size(stream.fileno())
        except (OSError, ValueError, AttributeError):  # None where the descriptor is closed
            continue
        return found.lines, found.columns
    return 0, 0
