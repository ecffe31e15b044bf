"""What has changed while nobody could see it: containers and networks before and after a gap.

Each change is a record of dsock's own, in the place of events that are lost:

    {"Type":"dsock","Action":"resync","Actor":{"ID":ID,"Attributes":{"change":"removed",...}}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from dsock.api import containers, networks
from dsock.errors import DsockError
from dsock.events.filter import local
from dsock.events.gap import is_own, record
from dsock.events.resume import Event

if TYPE_CHECKING:
    from dsock.engine.client import Engine

Keep = Callable[[Event], bool]
# Action of an event -> the state of what it is about from then on.
_STATES = {
    "container": {
        "create": "created", "start": "running", "restart": "running", "unpause": "running",
        "die": "exited", "pause": "paused",
    },
    "network": {"create": "there"},
}  # fmt: skip
# State -> what has been done to something that has it now, as a word and as an event.
_CHANGES = {
    "running": ("started", "start"), "restarting": ("stopped", "die"), "exited": ("stopped", "die"),
    "dead": ("stopped", "die"), "paused": ("paused", "pause"), "created": ("created", "create"),
    "there": ("created", "create"),
}  # fmt: skip
_SHOWN = ("image", "name")


class Known(NamedTuple):
    """Something as it was last heard of; `attributes` are those that its events have."""

    state: str
    attributes: Mapping[str, str]


Found = dict[str, Known]  # by id


class Resync:
    """States of containers and networks, from lists and from events. GET /containers/json,
    /networks.

    An engine that does not list them is followed all the same: then nothing is told but the gap.
    """

    def __init__(self, engine: Engine, filters: Mapping[str, Mapping[str, bool]] | None) -> None:
        wanted = {key: dict(values) for key, values in (filters or {}).items()}
        types = wanted.get("type") or _LISTS
        self._engine = engine
        self._wanted = local(wanted)
        self._known: dict[str, Found | None] = {kind: None for kind in _LISTS if kind in types}

    def begin(self) -> None:
        """Remember what is there now: the stream is open already."""
        for kind in self._known:
            self._known[kind] = self._list(kind)

    def told(self, events: list[Event], keep: Keep | None) -> list[Event]:
        """Those of `events` that `keep` keeps and, where there is a gap, what has changed."""
        gap = False
        for event in events:
            found = self._known.get(event.get("Type") or "")
            if found is not None:
                _learn(found, event)
            gap = gap or is_own(event)
        if keep is not None:
            events = [event for event in events if is_own(event) or keep(event)]
        if gap:
            return [*events, *(one for kind in self._known for one in self._changes(kind, keep))]
        return events

    def _changes(self, kind: str, keep: Keep | None) -> Iterator[Event]:
        before, now = self._known[kind], self._list(kind)
        self._known[kind] = now
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
            if any(self._passes(kind, id, one, action, keep) for action in actions):
                about = {key: one.attributes[key] for key in _SHOWN if key in one.attributes}
                about["state"] = new.state if new else "removed"
                yield record("resync", id, {"type": kind, "change": change, **about})

    def _passes(self, kind: str, id: str, one: Known, action: str, keep: Keep | None) -> bool:
        """True for one whose event, if it had come, would have passed the filters."""
        actor = {"ID": id, "Attributes": one.attributes}
        event = {"Type": kind, "Action": action, "Actor": actor, "scope": "local"}
        return self._wanted(event) and (keep is None or keep(event))

    def _list(self, kind: str) -> Found | None:
        try:
            return _LISTS[kind](self._engine)
        except DsockError:
            return None


def _learn(known: Found, event: Event) -> None:
    action, actor = event.get("Action") or "", event.get("Actor") or {}
    state, id = _STATES[event["Type"]].get(action), actor.get("ID")
    if not id:
        return
    if action in ("destroy", "remove"):
        known.pop(id, None)
    elif state is not None or action == "rename":
        attributes = actor.get("Attributes") or {}
        before = known.get(id)
        state = state or (before.state if before else "created")
        names = {key: attributes[key] for key in _SHOWN if key in attributes}
        known[id] = Known(state, {**(before.attributes if before else attributes), **names})


def _containers(engine: Engine) -> Found:
    return {
        one.get("Id", ""): Known(
            one.get("State", ""),
            {
                **(one.get("Labels") or {}),
                "image": one.get("Image", ""),
                "name": (one.get("Names") or [""])[0].removeprefix("/"),
            },
        )
        for one in engine.json(containers.list_(all=True)) or []
    }


def _networks(engine: Engine) -> Found:
    """All but the engine's own, of which one is made anew whenever Docker starts."""
    return {
        one.get("Id", ""): Known(
            "there", {"name": one.get("Name", ""), "type": one.get("Driver", "")}
        )
        for one in engine.json(networks.list_()) or []
        if one.get("Name") not in ("bridge", "host", "none")
    }


_LISTS: Mapping[str, Callable[[Engine], Found]] = {
    "container": _containers,
    "network": _networks,
}
