"""The engine's clock: what happens there has its times from it, and it may not be ours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dsock.events.resume import SECOND

if TYPE_CHECKING:
    from dsock.engine.client import Engine


class Clock:
    """The engine's clock in nanoseconds, as far as an answer's Date header tells.

    That is cut to seconds; our own clock tells the rest, where it agrees.
    """

    def __init__(self, date: str, came: int | None = None) -> None:
        from email.utils import parsedate_to_datetime

        now = came or time.time_ns()
        try:
            self.answered = int(parsedate_to_datetime(date).timestamp()) * SECOND
        except ValueError:
            self.answered = now  # at the earliest
        self._ahead = self.answered - now  # and less than a second more
        self.agrees = -SECOND < self._ahead <= 0

    def latest(self) -> int:
        """What it shows now, at most."""
        return time.time_ns() + self._ahead + SECOND

    def now(self) -> int:
        """What it shows now, rather too late than too early."""
        return time.time_ns() if self.agrees else self.latest()


def engine_now(engine: Engine) -> int:
    """What the engine's clock shows (nanoseconds), rather too early than too late.

    GET /_ping, unless that was asked before. Raises Unreachable.
    """
    ping = engine.ping
    clock = Clock(ping.date, ping.came)
    ours = time.time_ns()
    return ours if clock.agrees else clock.answered + (ours - ping.came) // SECOND * SECOND
