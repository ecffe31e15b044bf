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


@contextmanager
def quiet(single_keys: bool) -> Iterator[None]:
    """Keys are not shown, and with `single_keys` not held back until the end of a line; those
    that send signals still do. Nothing happens where there is no terminal, or not for us now."""
    try:
        descriptor = sys.stdin.fileno()
        mode = termios.tcgetattr(descriptor)
        ours = os.tcgetpgrp(descriptor) == os.getpgrp()
    except (OSError, ValueError, AttributeError, termios.error):  # None: it is closed
        ours = False
    if not ours:
        yield
        return
    _before.append((descriptor, mode))
    changed = [*mode[:3], mode[3] & ~(termios.ECHO | single_keys * termios.ICANON), *mode[4:]]
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, changed)
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
