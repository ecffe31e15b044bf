"""A thread that reads a stream, so that who is slow to show it never makes the engine wait.

An engine waits 0.1 s for each event that a reader does not take, and everybody on its host with
it; so a stream is always read, and what there is no room for is counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from dsock.events.resume import Event

ROOM = 10_000  # events that wait: some 20 MB


class Lost(NamedTuple):
    """So many events came faster than they were taken."""

    events: int


class Ended(NamedTuple):
    """The stream's end, and the error that ended it."""

    error: BaseException | None


class Drain:
    """What a stream gave, until it is taken."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._items: deque[Any] = deque()
        self._waiting = self._lost = 0  # events
        self._change = threading.Condition()

    def start(self, batches: Iterable[list[Event]]) -> None:
        """Read `batches` to their end. The thread ends with the process."""
        threading.Thread(target=self._read, args=(batches,), daemon=True).start()

    def put(self, item: Any) -> None:
        """Add something in the stream's order, such as a State."""
        with self._change:
            self._tell_losses()
            self._items.append(item)
            self._change.notify()

    def take(self, seconds: float) -> list[Any]:
        """All that is there: batches of events, what was `put`, Lost, and at last Ended.

        Waits for something up to `seconds`.
        """
        with self._change:
            if not self._items:
                self._change.wait(seconds)
            self._tell_losses()
            items = list(self._items)
            self._items.clear()
            self._waiting = 0
        return items

    def _tell_losses(self) -> None:
        if self._lost:
            self._items.append(Lost(self._lost))
            self._lost = 0

    def _read(self, batches: Iterable[list[Event]]) -> None:
        error: BaseException | None = None
        try:
            for batch in batches:
                with self._change:
                    if self._waiting + len(batch) > self._room:
                        self._lost += len(batch)
                        continue
                    self._waiting += len(batch)
                    self._items.append(batch)
                    self._change.notify()
        except BaseException as err:  # the main thread raises it
            error = err
        self.put(Ended(error))
