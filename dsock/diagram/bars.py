"""Events as lifetimes: from when to when each container was there, ran, stood still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from dsock.diagram.actors import actor, gap_of, in_order
from dsock.views.happenings import short_id

# It is there but doesn't run, runs, is paused, runs and fails its health check.
Life = Literal["idle", "running", "paused", "unhealthy"]


class Span(NamedTuple):
    begin: int  # nanoseconds, as all times here
    end: int
    life: Life


@dataclass
class Bar:
    """A container. `failures` are the times when it ended with another exit code than 0."""

    name: str
    image: str = ""
    spans: list[Span] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    starts: int = 0
    exit: str = ""
    health: str = ""
    removed: bool = False

    @property
    def told(self) -> str:
        """How it went, in words."""
        restarts = self.starts - 1
        parts = (
            f"exit {self.exit}" if self.exit else "",
            self.health,
            f"{restarts} restart{'' if restarts == 1 else 's'}" if restarts > 0 else "",
            "removed" if self.removed else "",
        )
        return ", ".join(filter(None, parts))


@dataclass
class Timeline:
    """The bars from `begin` to `end`, in which nothing is known of the `gaps`."""

    begin: int = 0
    end: int = 0
    bars: list[Bar] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


def bars(events: Iterable[Mapping[str, Any]]) -> Timeline:
    """The lifetimes in `events`, the dicts of GET /events in any order."""
    pairs = in_order(events)
    if not pairs:
        return Timeline()
    line = Timeline(pairs[0][0]["timeNano"], pairs[-1][0]["timeNano"])
    lives: dict[str, _Life] = {}
    for event, raw in pairs:
        attributes = event["Actor"]["Attributes"] or {}
        if event["Type"] == "dsock" and event["Action"] == "gap":
            begin, end = gap_of(event, raw)
            line.gaps.append((begin or event["timeNano"], end or event["timeNano"]))
            continue
        who = actor(event)
        if who.kind == "container" and who.key:
            action = event["Action"].partition(":")[0]
            if who.key not in lives:
                lives[who.key] = _Life(line, who.name, action, event["timeNano"])
            lives[who.key].add(event, attributes)
    for life in lives.values():
        life.close(line.end)
        line.bars.append(life.bar)
    return line


class _Life:
    """A bar in the making."""

    def __init__(self, line: Timeline, name: str, action: str, now: int) -> None:
        self.bar = Bar(name)
        self._now: Life | None = "running"
        self._since = line.begin
        if action == "start":
            self._now = "idle"
        elif action == "unpause":
            self._now = "paused"
        elif action in ("create", "destroy", "remove", "rename"):
            self._now = None if action == "create" else "idle"
        self._since = now if action == "create" else line.begin

    def add(self, event: dict[str, Any], attributes: Mapping[str, str]) -> None:
        action, _, extra = event["Action"].partition(": ")
        now, bar = event["timeNano"], self.bar
        bar.name = attributes.get("name") or bar.name
        bar.image = bar.image or short_id(attributes.get("image", ""))
        match action:
            case "create":
                self._turn("idle", now)
            case "start":
                bar.starts += 1
                bar.exit = bar.health = ""
                self._turn("running", now)
            case "unpause":
                self._turn("running", now)
            case "pause":
                self._turn("paused", now)
            case "health_status" if extra:
                bar.health = extra
                self._turn("unhealthy" if extra == "unhealthy" else "running", now)
            case "die":
                bar.exit = attributes.get("exitCode") or attributes.get("containerExitCode", "?")
                bar.health = ""
                if bar.exit != "0":
                    bar.failures.append(now)
                self._turn("idle", now)
            case "destroy" | "remove":
                bar.removed = True
                self._turn(None, now)
            case "resync":
                state = attributes.get("state", "")
                bar.removed = state == "removed"
                known: dict[str, Life | None] = {"running": "running", "removed": None,
                                                 "paused": "paused"}  # fmt: skip
                self._turn(known.get(state, "idle"), now)

    def close(self, now: int) -> None:
        if self._since < now or not self.bar.spans:
            self._turn(None, now)

    def _turn(self, life: Life | None, now: int) -> None:
        if life == self._now:
            return
        if self._now is not None:
            self.bar.spans.append(Span(self._since, now, self._now))
        self._now, self._since = life, now


def ticks(begin: int, end: int, most: int) -> list[int]:
    """At most `most` round distances from `begin`, in nanoseconds, 0 the first."""
    steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000,
             60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000,
             86_400_000]  # fmt: skip
    length = max(end - begin, 1)
    step = next((s for s in steps if length // (s * 1_000_000) < most), 0) * 1_000_000
    while not step or length // step >= most:
        step = (step or 86_400_000_000_000) * 2
    return list(range(0, length + 1, step))
