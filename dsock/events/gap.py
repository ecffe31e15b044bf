"""Records of dsock's own in a stream of events: a gap, and what changed meanwhile.

    {"Type":"dsock","Action":"gap","from":NS,"to":NS,"reason":"daemon-restart","Actor":...}

`Actor.Attributes` says the same once more, in text, for templates.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from dsock.engine.version import is_podman
from dsock.events.clock import Clock
from dsock.events.resume import SECOND, Event, Resume

Reason = Literal["daemon-restart", "overflow", "unknown", "consumer-overflow", "too-long"]
TYPE = "dsock"
RING = 256  # events that Docker remembers, and
SMALLER_RING = 64  # did once
# Seconds until an engine has repeated what it remembers: without a word, and after the last one.
PATIENCE, QUIET = 2.0, 0.4
MANY = 1024  # events: more than any engine of today repeats


def gap(begin: int, end: int, reason: Reason, events: int | None = None) -> Event:
    """The record that continuity from `begin` to `end` (nanoseconds) cannot be proven, or that
    so many `events` were dropped."""
    told: dict[str, Any] = {"from": begin, "to": end, "reason": reason}
    if events is not None:
        told["n"] = events
    return record("gap", "", told, told)


def record(
    action: str, ident: str, attributes: Mapping[str, Any], more: Mapping[str, Any] | None = None
) -> Event:
    """A record of dsock's own, never to be taken for one of the engine's."""
    now = time.time_ns()
    texts = {key: str(value) for key, value in attributes.items()}
    return {
        "Type": TYPE,
        "Action": action,
        "Actor": {"ID": ident, "Attributes": texts},
        "time": now // SECOND,
        "timeNano": now,
        **(more or {}),
    }


def is_own(event: Mapping[str, Any]) -> bool:
    """True for a record of dsock's own."""
    return event.get("Type") == TYPE


class Proof:
    """Whether a connection that was made again takes up where the last one ended.

    It does if the engine repeats an event that was seen, or one that is older than the last one
    seen: then its memory goes back that far. Events are held back until that is known.
    """

    def __init__(
        self, resume: Resume, clock: Clock, server: str, *, whole: bool, away: bool, broken: bool
    ) -> None:
        """`whole` says that all events were asked for, `away` that for a time nobody answered,
        `broken` that the last connection was not ended in good form."""
        self._resume, self._clock, self._podman = resume, clock, is_podman(server)
        self._whole, self._away, self._broken = whole, away, broken
        self._begin = resume.reach
        self._idle = resume.idle
        self._since = self._last = time.monotonic()
        self._count = self._first = 0
        self._held: list[Event] = []
        self.open = True

    def take(self, batch: list[Event], fresh: Callable[[list[Event]], list[Event]]) -> list[Event]:
        """What of `batch` may be passed on: with all that was held, and a gap before it if it
        comes to that."""
        now = time.monotonic()
        quiet = now - self._last > QUIET and self._count > 0
        if batch:
            self._last = now
            self._first = self._first or batch[0].get("timeNano", 0)
            self._count += len(batch)
            proven = any(map(self._proves, batch))
            self._held += fresh(batch)
            if proven:
                return self._end()
        if quiet or now - self._since > PATIENCE or self._count > MANY:
            return self.decide()
        return []

    @property
    def holds(self) -> bool:
        """True if something waits for the decision."""
        return bool(self._held)

    def decide(self) -> list[Event]:
        """What was held, after a gap if continuity is not proven by now."""
        if not self.open:
            return []
        held = self._end()
        doubtful = self._away or self._count >= SMALLER_RING or (self._broken and self._count)
        if self._idle and (self._podman or not doubtful):
            return held  # nothing had been seen, and nothing much happened
        return [gap(self._begin, self._first or self._clock.now(), self._reason()), *held]

    def _end(self) -> list[Event]:
        self.open = False
        held, self._held = self._held, []
        return held

    def _proves(self, event: Event) -> bool:
        if event.get("scope", "local") == "local" and event.get("timeNano", 0) < self._begin:
            return True
        return self._resume.seen(event)

    def _reason(self) -> Reason:
        if self._podman:
            return "unknown"
        if self._count >= RING:
            return "overflow"
        if self._away or (self._whole and self._count < SMALLER_RING):
            return "daemon-restart"
        return "unknown"
