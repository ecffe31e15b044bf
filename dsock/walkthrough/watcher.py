"""The events of the walkthrough's own containers, listened to all the while."""

from __future__ import annotations

import time
from typing import Any

from dsock.engine.client import Engine
from dsock.events import Event, State, batches
from dsock.events.drain import Drain, Ended
from dsock.walkthrough.steps import LABEL

SECONDS = 10.0  # how long an event may take to come
# How Podman calls what Docker calls otherwise.
_NAMES = {"remove": "destroy"}


class Watcher:
    """GET /events in a thread, from `start` on."""

    def __init__(self, engine: Engine, ident: str) -> None:
        self._engine = engine
        self._ident = ident
        self._drain = Drain()
        self._containers: set[str] = set()
        self._ended = False

    def start(self) -> None:
        """Returns once the engine listens to us: what happens from now on is not missed."""
        self._drain.start(batches(self._engine, on_state=self._drain.put))
        deadline = time.monotonic() + SECONDS
        while not self._ended and time.monotonic() < deadline:
            for item in self._drain.take(deadline - time.monotonic()):
                self._ended = self._ended or isinstance(item, Ended)
                if isinstance(item, State):
                    return

    def take(self, awaited: str = "", times: int = 1) -> list[Event]:
        """The events of our containers that have come; waits for `times` of an action."""
        found: list[Event] = []
        deadline = time.monotonic() + SECONDS
        while True:
            left = deadline - time.monotonic() if awaited else 0.0
            for item in self._drain.take(max(0.0, left)):
                self._ended = self._ended or isinstance(item, Ended)
                if isinstance(item, list):
                    found += filter(self._ours, item)
            seen = sum(_action(event) == ("container", awaited) for event in found)
            if not awaited or seen >= times or left <= 0 or self._ended:
                return found

    def _ours(self, event: Event) -> bool:
        actor: dict[str, Any] = event.get("Actor") or {}
        attributes: dict[str, Any] = actor.get("Attributes") or {}
        if attributes.get(LABEL) == self._ident:
            self._containers.add(actor["ID"])
            return True
        return bool({actor.get("ID"), attributes.get("container")} & self._containers)


def _action(event: Event) -> tuple[str, str]:
    action = str(event.get("Action"))
    return str(event.get("Type")), _NAMES.get(action, action)
