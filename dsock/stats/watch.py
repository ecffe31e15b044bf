"""The statistics of several containers at once, which come and go meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dsock.api import containers
from dsock.engine.wire import json_lines
from dsock.errors import ApiError, BrokenOff, DsockError
from dsock.events import Event, State, batches

if TYPE_CHECKING:
    from dsock.engine.client import Engine

# Docker measures once a second, Podman each five: what is older is not true any more.
STALE_SECONDS = 6.5
# When it measured a container that does not run.
NEVER = "0001-01-01T00:00:00Z"


class Watched:
    """A container, and what the engine said last of what it uses."""

    def __init__(self, ref: str, id: str = "", name: str = "") -> None:
        self.ref = ref  # as it was asked for
        self.id = id
        self.name = name
        self.error: DsockError | None = None
        self.over = False  # nobody wants to know any more
        self.reading = False
        self._record: Mapping[str, Any] | None = None
        self._at = 0.0

    @property
    def record(self) -> Mapping[str, Any] | None:
        """The latest of GET /containers/{id}/stats, None if there is none that is true now."""
        if time.monotonic() - self._at > STALE_SECONDS:
            return None
        return self._record

    def take(self, record: Mapping[str, Any]) -> bool:
        """The engine has said something; False if it has measured nothing new."""
        when = record.get("read")
        fresh = when != NEVER and (self._record is None or self._record.get("read") != when)
        self._record, self._at = record, time.monotonic()
        self.id = str(record.get("id") or self.id)
        self.name = str(record.get("name") or self.name).removeprefix("/")
        return fresh

    def forget(self) -> None:
        """The engine says no more."""
        self._record = None

    @property
    def asked(self) -> bool:
        """False until the engine has said something."""
        return self._at > 0 or self.error is not None


class Watch:
    """Reads one stream a container, each in a thread of its own; of each, the last record is kept.

    GET /containers/{id}/stats, and for `follow` GET /containers/json and GET /events.
    """

    def __init__(self, engine: Engine) -> None:
        engine.version  # noqa: B018  asked once, before several threads would ask it
        self._engine = engine
        self._found: dict[str, Watched] = {}
        self._fresh: dict[str, Watched] = {}  # those of which `take` has not told
        self._change = threading.Condition()
        self._broken: BaseException | None = None
        self._listed = self._stays = False
        self.on_change: Callable[[], object] = lambda: None
        self.on_state: Callable[[State], object] = lambda _: None

    def add(self, ref: str, id: str = "", name: str = "") -> None:
        """Begin to watch a container, unless it is watched already."""
        with self._change:
            watched = self._found.setdefault(ref, Watched(ref, id, name))
            if watched.reading:
                return
            watched.reading = True
        threading.Thread(target=self._read, args=(watched,), daemon=True).start()

    def remove(self, ref: str) -> None:
        """Leave a container alone."""
        with self._change:
            watched = self._found.pop(ref, None)
            self._fresh.pop(ref, None)
            if watched is not None:
                watched.over = True  # its thread ends with its next record
        self.on_change()

    def follow(
        self, all: bool, also: Callable[[list[Event]], object] | None = None, stay: bool = False
    ) -> None:
        """Watch the containers that run, or `all` there are, and those that come.

        `also` is given every event; with `stay`, an engine that goes away is waited for.
        """
        self._stays = stay
        how: dict[str, Any] = {"reconnect": stay}
        if also is None:
            how["filters"] = {"type": {"container": True}}

        def read() -> None:
            try:
                for batch in batches(self._engine, **how, on_state=told):
                    for event in batch:
                        self._happened(event, all)
                    if also is not None:
                        also(batch)
                raise BrokenOff()
            except BaseException as err:  # the main thread raises it
                self._end(err)

        def told(state: State) -> None:
            if state.connected:  # what comes from now on is heard of
                self._list(all)
            self.on_state(state)

        threading.Thread(target=read, daemon=True).start()

    def watched(self) -> list[Watched]:
        """The containers, in the order in which they came. Raises what ended the watch."""
        with self._change:
            if self._broken is not None:
                raise self._broken
            return list(self._found.values())

    def take(self, seconds: float) -> list[Watched]:
        """Those that were measured since the last time; waits for one up to `seconds`.

        Raises what ended the watch.
        """
        with self._change:
            self._change.wait_for(lambda: self._fresh or self._broken, seconds)
            if self._broken is not None:
                raise self._broken
            found, self._fresh = list(self._fresh.values()), {}
            return found

    def settle(self, seconds: float) -> list[Watched]:
        """Wait until the engine has said something of each container, but not for long."""
        with self._change:
            self._change.wait_for(self._is_settled, seconds)
        return self.watched()

    def _is_settled(self) -> bool:
        asked = all(watched.asked for watched in self._found.values())
        return self._broken is not None or (asked and bool(self._found or self._listed))

    def _list(self, all: bool) -> None:
        there: Iterable[Mapping[str, Any]] = self._engine.json(containers.list_(all=all)) or ()
        ids = {str(found["Id"]): found for found in there}
        for watched in self.watched():
            if watched.ref not in ids:
                self.remove(watched.ref)
        for id, found in ids.items():
            names = found.get("Names") or [""]
            self.add(id, id, str(names[0]).removeprefix("/"))
        with self._change:
            self._listed = True
            self._change.notify_all()
        self.on_change()

    def _happened(self, event: Event, all: bool) -> None:
        actor = event.get("Actor") or {}
        id, action = str(actor.get("ID", "")), event.get("Action")
        if event.get("Type") != "container" or not id:
            return
        if action == "start" or (action == "create" and all):
            self.add(id, id, str((actor.get("Attributes") or {}).get("name", "")))
            self.on_change()
        elif action in ("destroy", "remove") or (action == "die" and not all):
            self.remove(id)

    def _read(self, watched: Watched) -> None:
        try:
            answer = self._engine.open(containers.stats(watched.ref))
            try:
                for record in json_lines(answer.blocks()):
                    if watched.over:
                        return
                    self._measured(watched, record)
            finally:
                answer.close()
        except DsockError as err:
            self._failed(watched, err)
        except BaseException as err:
            self._end(err)
        finally:
            watched.forget()
            watched.reading = False

    def _measured(self, watched: Watched, record: Mapping[str, Any]) -> None:
        with self._change:
            if watched.take(record) and not watched.over:
                self._fresh[watched.ref] = watched
            self._change.notify_all()

    def _failed(self, watched: Watched, err: DsockError) -> None:
        if not isinstance(err, ApiError) and not watched.over and not self._stays:
            self._end(err)
            return
        with self._change:
            watched.error = err
            self._change.notify_all()

    def _end(self, err: BaseException) -> None:
        with self._change:
            self._broken = self._broken or err
            self._change.notify_all()
        self.on_change()
