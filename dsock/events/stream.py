"""GET /events, for as long as there is something to say: over lost connections too if wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from dsock.api import system
from dsock.engine.wire import json_batches
from dsock.errors import ApiError, BrokenOff, DsockError, Unreachable
from dsock.events.clock import Clock, engine_now
from dsock.events.gap import Proof, gap, is_own
from dsock.events.reconnect import Backoff, passing
from dsock.events.resume import Event, Past, Resume, nanoseconds

LONGEST = 4 << 20  # bytes of an event: what is longer is told, and left out

if TYPE_CHECKING:
    from dsock.engine.client import Engine
    from dsock.engine.request import Request
    from dsock.events.resync import Resync


class State(NamedTuple):
    """What became of the connection: it is there, or it is tried again in `retry_seconds`."""

    connected: bool
    server: str = ""  # "Docker/20.10.24 (linux)", of the engine that is there
    reason: str = ""  # why there is none
    retry_seconds: float = 0.0


def batches(
    engine: Engine,
    *,
    since: str = "",
    until: str = "",
    filters: Mapping[str, Mapping[str, bool]] | None = None,
    keep: Callable[[Event], bool] | None = None,
    reconnect: bool = False,
    max_wait: float | None = None,
    past: Past | None = None,
    resync: Resync | None = None,
    on_state: Callable[[State], object] = lambda _: None,
) -> Iterator[list[Event]]:
    """The engine's events, as many as one read gave at a time. GET /events.

    `since` and `until` are "seconds.nanoseconds", both inclusive (flags.times makes them of
    docker's "10m" or dates); with one of them the engine first repeats what it remembers.
    `filters` are the engine's, {key: {value: True}}; `keep` decides on this side.

    It ends at `until`, or with the engine. With `reconnect` it goes on when the engine is back:
    what happened meanwhile comes from the engine's memory, nothing comes twice, and `on_state`
    is told. The first connection has to succeed all the same; then the engine may be away for
    `max_wait` seconds, None for as long as it takes. `past` is where an earlier run ended.

    With `resync`, records of dsock's own say where continuity cannot be proven, and what has
    changed meanwhile: see events.gap and events.resync. A gap is always told in the place of an
    event of more than LONGEST bytes.

    Raises Unreachable and ApiError as Engine.open does, BrokenOff if the connection is lost and
    not to be made again.
    """
    resume, backoff = Resume(since, reconnect, past), Backoff()
    last = nanoseconds(until) if until else None
    first, again, away, clean, lost = True, past is not None, False, True, 0.0
    proof: Proof | None = None
    too_long: list[int] = []

    def passed(events: list[Event]) -> list[Event]:
        if last:  # the engine's own timer is not exact
            events = [e for e in events if is_own(e) or e.get("timeNano", 0) <= last]
        if resync is not None:
            return resync.told(events, keep)
        return events if keep is None else list(filter(keep, events))

    while True:
        opened = None
        try:
            if not first:
                engine.renew()
            ask = resume.since(engine.server) if again else since
            answer = engine.open(_request(engine, ask, until, filters))
            server = answer.headers.get("Server", "")
            date = answer.headers.get("Date", "")
            clock = Clock(date)
            opened, lost = time.monotonic(), 0.0
            if again and resync is not None:
                proof = Proof(resume, clock, server, whole=not filters, away=away, broken=not clean)
            if first and resync is not None:
                resync.begin()
            first, again = False, True
            if date or not since:
                resume.connected(clock.answered)
            on_state(State(True, server))
            with closing(answer):
                blocks = answer.blocks(ticks=proof is not None)
                for batch in json_batches(blocks, LONGEST, too_long.append):
                    if proof is not None and proof.open:
                        batch = proof.take(batch, resume.fresh)
                        away = away and proof.open
                    else:
                        batch = resume.fresh(batch)
                    if batch and (events := passed(batch)):
                        yield events
                    if too_long:
                        too_long.clear()
                        record = gap(resume.reach, clock.now(), "too-long", 1)
                        yield resync.told([record], keep) if resync is not None else [record]
            if not reconnect or (last is not None and clock.latest() >= last):
                if proof is not None and (events := passed(proof.decide())):
                    yield events
                return
            error, clean = DsockError("the engine ended the stream"), True
        except (BrokenOff, Unreachable, ApiError) as err:
            if not reconnect or first or not passing(err):
                raise
            error, clean = err, False
            away = away or isinstance(err, Unreachable)
        if proof is not None and proof.holds and (events := passed(proof.decide())):
            yield events
        now = time.monotonic()
        lived = now - opened if opened is not None else 0.0
        lost = lost or now
        if max_wait is not None and not clean and now - lost >= max_wait:
            raise error
        wait = backoff.seconds(lived, clean)
        if wait:
            if max_wait is not None:
                wait = min(wait, max(0.01, lost + max_wait - now))
            on_state(State(False, reason=error.message, retry_seconds=wait))
            time.sleep(wait)


def _request(
    engine: Engine, since: str, until: str, filters: Mapping[str, Mapping[str, bool]] | None
) -> Request:
    if until and engine.podman and nanoseconds(until) <= engine_now(engine):
        # Podman (5.8) stops reading its log at once then, wherever it is: the end is cut here.
        return system.events(since, filters=filters, stream=False)
    return system.events(since, until, filters)
