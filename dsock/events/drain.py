"""A thread that reads a stream, so that who is slow to show it never makes the engine wait.

An engine waits 0.1 s for each event that a reader does not take, and everybody on its host with
it; so a stream is always read, and what there is no room for is counted.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from dsock.events.gap import is_own
from dsock.events.resume import Event
from dsock.terminal.background import start

ROOM = 10_000  # events that wait: some 20 MB
# Seconds without a loss until it counts as over; one that goes on is told of after some more.
CALM, LONG = 1.0, 10.0


class Lost(NamedTuple):
    """So many events came faster than they were taken; the first and last one's times
    (nanoseconds)."""

    events: int
    begin: int = 0
    end: int = 0


class Ended(NamedTuple):
    """The stream's end, and the error that ended it."""

    error: BaseException | None


class Drain:
    """What a stream gave, until it is taken.

    Where there is no room the reader waits up to `patience` seconds for somebody who takes
    something; then it drops what comes until half of the `room` (events) is free again, so that
    there is one loss rather than many.
    """

    def __init__(self, room: int = ROOM, patience: float = 0.0) -> None:
        self._room, self._patience = room, patience
        self._items: deque[Any] = deque()
        self._waiting = 0  # events
        self._lost = Lost(0)
        self._lost_since = self._lost_at = 0.0
        self._change = threading.Condition()

    def start(self, batches: Iterable[list[Event]]) -> None:
        """Read `batches` to their end. The thread ends with the process."""
        start(lambda: self._read(batches))

    def put(self, item: Any) -> None:
        """Add something in the stream's order, such as a State."""
        with self._change:
            self._tell_losses()
            self._items.append(item)
            self._change.notify_all()

    def take(self, seconds: float, most: int | None = None) -> list[Any]:
        """All that is there: batches of events, what was `put`, Lost, and at last Ended.

        Waits for something up to `seconds`. Stops after the batch that makes it `most` events.
        """
        items: list[Any] = []
        taken = 0
        with self._change:
            if not self._items:
                self._change.wait(seconds)
            while self._items and (most is None or taken < most):
                items.append(self._items.popleft())
                taken += len(items[-1]) if isinstance(items[-1], list) else 0
            self._waiting -= taken
            if not self._items and self._lost.events:
                items.append(self._lost)
                self._lost = Lost(0)
            self._change.notify_all()
        return items

    def lost(self) -> Lost | None:
        """A loss that is over, before its turn comes: `take` does not give it any more."""
        with self._change:
            now = time.monotonic()
            if now - self._lost_at > CALM or now - self._lost_since > LONG:
                self._tell_losses()
            for item in self._items:
                if isinstance(item, Lost):
                    self._items.remove(item)
                    return item
        return None

    def _tell_losses(self) -> None:
        if self._lost.events:
            self._items.append(self._lost)
            self._lost = Lost(0)

    def _read(self, batches: Iterable[list[Event]]) -> None:
        error: BaseException | None = None
        try:
            for batch in batches:
                with self._change:
                    self._add(batch)
        except BaseException as err:  # the main thread raises it
            error = err
        self.put(Ended(error))

    def _add(self, batch: list[Event]) -> None:
        if not self._lost.events and not self._fits(batch) and self._patience:
            while self._change.wait(self._patience) and not self._fits(batch):
                pass
        free = self._waiting <= self._room // 2 if self._lost.events else self._fits(batch)
        if not free:
            lost = [event for event in batch if not is_own(event)]
            if lost:
                times = [event.get("timeNano", 0) for event in (lost[0], lost[-1])]
                begin = self._lost.begin or times[0]
                self._lost_at = time.monotonic()
                self._lost_since = self._lost_since if self._lost.events else self._lost_at
                self._lost = Lost(self._lost.events + len(lost), begin, times[1])
            batch = [event for event in batch if is_own(event)]
        elif self._lost.events:
            self._tell_losses()
        if batch:
            self._waiting += len(batch)
            self._items.append(batch)
            self._change.notify_all()

    def _fits(self, batch: list[Event]) -> bool:
        return not self._waiting or self._waiting + len(batch) <= self._room
