"""Going on after a lost connection: what to ask the engine for, and what of it is known already.

Docker remembers its last 256 events, of all kinds, until it is restarted; asked with `since=0`
it repeats them all. (With a later `since` it stops at the first older one from the end, and the
order there is not quite that of time.) Podman remembers everything, so it is asked for the last
seconds only. Repeated events are told by what they are; an engine may also send one twice at the
seam between its memory and what happens now.
"""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any, NamedTuple

from dsock.engine.version import is_podman

Event = dict[str, Any]

SECOND = 1_000_000_000
# Events are logged a little out of order: those that came late are accepted for so long.
LATE = 10 * SECOND
REMEMBERED = 1024  # events: 4 times what Docker repeats


class Past(NamedTuple):
    """What an earlier run saw: since when it looked, the last event's time (nanoseconds), and
    the `key` of its last events."""

    began: int
    last: int
    keys: tuple[str, ...]


class Resume:
    """What was seen of one stream of events, over all its connections."""

    def __init__(self, since: str, remember: bool = True, past: Past | None = None) -> None:
        self._begin = nanoseconds(since) if since else None  # nothing earlier is wanted
        self._past = past or Past(0, 0, ())
        if past is not None:
            self._begin = past.began
        self._recent: deque[Event] = deque(maxlen=REMEMBERED if remember else 0)
        self._known: set[str] = set()  # what earlier connections gave, and
        self._here: set[str] = set()  # this one
        self._earliest = 0  # of what may be new on this connection
        # How many events of this connection may still be repetitions.
        self._doubtful = REMEMBERED if since else 0

    def connected(self, now: int) -> None:
        """A connection was made when the engine's clock showed `now` (nanoseconds)."""
        if self._begin is None or self._begin > now + SECOND:  # what it showed is cut to seconds
            self._begin = now

    def since(self, server: str) -> str:
        """What to ask the engine for that names itself `server`, connecting again."""
        self._known = {*map(key, self._recent), *self._past.keys}
        self._here = set()
        self._doubtful = REMEMBERED
        begin = self._begin or 0
        oldest = min((event.get("timeNano", 0) for event in self._recent), default=begin)
        if oldest < begin:  # so the engine's clock is not what it seemed
            begin = 0
        self._earliest = max(begin, self.last - LATE)
        if len(self._recent) == REMEMBERED:  # what is older than these is not known any more
            self._earliest = max(self._earliest, oldest)
        if not is_podman(server):
            return "0"
        return wire(self._earliest)

    @property
    def last(self) -> int:
        """The time of the last event that was seen (nanoseconds), 0 before the first."""
        times = (event.get("timeNano", 0) for event in self._recent)
        return max(times, default=self._past.last)

    @property
    def reach(self) -> int:
        """What is older than this had been seen before this connection, or was not wanted."""
        return self.last or self._begin or 0

    def seen(self, event: Event) -> bool:
        """True for one that an earlier connection gave."""
        return key(event) in self._known

    @property
    def idle(self) -> bool:
        """True if nothing has been seen yet."""
        return not self._recent and not self._past.keys

    def fresh(self, batch: list[Event]) -> list[Event]:
        """The events of `batch` that were not seen yet."""
        if self._doubtful > 0:
            self._doubtful -= len(batch)
            batch = [event for event in batch if self._is_new(event)]
        self._recent.extend(batch)
        return batch

    def _is_new(self, event: Event) -> bool:
        identity = key(event)
        old = identity in self._known or identity in self._here
        if old or event.get("timeNano", 0) < self._earliest:
            return False
        self._here.add(identity)
        return True


def key(event: Event) -> str:
    """What makes two events the same one, in few characters."""
    from hashlib import sha256

    actor = event.get("Actor") or {}
    attributes = actor.get("Attributes") or {}
    parts = [
        event.get("timeNano"),
        event.get("Type"),
        event.get("Action"),
        actor.get("ID"),
        event.get("scope"),
        sorted(attributes.items()),
    ]
    return sha256(json.dumps(parts).encode()).hexdigest()[:24]


def nanoseconds(wire_time: str) -> int:
    """Text such as "1700000000.5" as nanoseconds since 1970, exactly: no float is."""
    seconds, _, fraction = wire_time.partition(".")
    return int(seconds) * SECOND + int(fraction[:9].ljust(9, "0"))


def wire(point: int) -> str:
    """Nanoseconds since 1970 as engines take them: "1700000000.500000000"."""
    return "{}.{:09d}".format(*divmod(point, SECOND))


def just_before(server: str) -> str:
    """What `since` to ask the engine for that names itself `server`, so that nothing is missed
    from now on: engines answer a little before they listen. It may repeat older events."""
    return str(int(time.time()) - 5) if is_podman(server) else "0"
