"""How an image that was taken apart looks: its layers with their biggest changes, and the waste."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from dsock.archive.changes import ADDED, CHANGED, DELETED, Change, Explained, Step, Waste
from dsock.render.layout import Steps
from dsock.render.listing import View
from dsock.render.table import Column, last_part
from dsock.render.width import shortened
from dsock.views.units import size

LAYERS = "table {{.Layer}}\t{{.Size}}\t{{.Share}}\t{{.Wasted}}\t{{.Content}}"
WASTE = "table {{.Wasted}}\t{{.Layer}}\t{{.By}}\t{{.Content}}"
LAYER_STEPS: Steps = (
    ("CONTENT", 40), ("WASTED", 0), ("CONTENT", 24), ("SHARE", 0), ("CONTENT", 12), ("LAYER", 0),
)  # fmt: skip
WASTE_STEPS: Steps = (("PATH", 24), ("HIDDEN BY", 0), ("PATH", 12), ("LAYER", 0))
BAR = 12  # columns
_MARKS = {ADDED: "+", CHANGED: "~", DELETED: "-"}
_STYLES = {ADDED: "green", CHANGED: "yellow", DELETED: "red"}


class Row(NamedTuple):
    """A layer, one of its biggest changes, or how many others there are."""

    total: int  # bytes of the whole image
    step: Step
    change: Change | None = None
    others: int = 0
    rest: int = 0  # bytes of the others


def rows(told: Explained) -> Iterator[Row]:
    """The lines of the table: each layer, the lowest first, and its biggest changes below it."""
    for step in told.steps:
        yield Row(told.bytes, step)
        for change in step.biggest:
            yield Row(told.bytes, step, change)
        others = sum(step.counts.values()) - sum(change.files for change in step.biggest)
        if others > 0:
            shown = sum(change.bytes for change in step.biggest if change.kind != DELETED)
            yield Row(told.bytes, step, None, others, max(0, step.bytes - shown))


def summary(told: Explained) -> str:
    """The image in a line."""
    layers = sum(1 for step in told.steps if step.number)
    share = f" ({told.wasted / told.bytes:.1%})" if told.bytes and told.wasted else ""
    wasted = f"{size(told.wasted)} wasted{share}" if told.wasted else "nothing wasted"
    return (
        f"{size(told.bytes)} in {_count(layers, 'layer')}, {_count(told.files, 'file')}; {wasted}"
    )


def layer_view() -> View:
    """The fields of a row."""
    return {
        "Layer": ("LAYER", _number),
        "Size": ("SIZE", _size),
        "Share": ("SHARE", lambda row: f"{_share(row):.0%}" if _has_bar(row) else ""),
        "Wasted": ("WASTED", _wasted),
        "Content": ("CONTENT", _content),
    }


def layer_columns() -> list[Column]:
    """The same for a terminal."""
    return [
        Column("LAYER", _number, "bold", right=True),
        Column("SIZE", _size, _size_style, right=True),
        Column("SHARE", _bar, "green"),
        Column("WASTED", _wasted, "red", right=True),
        Column("CONTENT", _content, _content_style, cut=_cut),
    ]


def waste_view() -> View:
    """The fields of a waste."""
    return {
        "Wasted": ("WASTED", lambda waste: size(waste.change.bytes)),
        "Layer": ("LAYER", _origins),
        "By": ("HIDDEN BY", lambda waste: str(waste.by)),
        "Content": ("PATH", lambda waste: _path(waste.change)),
    }


def waste_columns() -> list[Column]:
    """The same for a terminal."""
    field = waste_view()
    return [
        Column("WASTED", field["Wasted"][1], "red", right=True),
        Column("LAYER", field["Layer"][1], right=True),
        Column("HIDDEN BY", field["By"][1], right=True),
        Column("PATH", field["Content"][1], lambda waste: _STYLES[waste.change.kind], cut=_cut),
    ]


def record(told: Explained, name: str, identity: str) -> dict[str, Any]:
    """All of it for --format json; sizes in bytes."""
    return {
        "Image": name,
        "Id": identity,
        "Size": told.bytes,
        "Files": told.files,
        "Wasted": told.wasted,
        "Layers": [
            {
                "Layer": step.number or None,
                "CreatedBy": step.history.get("created_by", ""),
                "Created": step.history.get("created"),
                "Comment": step.history.get("comment", ""),
                "Size": step.bytes,
                "Wasted": step.wasted,
                "Added": step.counts.get(ADDED, 0),
                "Changed": step.counts.get(CHANGED, 0),
                "Deleted": step.counts.get(DELETED, 0),
                "Biggest": [_change(change) for change in step.biggest],
            }
            for step in told.steps
        ],
        "Waste": [
            {**_change(one.change), "Layers": list(one.layers), "HiddenBy": one.by}
            for one in told.waste
        ],
    }


def made_by(history: Any) -> str:
    """What made a layer as a Dockerfile has it: without the shell and the builder's notes."""
    text = " ".join(str(history.get("created_by") or history.get("comment") or "").split())
    text = text.removesuffix(" # buildkit")
    text = re.sub(r"^(RUN )?(\|\d+ .*?)?/bin/sh -c ", "RUN ", text)
    return re.sub(r"^RUN #\(nop\) ", "", text).strip()


def _below(row: Row) -> bool:
    """True for what stands below its layer."""
    return row.change is not None or row.others > 0


def _has_bar(row: Row) -> bool:
    return row.step.bytes > 0 and not _below(row)


def _number(row: Row) -> str:
    return "" if _below(row) else str(row.step.number or "-")


def _size(row: Row) -> str:
    if row.change is not None:
        return ("-" if row.change.kind == DELETED else "") + size(row.change.bytes)
    return size(row.rest if row.others else row.step.bytes)


def _share(row: Row) -> float:
    return row.step.bytes / row.total if row.total else 0.0


def _bar(row: Row) -> str:
    return "█" * round(_share(row) * BAR) or "▏" if _has_bar(row) else ""


def _wasted(row: Row) -> str:
    return size(row.step.wasted) if row.step.wasted and not _below(row) else ""


def _content(row: Row) -> str:
    if row.change is not None:
        return f"  {_path(row.change)}"
    return f"  {_count(row.others, 'other')}" if row.others else made_by(row.step.history)


def _path(change: Change) -> str:
    more = f"  ({_count(change.files, 'file')})" if change.files > 1 else ""
    return f"{_MARKS[change.kind]} {change.path}{more}"


def _cut(text: str, columns: int) -> str:
    """A path cut at its beginning, behind its mark; what made a layer cut at its end."""
    mark, slash, path = text.partition("/")
    if not slash or mark.strip() not in _MARKS.values():
        return shortened(text, columns)
    return mark + last_part(slash + path, columns - len(mark))


def _origins(waste: Waste) -> str:
    return ",".join(map(str, waste.layers))


def _size_style(row: Row) -> str:
    return "dim" if _below(row) or not row.step.bytes else ""


def _content_style(row: Row) -> str:
    if row.change is not None:
        return _STYLES[row.change.kind]
    return "bold" if row.step.number and not row.others else "dim"


def _change(change: Change) -> dict[str, Any]:
    return {
        "Path": change.path, "Change": change.kind, "Size": change.bytes, "Files": change.files,
    }  # fmt: skip


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
