"""What `dsock events` does beyond docker's: go on over everything, end in time, run commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dsock.api import containers
from dsock.app import App
from dsock.errors import BadFlag, DsockError
from dsock.events import Event, Following, State, filter
from dsock.events.cursor import Cursor
from dsock.events.gap import is_own
from dsock.events.health import Checks
from dsock.views import events as view

Render = Callable[[list[Event]], Iterable[str]]
LATE = 124  # the exit code of timeout(1)
PATIENCE = 0.05  # seconds that the engine may be kept waiting for who reads our output
# What a pipe takes as a whole: who is killed has written all of it or nothing.
ATOMIC = 4000


@dataclass
class Last:
    """The event that is the last one: it passes `matches`, or is number `count`; it has to come
    within `seconds`."""

    matches: filter.Keep | None = None
    count: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        self._deadline = None if self.seconds is None else time.monotonic() + self.seconds
        self._left = self.count
        self.came = False

    def __bool__(self) -> bool:
        return not (self.matches is None and self.count is None and self.seconds is None)

    def cut(self, events: list[Event]) -> list[Event]:
        """`events` up to the last one; `came` says whether that was among them."""
        if self.matches is None and self._left is None:
            return events
        for at, event in enumerate(events):
            if is_own(event):
                continue
            if self._left is not None:
                self._left -= 1
            self.came = self._left == 0 or (self.matches is not None and self.matches(event))
            if self.came:
                return events[: at + 1]
        return events

    def check(self) -> None:
        """Raises DsockError (exit 124) when it is too late."""
        if self._deadline is not None and time.monotonic() >= self._deadline:
            raise DsockError(f"it did not come within {self.seconds:g} s", exit_code=LATE)

    @property
    def tick(self) -> float:
        """Seconds until `check` is due, at most one."""
        if self._deadline is None:
            return 1.0
        return min(1.0, max(0.01, self._deadline - time.monotonic()))


@dataclass
class How:
    """Which events, and how far: `query` is what Following takes."""

    query: dict[str, Any]
    last: Last
    cursor: str | None = None
    hide_health: bool = False

    def following(self, app: App, cursor: Cursor | None, patience: float) -> Following:
        return Following(app.engine, **self.query, cursor=cursor, patience=patience)

    def items(self, app: App, following: Following) -> Iterator[list[Event] | State | None]:
        """What comes, to the last event. Raises DsockError when that is too late."""
        checks = Checks(app.engine) if self.hide_health else None
        for item in following.items(lambda: self.last.tick):
            if isinstance(item, list):
                events = item if checks is None else [e for e in item if not checks.has(e)]
                events = self.last.cut(events)
                if events:
                    yield events
                if self.last.came:
                    return
            else:
                yield item
            self.last.check()
        if self.last.matches is not None:
            raise DsockError("the stream ended before the event of --until-event came")


def refuse(flags: Mapping[str, object], where: str) -> None:
    """Raises BadFlag if one of `flags` {name: value} is given: it would do nothing there."""
    given = [name for name, value in flags.items() if value]
    if given:
        raise BadFlag(f"{given[0]} does nothing {where}")


def of(app: App, refs: tuple[str, ...]) -> filter.Keep | None:
    """What keeps the events of these containers, None if there are none to name.

    GET /containers/{id}/json. Raises ApiError for one that does not exist.
    """
    if not refs:
        return None
    return filter.of_containers([app.engine.look(containers.inspect(ref))["Id"] for ref in refs])


def write(app: App, how: How, show: Render) -> None:
    """Print events; after each write, a cursor tells that it is done."""
    note = notes(app)
    cursor = Cursor(how.cursor, output=1) if how.cursor else None
    for item in how.items(app, how.following(app, cursor, PATIENCE)):
        if isinstance(item, State):
            note(item)
        elif item and cursor is None:
            for text in show(item):
                app.write(text)
            app.flush()
        elif item and cursor is not None:
            for events, text in pieces(item, show):
                cursor.prepare(events, len(text.encode("utf-8", "replace")))
                app.write(text)
                app.flush()
                cursor.commit()


def pieces(events: list[Event], show: Render) -> Iterator[tuple[list[Event], str]]:
    """Events and their text, as many as make a piece that is written in one step."""
    some: list[Event] = []
    text = ""
    for event in events:
        line = "".join(show([event]))
        if some and len(text) + len(line) > ATOMIC // 4:  # a character has up to 4 bytes
            yield some, text
            some, text = [], ""
        some, text = [*some, event], text + line
    if some:
        yield some, text


def execute(app: App, how: How, argv: tuple[str, ...], settings: Mapping[str, Any]) -> None:
    """Run a command for each event. What is no event goes to stderr."""
    from dsock.events.hooks import Hooks

    note, json, plain = notes(app), view.as_json(), view.plain()
    cursor = Cursor(how.cursor) if how.cursor else None
    hooks = Hooks(argv, app.complain, **settings)
    following = how.following(app, cursor, 0.0)

    def tell(own: Event) -> None:
        app.complain(plain([own]).rstrip("\n"))

    try:
        for item in how.items(app, following):
            if isinstance(item, State):
                note(item)
            for event in item if isinstance(item, list) else ():
                if is_own(event):
                    tell(event)
                    continue
                if (gap := following.overflow()) is not None:
                    tell(gap)
                hooks.run(event, json([event]))
                if cursor is not None:
                    cursor.prepare([event])
                    cursor.commit()
        hooks.finish()
    finally:
        hooks.kill()


def notes(app: App) -> Callable[[State], None]:
    """What says on stderr that the engine went away and that it is back: once each."""
    away_since = 0.0

    def note(state: State) -> None:
        nonlocal away_since
        if not state.connected and not away_since:
            away_since = time.monotonic()
            app.note(f"{state.reason}; connecting again until it is back")
        elif state.connected and away_since:
            app.note(f"connected again after {time.monotonic() - away_since:.1f} s")
            away_since = 0.0

    return note
