"""Events as a sequence: who did what to whom, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dsock.diagram.actors import Actor, Pair, actor, gap_of, in_order
from dsock.diagram.execs import Folded, folded
from dsock.diagram.model import Gap, Lane, Picture, State, Step, duration
from dsock.views.happenings import Happening, Reporter, short_id

_ORDER = ("client", "engine", "container", "network", "volume", "image")
# Nobody but a client does these; who starts or removes a container the engine doesn't say.
_ASKED = frozenset((
    "create", "kill", "pause", "unpause", "rename", "update", "attach", "resize", "commit",
    "export", "top", "copy", "archive-path", "extract-to-dir", "exec_create", "exec_start", "exec",
    "tag", "untag", "pull", "push", "delete", "save", "load", "import", "prune",
))  # fmt: skip
# What a container tells by itself.
_TOLD = frozenset(("die", "oom", "health_status", "exec_die", "exec_died", "stop", "detach"))
_STATES: dict[str, State] = {
    "create": "idle", "start": "running", "die": "idle", "pause": "paused",
    "unpause": "running", "destroy": "absent", "remove": "absent",
}  # fmt: skip
_BEFORE: dict[str, State] = {
    "create": "absent", "pause": "running", "unpause": "paused", "die": "running",
    "kill": "running", "health_status": "running", "exec_create": "running", "exec": "running",
    "stop": "running", "oom": "running", "top": "running",
}  # fmt: skip
_OF_DSOCK: dict[str, State] = {
    "running": "running", "exited": "idle", "created": "idle", "paused": "paused",
    "dead": "idle", "removed": "absent",
}  # fmt: skip
_REMOVES_ITSELF = 2_000_000_000  # nanoseconds after its end: it may have been run with --rm


def sequence(events: Iterable[Mapping[str, Any]]) -> Picture:
    """The picture of `events`, the dicts of GET /events in any order; times are theirs."""
    painter = _Painter()
    for item in folded(in_order(events)):
        painter.add(item)
    return painter.picture()


class _Painter:
    def __init__(self) -> None:
        self.client, self.engine = Lane("client", ["client"]), Lane("engine", ["engine"])
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._steps: list[Step | Gap] = []
        self._reporter = Reporter()
        self._states: dict[Lane, State] = {}
        self._last: dict[Lane, tuple[str, int]] = {}  # a container's last action, and when

    def picture(self) -> Picture:
        lanes = sorted(self._lanes.values(), key=_rank)
        return Picture([self.client, self.engine, *lanes], self._steps)

    def add(self, item: Pair | Folded) -> None:
        if isinstance(item, Folded):
            lane = self._lane(actor(item.event), "exec_create")
            label = item.label
            self._steps.append(Step(item.nanoseconds, self.engine, lane, label, item.tone))
            return
        event, raw = item
        action = event["Action"].partition(":")[0]
        if event["Type"] == "dsock" and action == "gap":
            self._steps.append(_gap(event, raw))
            return
        who, happening = actor(event), self._reporter.tell(event)
        label = _label(event, happening, who)
        if event["Type"] == "dsock":
            lane = self._lane(who, "")
            state = _OF_DSOCK.get((event["Actor"]["Attributes"] or {}).get("state", ""))
            self._step(happening, self.engine, lane, f"found {label}", False, state)
            return
        if not who.key and who.kind in ("container", "network", "volume"):  # prune
            step = Step(happening.nanoseconds, self.client, self.engine, label, happening.tone)
            self._steps.append(step)
            return
        lane = self._lane(who, action)
        if who.container and who.kind in ("network", "volume"):
            other = self._lane(Actor("container", who.container, short_id(who.container)), "")
            self._step(happening, other, lane, label, False, None)
        elif who.kind == "container":
            self._container(action, lane, event, happening, label)
        else:
            own = action in ("create", "destroy", "remove") or action in _ASKED
            self._step(happening, self.engine, lane, label, own, _STATES.get(action))

    def _container(
        self, action: str, lane: Lane, event: dict[str, Any], what: Happening, label: str
    ) -> None:
        attributes = event["Actor"]["Attributes"] or {}
        lane.about = lane.about or short_id(attributes.get("image", "")).rpartition("/")[2]
        name = attributes.get("name", "")
        if action == "rename" and lane.names[-1] != name:
            old = attributes.get("oldName", "").removeprefix("/")
            if old and lane.names == [name]:
                lane.names = [old]
            lane.names.append(name)
        elif name and lane.names == [short_id(event["Actor"]["ID"])]:
            lane.names = [name]  # until now only its id was known
        source, target = self.engine, lane
        if action in _TOLD:
            source, target = lane, self.engine
        asked = action in _ASKED or self._asked(action, lane, what.nanoseconds)
        self._step(what, source, target, label, asked, _STATES.get(action))
        self._last[lane] = (action, what.nanoseconds)

    def _asked(self, action: str, lane: Lane, now: int) -> bool:
        """True where it must have been a client, as nothing else would explain it."""
        last, then = self._last.get(lane, ("", 0))
        if action == "start":
            return last in ("create", "attach", "init")
        if action in ("destroy", "remove"):
            return last in ("create", "start") or (now - then > _REMOVES_ITSELF and bool(last))
        return False

    def _step(
        self, what: Happening, source: Lane, target: Lane, label: str, asked: bool,
        state: State | None,
    ) -> None:  # fmt: skip
        lane = source if target is self.engine else target
        if state is not None:
            self._states[lane] = state
        step = Step(what.nanoseconds, source, target, label, what.tone, asked, lane, state)
        self._steps.append(step)

    def _lane(self, who: Actor, action: str) -> Lane:
        lane = self._lanes.get((who.kind, who.key))
        if lane is None:
            lane = self._lanes[who.kind, who.key] = Lane(who.kind, [who.name])
            lane.begin = _BEFORE.get(action, "idle") if action else "idle"
            if who.kind not in ("container", "network", "volume"):
                lane.begin = "idle"
        return lane


def _rank(lane: Lane) -> int:
    return _ORDER.index(lane.kind) if lane.kind in _ORDER else len(_ORDER)


def _label(event: dict[str, Any], what: Happening, who: Actor) -> str:
    """The action, and the one detail that belongs to it."""
    attributes = event["Actor"]["Attributes"] or {}
    action = event["Action"].partition(":")[0]
    match event["Type"], action:
        case "container", "die" | "health_status" | "kill" | "resize":
            detail = what.details[0].text if what.details else ""
            if action == "health_status":
                return detail or what.what
            return what.what if detail == "signal ?" else f"{what.what} {detail}"
        case "container", "rename":
            return "rename"  # its lane has both names
        case "volume", "mount" if attributes.get("destination"):
            return f"mount {attributes['destination']}"
        case "dsock", _:
            return str(attributes.get("change", what.what))
        case "container" | "network" | "volume", _:
            return what.what if who.key else f"{what.what} {event['Type']}s"
    return f"{what.what} {what.who}"


def _gap(event: dict[str, Any], raw: Mapping[str, Any]) -> Gap:
    attributes = event["Actor"]["Attributes"] or {}
    reason = str(attributes.get("reason") or raw.get("reason") or "unknown").replace("-", " ")
    begin, end = gap_of(event, raw)
    seconds = duration(end - begin) if begin else ""
    count = attributes.get("n", "")
    said = f"{count} events lost" if count else "something may be missing"
    return Gap(event["timeNano"], ", ".join(filter(None, (f"gap: {reason}", seconds, said))))
