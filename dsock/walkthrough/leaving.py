"""Ctrl-C at any moment, and nothing left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dsock.terminal import raw
from dsock.terminal.signals import handled

ENOUGH = 3  # times that somebody who will not wait presses Ctrl-C
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT}


class Leaving:
    """Signals end the walkthrough as an exception does, but not in the middle of a call that
    makes something: its answer is what tells us what to remove."""

    def __init__(self) -> None:
        self._holds = False
        self._got: list[int] = []

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Signals are dealt with here. Raises KeyboardInterrupt, or SystemExit(128 + number)."""
        with handled(_SIGNALS, self._arrived):
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        """A signal waits for the end of this; the third one in it does not."""
        self._holds = True
        try:
            yield
        finally:
            self._holds = False
        if self._got:
            self._leave(self._got.pop(0))

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        self._got.append(number)
        if not self._holds or len(self._got) >= ENOUGH:
            self._holds = False
            self._got.clear()
            self._leave(number)

    def _leave(self, number: int) -> None:
        self._got.clear()
        raw.restore()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)
