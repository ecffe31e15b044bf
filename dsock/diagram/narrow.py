"""Where lanes have their columns, and fewer lanes where there is no room for all."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from dsock.diagram.model import Gap, Lane, Picture, Step
from dsock.render.safe import escaped
from dsock.render.width import shortened, shortened_name, width

# Columns of the longest label: while there is room, and where no lane is left to be given up.
LABELS, SHORTER = (30, 22, 16, 13, 11), (9, 7, 5)
TIGHT = 11  # from here down an arrow is no longer than its label
NAMES = 48  # columns of the longest name where the picture may be as wide as it takes
MORE = "+"
# What says enough without its first word.
TELLING = ("die exit ", "kill SIG")
Said = tuple[str, str]  # a step's label, and who it is among several


class Places(NamedTuple):
    """The picture that has room, the column of each lane, and how long its labels and its names
    may be."""

    picture: Picture
    at: list[int]
    longest: int
    names: int


def places(picture: Picture, left: int, columns: int | None) -> Places:
    """Columns for lanes from `left` on, within `columns` (None: as many as it takes)."""
    while True:
        fewer = _fewer(picture)
        for longest in LABELS if fewer else LABELS + SHORTER:
            names = NAMES if columns is None else max(longest, 14)
            at = _at(picture, left, longest, names)
            right = at[-1] + (width(title(picture.lanes[-1], names)) + 1) // 2
            if columns is None or right < columns:
                return Places(picture, at, longest, names)
        if fewer is None:
            return Places(picture, at, longest, names)
        picture = fewer


def title(lane: Lane, longest: int) -> str:
    """A lane's names as they are shown: the last one if there is not room for all."""
    whole = escaped(lane.title)
    return whole if width(whole) <= longest else shortened_name(escaped(lane.names[-1]), longest)


def about(lane: Lane, longest: int) -> str:
    """What stands below the name."""
    text = lane.about or ("" if lane.kind in ("client", "engine", "container") else lane.kind)
    return "" if text in lane.names else shortened(escaped(text), longest)


def fitted(said: Said, columns: int) -> str:
    """What stands on an arrow, within `columns`: of words none is cut while the first has room."""
    label, whom = said
    if not label:
        return shortened_name(whom, columns)
    shorter = label.partition(" ")[2] if label.startswith(TELLING) else label.partition(" ")[0]
    for text in (label, shorter) if whom else ():
        room = columns - width(text) - 1
        if room >= min(width(whom), 4):
            return f"{text} {shortened_name(whom, room)}"
    if width(label) > columns and label.startswith(TELLING):
        label = shorter
    if width(label) <= columns:
        return label
    text = label
    while " " in text:
        text = text.rpartition(" ")[0]
        if width(text) + 2 <= columns:
            return f"{text} …"
    return shortened(label, columns)


def segment(step: Step, picture: Picture) -> int:
    """Between which lane and the next one a step's label stands."""
    source, target = picture.lanes.index(step.source), picture.lanes.index(step.target)
    if step.asked or 0 in (source, target):
        return 0
    if 1 in (source, target):
        return 1
    return max(source, target) - 1


def said(step: Step, picture: Picture) -> dict[int, Said]:
    """What stands on a step's arrow, by `segment`: the label, and who it is among several."""
    at, label, whom = segment(step, picture), escaped(step.label), escaped(step.whom)
    last = max(picture.lanes.index(step.source), picture.lanes.index(step.target)) - 1
    if not whom or last == at:
        return {at: (label, whom)}
    return {at: (label, ""), last: ("", whom)}


def _at(picture: Picture, left: int, longest: int, names: int) -> list[int]:
    need = [4] * len(picture.lanes)
    half = [(max(width(title(lane, names)), width(about(lane, names))) + 1) // 2
            for lane in picture.lanes]  # fmt: skip
    for step in picture.steps:
        if isinstance(step, Step):
            for at, told in said(step, picture).items():
                around = 6 if longest > TIGHT else 4
                need[at] = max(need[at], width(fitted(told, longest)) + around)
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
