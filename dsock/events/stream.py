"""GET /events, for as long as there is something to say: over lost connections too if wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from dsock.api import system
from dsock.engine.wire import json_batches
from dsock.errors import ApiError, BrokenOff, Unreachable
from dsock.events.reconnect import Backoff, Clock, passing
from dsock.events.resume import Event, Resume, is_podman, nanoseconds

if TYPE_CHECKING:
    from dsock.engine.client import Engine
    from dsock.engine.request import Request


class State(NamedTuple):
    """What became of the connection: it is there, or it is tried again in `retry_seconds`."""

    connected: bool
    server: str = ""  # "Docker/20.10.24 (linux)", of the engine that is there
    reason: str = ""  # why there is none
    retry_seconds: float = 0.0


def follow(engine: Engine, **how: Any) -> Iterator[Event]:
    """The engine's events, one by one. The arguments are those of `batches`."""
    for batch in batches(engine, **how):
        yield from batch


def batches(
    engine: Engine,
    *,
    since: str = "",
    until: str = "",
    filters: Mapping[str, Mapping[str, bool]] | None = None,
    keep: Callable[[Event], bool] | None = None,
    reconnect: bool = False,
    on_state: Callable[[State], object] = lambda _: None,
) -> Iterator[list[Event]]:
    """The engine's events, as many as one read gave at a time. GET /events.

    `since` and `until` are "seconds.nanoseconds", both inclusive (flags.times makes them of
    docker's "10m" or dates); with one of them the engine first repeats what it remembers.
    `filters` are the engine's, {key: {value: True}}; `keep` decides on this side.

    It ends at `until`, or with the engine. With `reconnect` it goes on when the engine is back:
    what happened meanwhile comes from the engine's memory, nothing comes twice, and `on_state`
    is told. The first connection has to succeed all the same.

    Raises Unreachable and ApiError as Engine.open does, BrokenOff if the connection is lost and
    not to be made again.
    """
    resume, backoff = Resume(since, remember=reconnect), Backoff()
    last = nanoseconds(until) if until else None
    ask, first = since, True
    while True:
        opened = None
        try:
            if not first:
                engine.renew()
                ask = resume.since(engine.server)
            answer = engine.open(_request(engine, ask, until, filters))
            first, opened = False, time.monotonic()
            clock = Clock(answer.headers.get("Date", ""))
            resume.connected(clock.answered)
            on_state(State(True, answer.headers.get("Server", "")))
            with closing(answer):
                for batch in json_batches(answer.blocks()):
                    events = resume.fresh(batch)
                    if last:  # the engine's own timer is not exact
                        events = [e for e in events if e.get("timeNano", 0) <= last]
                    if keep is not None:
                        events = list(filter(keep, events))
                    if events:
                        yield events
            if not reconnect or (last is not None and clock.latest() >= last):
                return
            reason, clean = "the engine ended the stream", True
        except (BrokenOff, Unreachable, ApiError) as err:
            if not reconnect or first or not passing(err):
                raise
            reason, clean = err.message, False
        lived = time.monotonic() - opened if opened is not None else 0.0
        wait = backoff.seconds(lived, clean)
        if wait:
            on_state(State(False, reason=reason, retry_seconds=wait))
            time.sleep(wait)


def _request(
    engine: Engine, since: str, until: str, filters: Mapping[str, Mapping[str, bool]] | None
) -> Request:
    if until and nanoseconds(until) <= time.time_ns() and is_podman(engine.server):
        # Podman (5.8) stops reading its log at once then, wherever it is: the end is cut here.
        return system.events(since, filters=filters, stream=False)
    return system.events(since, until, filters)
