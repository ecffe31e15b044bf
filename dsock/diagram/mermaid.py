"""A picture as Mermaid's text: what a README or a wiki page draws by itself."""

from __future__ import annotations

from collections.abc import Iterator

from dsock.diagram.model import SECOND, Gap, Lane, Picture, Step, duration
from dsock.render.safe import escaped

_PLAIN = frozenset(" .,-_/()+=@*!?")  # besides letters and digits: what means nothing to Mermaid
_QUIET = 1 * SECOND  # a pause that is worth a note


def mermaid(picture: Picture) -> str:
    """A sequenceDiagram. Names are written so that none can end a line or begin a keyword."""
    return "".join(f"{line}\n" for line in _lines(picture))


def quoted(text: str) -> str:
    """`text` for Mermaid, which takes "#59;" for a semicolon."""
    return "".join(
        c if c.isalnum() or c in _PLAIN or ord(c) > 0x2000 else f"#{ord(c)};" for c in escaped(text)
    )


def _lines(picture: Picture) -> Iterator[str]:
    yield "sequenceDiagram"
    names = {lane: f"p{i}" for i, lane in enumerate(picture.lanes)}
    for lane, name in names.items():
        more = lane.about or ("" if lane.kind in ("client", "engine", "container") else lane.kind)
        told = f"<br/>{quoted(more)}" if more and more not in lane.names else ""
        kind = "actor" if lane.kind == "client" else "participant"
        yield f"    {kind} {name} as {quoted(lane.title)}{told}"
    engine, first, last = names[picture.lanes[1]], names[picture.lanes[0]], f"p{len(names) - 1}"
    active = {lane for lane in picture.lanes if lane.begin == "running"}
    for lane in picture.lanes:
        if lane in active:
            yield f"    activate {names[lane]}"
    before = 0
    for step in picture.steps:
        if before and step.nanoseconds - before >= _QUIET:
            yield f"    Note over {first},{engine}: {duration(step.nanoseconds - before)} later"
        before = step.nanoseconds
        if isinstance(step, Gap):
            yield f"    Note over {first},{last}: {quoted(step.label)}"
            continue
        source, target, label = names[step.source], names[step.target], quoted(step.label)
        if step.asked and target not in (first, engine):
            yield f"    {first}->>{engine}: {label}"
        arrow = "-->>" if target == engine else "->>"
        yield f"    {source}{arrow}{target}: {label}"
        yield from _activity(step, names, active)


def _activity(step: Step, names: dict[Lane, str], active: set[Lane]) -> Iterator[str]:
    lane = step.lane
    if lane is None or step.state is None:
        return
    if step.state == "running" and lane not in active:
        active.add(lane)
        yield f"    activate {names[lane]}"
    elif step.state in ("idle", "absent") and lane in active:
        active.remove(lane)
        yield f"    deactivate {names[lane]}"
