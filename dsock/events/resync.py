"""What has changed while nobody could see it: the containers' states before and after a gap.

Each change is a record of dsock's own, in the place of events that are lost:

    {"Type":"dsock","Action":"resync","Actor":{"ID":ID,"Attributes":{"change":"removed",...}}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dsock.api import containers
from dsock.errors import DsockError
from dsock.events.filter import local
from dsock.events.gap import is_own, record
from dsock.events.resume import Event

if TYPE_CHECKING:
    from dsock.engine.client import Engine

Keep = Callable[[Event], bool]
# Action of a container's event -> its state from then on.
_STATES = {
    "create": "created", "start": "running", "restart": "running", "unpause": "running",
    "die": "exited", "pause": "paused",
}  # fmt: skip
# State -> what has been done to a container that has it now, as a word and as an event.
_CHANGES = {
    "running": ("started", "start"), "restarting": ("stopped", "die"), "exited": ("stopped", "die"),
    "dead": ("stopped", "die"), "paused": ("paused", "pause"), "created": ("created", "create"),
}  # fmt: skip


class Known(NamedTuple):
    """A container as it was last heard of."""

    name: str
    image: str
    state: str
    labels: Mapping[str, str]


class Resync:
    """Containers' states, from a list and from events. GET /containers/json.

    An engine that does not list its containers is followed all the same: then nothing is told
    but the gap.
    """

    def __init__(self, engine: Engine, filters: Mapping[str, Mapping[str, bool]] | None) -> None:
        self._engine = engine
        self._wanted = local({key: dict(values) for key, values in (filters or {}).items()})
        self._known: dict[str, Known] | None = None

    def begin(self) -> None:
        """Remember what is there now: the stream is open already."""
        self._known = self._list()

    def told(self, events: list[Event], keep: Keep | None) -> list[Event]:
        """Those of `events` that `keep` keeps and, where there is a gap, what has changed."""
        gap = False
        for event in events:
            if event.get("Type") == "container":
                self._learn(event)
            gap = gap or is_own(event)
        if keep is not None:
            events = [event for event in events if is_own(event) or keep(event)]
        return [*events, *self._changes(keep)] if gap else events

    def _learn(self, event: Event) -> None:
        action, actor = event.get("Action") or "", event.get("Actor") or {}
        state, id, known = _STATES.get(action), actor.get("ID"), self._known
        if known is None or not id:
            return
        if action in ("destroy", "remove"):
            known.pop(id, None)
        elif state is not None or action == "rename":
            attributes = actor.get("Attributes") or {}
            before = known.get(id)
            name, image = attributes.get("name") or "", attributes.get("image") or ""
            state = state or (before.state if before else "created")
            known[id] = Known(name, image, state, before.labels if before else attributes)

    def _changes(self, keep: Keep | None) -> Iterator[Event]:
        before, now = self._known, self._list()
        self._known = now
        if before is None or now is None:
            return
        for id in [*now, *(id for id in before if id not in now)]:
            old, new = before.get(id), now.get(id)
            if new is None and old is not None:
                change, actions, one = "removed", ["destroy", "remove"], old
            elif new is not None and (old is None or old.state != new.state):
                change, action = _CHANGES.get(new.state, (new.state, ""))
                actions, one = [action], new
                if old is None:
                    change, actions = "created", ["create", action]
            else:
                continue
            if any(self._passes(id, one, action, keep) for action in actions):
                told = {"change": change, "image": one.image, "name": one.name}
                yield record("resync", id, {**told, "state": new.state if new else "removed"})

    def _passes(self, id: str, one: Known, action: str, keep: Keep | None) -> bool:
        """True for one whose event, if it had come, would have passed the filters."""
        attributes = {**one.labels, "image": one.image, "name": one.name}
        actor = {"ID": id, "Attributes": attributes}
        event = {"Type": "container", "Action": action, "Actor": actor, "scope": "local"}
        return self._wanted(event) and (keep is None or keep(event))

    def _list(self) -> dict[str, Known] | None:
        try:
            found: list[dict[str, Any]] = self._engine.json(containers.list_(all=True)) or []
        except DsockError:
            return None
        return {
            one.get("Id", ""): Known(
                (one.get("Names") or [""])[0].removeprefix("/"),
                one.get("Image", ""),
                one.get("State", ""),
                one.get("Labels") or {},
            )
            for one in found
        }
