"""What a picture of events is made of: lanes, and steps between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dsock.views.happenings import Tone

SECOND = 1_000_000_000
# What a lane's line says: nothing is there, it is there, it runs, it stands still.
State = Literal["absent", "idle", "running", "paused"]


@dataclass(eq=False)
class Lane:
    """Somebody who takes part. `names` has more than one if it was renamed."""

    kind: str  # client, engine, container, network, volume, ...
    names: list[str]
    about: str = ""  # a container's image
    begin: State = "idle"  # before the first step

    @property
    def title(self) -> str:
        """Its names, the first one first."""
        return " → ".join(self.names)


class Step(NamedTuple):
    """Something that happened. An arrow from `source` to `target`; with `asked` it comes from the
    client and passes the engine. `lane` has the `state` from then on; `whom` says who it is if a
    lane stands for several."""

    nanoseconds: int
    source: Lane
    target: Lane
    label: str
    tone: Tone = ""
    asked: bool = False
    lane: Lane | None = None
    state: State | None = None
    whom: str = ""


class Gap(NamedTuple):
    """Here something may be missing."""

    nanoseconds: int
    label: str


@dataclass
class Picture:
    """Lanes from left to right, steps from top to bottom."""

    lanes: list[Lane] = field(default_factory=list)
    steps: list[Step | Gap] = field(default_factory=list)


def duration(nanoseconds: int) -> str:
    """A duration for people, at most seven characters: 12 ms, 1.25 s, 3m05s, 2h10m, 3d04h."""
    milliseconds = max(0, round(nanoseconds / 1_000_000))
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.2f}"[:4].rstrip(".") + " s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes}m{seconds:02d}s"
    days, hours = divmod(hours, 24)
    return f"{days}d{hours:02d}h" if days else f"{hours}h{minutes:02d}m"
