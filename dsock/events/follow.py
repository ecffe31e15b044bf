"""Events with all that can be promised of them: read at once, each one once, gaps told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dsock.events import filter as filters_
from dsock.events.clock import engine_now
from dsock.events.cursor import Cursor
from dsock.events.drain import ROOM, Drain, Ended, Lost
from dsock.events.gap import gap
from dsock.events.resume import Event, wire
from dsock.events.resync import Resync
from dsock.events.stream import State, batches

if TYPE_CHECKING:
    from dsock.engine.client import Engine

SOME = 1000  # events that are taken at a time, so that there is room again soon
TICK = 1.0


class Following:
    """A stream of events that is read in a thread of its own; the arguments are those of
    `follow`. `patience`: see Drain."""

    def __init__(
        self,
        engine: Engine,
        *,
        since: str = "",
        until: str = "",
        filters: Mapping[str, Mapping[str, bool]] | None = None,
        keep: Callable[[Event], bool] | None = None,
        reconnect: bool = True,
        strict: bool = False,
        max_wait: float | None = None,
        cursor: Cursor | None = None,
        room: int = ROOM,
        patience: float = 0.0,
    ) -> None:
        wanted = {key: dict(values) for key, values in (filters or {}).items()}
        resync = Resync(engine, wanted) if reconnect or cursor else None
        if strict and wanted:
            keep, wanted = filters_.every([filters_.local(wanted), keep]), {}
        past = None
        if resync is not None:
            # Engines answer before they listen: asked for what happens from now on, they say all.
            now = engine_now(engine)
            past = cursor.open(engine, now) if cursor is not None else None
            since = since or ("" if until else wire(now))
        self._drain = Drain(room, patience)
        self._drain.start(
            batches(
                engine, since=since, until=until, filters=wanted, keep=keep, reconnect=reconnect,
                max_wait=max_wait, past=past, resync=resync, on_state=self._drain.put,
            )
        )  # fmt: skip

    def items(
        self, tick: Callable[[], float] = lambda: TICK
    ) -> Iterator[list[Event] | State | None]:
        """Events, as many as there are; what became of the connection; and None after `tick()`
        seconds without either. Raises what ended the stream, as `batches` does."""
        while True:
            items = self._drain.take(tick(), SOME)
            if not items:
                yield None
            events: list[Event] = []
            for item in items:
                if isinstance(item, list):
                    events += item
                    continue
                if isinstance(item, Lost):
                    events.append(_overflow(item))
                    continue
                if events:
                    yield events
                    events = []
                if isinstance(item, Ended):
                    if item.error is not None:
                        raise item.error
                    return
                yield item
            if events:
                yield events

    def overflow(self) -> Event | None:
        """The gap of events that there was no room for lately: for who takes long for each one
        of those before it. `items` does not give it any more."""
        lost = self._drain.lost()
        return _overflow(lost) if lost is not None else None


def _overflow(lost: Lost) -> Event:
    return gap(lost.begin, lost.end, "consumer-overflow", lost.events)


def follow(
    engine: Engine, *, cursor: str | None = None, reconnect: bool = True, **how: Any
) -> Iterator[Event]:
    """The engine's events, one by one, for as long as there is an engine.

    Each comes once, from now on by the engine's clock, over lost connections and an engine's
    restarts too; those of a moment may come in another order than their times. Where that cannot be
    proven there is a record of dsock's own, {"Type": "dsock", "Action": "gap", "from", "to",
    "reason"}, and one with the Action "resync" for each container and network that is not what
    it was. The stream is read at once, whatever the loop over it does: what is more than `room`
    events ahead is dropped, counted (`n`), and told as a gap too.

    `cursor` names a file that remembers the events that the loop is done with: the next run goes
    on there. `since`, `until` ("seconds.nanoseconds"), `filters` ({key: {value: True}}), `keep`
    (a function of an event) say which; with `strict` filters are applied on this side, which
    proves continuity more often. `max_wait` is how many seconds an engine may be away.

    Raises Unreachable, ApiError and BrokenOff. GET /events.
    """
    file = Cursor(cursor) if cursor is not None else None
    following = Following(engine, cursor=file, reconnect=reconnect, **how)
    for item in following.items():
        for event in item if isinstance(item, list) else ():
            yield event
            if file is not None:
                file.prepare([event])
                file.commit()
