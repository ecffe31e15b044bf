"""Questions to a person at a terminal."""

from __future__ import annotations

import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def line(question: str) -> str:
    """What the user types on one line, "" at the input's end."""
    _ask(question)
    return _typed()


def secret(question: str) -> str:
    """The same, not shown while it is typed."""
    with _silent():
        _ask(question)
        try:
            return _typed()
        finally:
            _ask("\n")  # the user's own was not shown


def _ask(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(text)
    sys.stderr.flush()


def _typed() -> str:
    data: bytes = sys.stdin.buffer.readline()
    return data.decode("utf-8", "surrogateescape").rstrip("\r\n")


@contextmanager
def _silent() -> Iterator[None]:
    """No echo until the end, put back on every way out but SIGKILL."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    deadly = (signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.signal(number, leave) for number in deadly]
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, silent)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        for number, handler in zip(deadly, handlers, strict=True):
            signal.signal(number, handler)
