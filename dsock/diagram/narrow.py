"""Where lanes have their columns, and fewer lanes where there is no room for all."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from dsock.diagram.model import Gap, Lane, Picture, Step
from dsock.render.safe import escaped
from dsock.render.width import shortened, width

# Columns of the longest label: while there is room, and where no lane is left to be given up.
LABELS, SHORTER = (30, 22, 16, 13), (11, 9, 7, 5)
MORE = "+"


class Places(NamedTuple):
    """The picture that has room, the column of each lane, and the labels as they are shown."""

    picture: Picture
    at: list[int]
    longest: int


def places(picture: Picture, left: int, columns: int | None) -> Places:
    """Columns for lanes from `left` on, within `columns` (None: as many as it takes)."""
    while True:
        fewer = _fewer(picture)
        for longest in LABELS if fewer else LABELS + SHORTER:
            at = _at(picture, left, longest)
            right = at[-1] + (width(title(picture.lanes[-1], longest)) + 1) // 2
            if columns is None or right < columns:
                return Places(picture, at, longest)
        if fewer is None:
            return Places(picture, at, longest)
        picture = fewer


def title(lane: Lane, longest: int) -> str:
    """A lane's names as they are shown: the last one if there is not room for all."""
    whole = escaped(lane.title)
    if width(whole) > max(longest, 14):
        whole = escaped(lane.names[-1])
    return shortened(whole, max(longest, 14))


def about(lane: Lane, longest: int) -> str:
    """What stands below the name."""
    text = lane.about or ("" if lane.kind in ("client", "engine", "container") else lane.kind)
    return "" if text in lane.names else shortened(escaped(text), max(longest, 14))


def segment(step: Step, picture: Picture) -> int:
    """Between which lane and the next one a step's label stands."""
    source, target = picture.lanes.index(step.source), picture.lanes.index(step.target)
    if step.asked or 0 in (source, target):
        return 0
    if 1 in (source, target):
        return 1
    return max(source, target) - 1


def said(step: Step, picture: Picture) -> dict[int, str]:
    """What stands on a step's arrow, by `segment`: the label, and who it is among several."""
    at = segment(step, picture)
    if not step.whom:
        return {at: escaped(step.label)}
    last = max(picture.lanes.index(step.source), picture.lanes.index(step.target)) - 1
    if last == at:
        return {at: escaped(f"{step.label} {step.whom}")}
    return {at: escaped(step.label), last: escaped(step.whom)}


def _at(picture: Picture, left: int, longest: int) -> list[int]:
    need = [4] * len(picture.lanes)
    half = [(max(width(title(lane, longest)), width(about(lane, longest))) + 1) // 2
            for lane in picture.lanes]  # fmt: skip
    for step in picture.steps:
        if isinstance(step, Step):
            for at, text in said(step, picture).items():
                need[at] = max(need[at], min(width(text), longest) + 6)
    out = [left + half[0]]
    for i in range(1, len(picture.lanes)):
        out.append(out[-1] + max(need[i - 1], half[i - 1] + half[i] + 2))
    return out


def _fewer(picture: Picture) -> Picture | None:
    """The same with some lanes as one: first what is no container, then those that do least."""
    for kinds in (("volume",), ("network",)):
        found = [lane for lane in picture.lanes if lane.kind in kinds]
        if len(found) > 1:
            return _merged(picture, found, kinds[0])
    rest = [lane for lane in picture.lanes if lane.kind not in ("client", "engine", "container")]
    containers = [lane for lane in picture.lanes if lane.kind == "container"]
    if len(containers) > 3:
        return _merged(picture, _idlest(picture, containers), "container")
    if len(rest) > 1:
        return _merged(picture, rest, "other")
    if len(containers) > 1:
        return _merged(picture, _idlest(picture, containers), "container")
    return None


def _idlest(picture: Picture, lanes: list[Lane]) -> list[Lane]:
    """The two with the fewest steps; one that stands for several goes first."""
    steps = {lane: 0 for lane in lanes}
    for step in picture.steps:
        if isinstance(step, Step):
            for lane in (step.source, step.target):
                if lane in steps:
                    steps[lane] += 1
    return sorted(lanes, key=lambda lane: (not lane.about.startswith(MORE), steps[lane]))[:2]


def _merged(picture: Picture, lanes: list[Lane], kind: str) -> Picture:
    count = sum(int(lane.about[1:] or 0) if lane.about.startswith(MORE) else 1 for lane in lanes)
    one = Lane(lanes[0].kind, [f"{kind}s"], f"{MORE}{count}")

    def moved(step: Step | Gap) -> Step | Gap:
        if isinstance(step, Gap):
            return step
        gone = [lane for lane in (step.source, step.target) if lane in lanes]
        if not gone:
            return step
        names = [lane.names[-1] for lane in gone if not lane.about.startswith(MORE)]
        source, target = (one if lane in lanes else lane for lane in (step.source, step.target))
        whom = (names or [step.whom])[-1]
        return step._replace(source=source, target=target, whom=whom, lane=None, state=None)

    rest = [lane for lane in picture.lanes if lane not in lanes or lane is lanes[-1]]
    place = [one if lane is lanes[-1] else lane for lane in rest]
    return replace(picture, lanes=place, steps=[moved(step) for step in picture.steps])
