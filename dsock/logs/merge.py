"""Lines from several sources in the order of time, as soon as the order is known."""

from __future__ import annotations

import threading
import time
from typing import Any

from dsock.errors import DsockError
from dsock.logs.lines import Line

ROOM = 5_000  # lines of a source that wait for the others
# A source that has been silent for so long has most likely nothing older to say than the others.
QUIET_SECONDS = 0.1
PATIENCE = 0.5  # so that Ctrl-C is noticed


class Note(str):
    """Something about a source, for a person."""


class Merge:
    """Sources put lines, one reader takes them.

    As long as a source reads its past, the others wait for it; one that follows what happens now
    is waited for only as long as it has been busy just before.
    """

    def __init__(self, sources: int) -> None:
        self._lines: list[list[Line]] = [[] for _ in range(sources)]
        self._touched = [0.0] * sources
        self._past = set(range(sources))
        self._open = set(range(sources))
        self._said: list[Note | DsockError] = []
        self._change = threading.Condition()

    def put(self, source: int, lines: list[Line]) -> None:
        """Add lines; waits while there is no room."""
        with self._change:
            while len(self._lines[source]) > ROOM:
                self._change.wait()
            self._lines[source] += lines
            self._touched[source] = time.monotonic()
            self._change.notify_all()

    def caught_up(self, source: int) -> None:
        """From now on the source says what happens now."""
        with self._change:
            self._past.discard(source)
            self._touched[source] = time.monotonic()
            self._change.notify_all()

    def end(self, source: int) -> None:
        """Nothing more comes from there."""
        with self._change:
            self._open.discard(source)
            self._change.notify_all()

    def say(self, what: Note | DsockError) -> None:
        """Tell the reader something beside the lines."""
        with self._change:
            self._said.append(what)
            self._change.notify_all()

    def take(self) -> list[Any] | None:
        """Lines in their order, and before them what was said; None at the end of all."""
        with self._change:
            while True:
                bound, wait = self._bound()
                batch = self._until(bound) if wait is None else []
                said, self._said = self._said, []
                if batch or said:
                    self._change.notify_all()
                    return [*said, *batch]
                if not self._open and not any(self._lines):
                    return None
                self._change.wait(PATIENCE if wait is None else min(wait, PATIENCE))

    def _bound(self) -> tuple[int | None, float | None]:
        """(the time up to which the order is known, None for all that is there;
        or how many seconds to wait for a source that has nothing yet)."""
        bounds: list[int] = []
        now = time.monotonic()
        wait = None
        for source in self._open:
            quiet = now - self._touched[source]
            if source not in self._past and quiet >= QUIET_SECONDS:
                continue
            if self._lines[source]:
                bounds.append(max(line.time for line in self._lines[source]))
            else:
                left = PATIENCE if source in self._past else QUIET_SECONDS - quiet
                wait = left if wait is None else min(left, wait)
        return (min(bounds) if bounds else None), wait

    def _until(self, bound: int | None) -> list[Line]:
        batch: list[Line] = []
        for source, lines in enumerate(self._lines):
            if bound is None or not lines or lines[-1].time <= bound:
                batch += lines
                self._lines[source] = []
            else:
                batch += [line for line in lines if line.time <= bound]
                self._lines[source] = [line for line in lines if line.time > bound]
        batch.sort(key=lambda line: line.time)
        return batch
