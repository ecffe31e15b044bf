"""A picture as SVG, for light and dark pages, and as a page of HTML."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import escape
from unicodedata import category

from dsock.diagram.model import SECOND, Gap, Lane, Picture, State, Step, duration
from dsock.diagram.narrow import about, fitted, places, said, title
from dsock.render.safe import escaped
from dsock.render.width import width

_CELL, _ROW, _HEAD = 8, 34, 66  # pixels: a column of text, a step, the names above
_CLOCK = 10  # columns for the times
_PAUSE = SECOND
_COLORS = {
    "client": ("#57606a", "#9da7b3"), "engine": ("#0969da", "#58a6ff"),
    "container": ("#0f7b6c", "#3fc9b0"), "network": ("#8250df", "#bc8cff"),
    "volume": ("#9a6700", "#d8a633"), "image": ("#bc4c00", "#f0883e"),
}  # fmt: skip
_TONES = {"good": "good", "bad": "bad", "warn": "warn", "quiet": "quiet", "": "plain"}
_PAPER = {
    "bg": ("#ffffff", "#0d1117"), "fg": ("#1f2328", "#e6edf3"), "dim": ("#6e7781", "#8b949e"),
    "line": ("#d0d7de", "#30363d"), "good": ("#1a7f37", "#3fb950"), "bad": ("#cf222e", "#ff7b72"),
    "warn": ("#9a6700", "#d29922"), **_COLORS, "other": ("#57606a", "#9da7b3"),
}  # fmt: skip


def svg(picture: Picture, name: str = "docker events") -> str:
    """The whole picture, as wide and as high as it takes. `name` is read to those who see none."""
    return "".join(f"{line}\n" for line in _lines(picture, name))


def html(picture: str, name: str = "docker events") -> str:
    """A page with an SVG `picture`."""
    light, dark = _PAPER["bg"]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{_text(name)}</title>\n<style>:root{{color-scheme:light dark}}"
        f"body{{margin:2rem;background:{light}}}svg{{max-width:100%;height:auto}}"
        f"@media(prefers-color-scheme:dark){{body{{background:{dark}}}}}</style></head>\n"
        f"<body>\n{picture}</body></html>\n"
    )


def frame(wide: int, high: int, name: str) -> Iterator[str]:
    """The beginning of an SVG picture of so many pixels, with colours for light and dark pages."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'
        f'\'DejaVu Sans Mono\',monospace" font-size="13">'
    )
    yield f"<title>{_text(name)}</title>"
    yield "<style>" + _rules(0)
    yield "@media(prefers-color-scheme:dark){" + _rules(1) + "}"
    yield (
        ".quiet{opacity:.75}.b{font-weight:600}.m{text-anchor:middle}.e{text-anchor:end}"
        ".s{font-size:11px}</style>"
    )
    yield f'<rect class="p-bg" width="{wide}" height="{high}" rx="8"/>'


def _rules(which: int) -> str:
    out = ""
    for key, colors in _PAPER.items():
        out += f".p-{key}{{fill:{colors[which]}}}.l-{key}{{stroke:{colors[which]}}}"
    return out


def _lines(picture: Picture, name: str) -> Iterator[str]:
    there = places(picture, _CLOCK + 2, None)
    picture, at = there.picture, [x * _CELL for x in there.at]
    names = there.names
    halves = [max(width(title(lane, names)), width(about(lane, names))) / 2 + 0.75
              for lane in picture.lanes]  # fmt: skip
    wide = int(max(x + half * _CELL for x, half in zip(at, halves, strict=True))) + 16
    high = _HEAD + _ROW * len(picture.steps) + 26
    yield from frame(wide, high, name)
    ys = [_HEAD + _ROW * i + _ROW // 2 for i in range(len(picture.steps))]
    for lane, x in zip(picture.lanes, at, strict=True):
        yield from _life(picture, lane, x, ys, high - 14)
    for lane, x, half in zip(picture.lanes, at, halves, strict=True):
        yield from _head(lane, x, int(half * _CELL), names)
    before = 0
    for i, (step, y) in enumerate(zip(picture.steps, ys, strict=True)):
        clock = f"+{duration(step.nanoseconds - before)}"
        if not i:
            clock = time.strftime("%H:%M:%S", time.localtime(step.nanoseconds // SECOND))
        slow = i and step.nanoseconds - before >= _PAUSE
        before = step.nanoseconds
        yield words(_CLOCK * _CELL, y + 4, clock, f"{'p-fg' if slow else 'p-dim'} e s")
        if isinstance(step, Gap):
            yield from _gap(step, at, y)
        else:
            yield from _arrow(picture, step, at, y, there.longest)
    yield "</svg>"


def _gap(gap: Gap, at: list[int], y: int) -> Iterator[str]:
    """A break through all lines."""
    wide = at[-1] - at[0]
    yield f'<rect class="p-bg" x="{at[0] - 8}" y="{y - 18}" width="{wide + 16}" height="26"/>'
    yield (
        f'<path class="l-warn" d="M{at[0]} {y + 2}H{at[-1]}" stroke-width="1.5" '
        'stroke-dasharray="3 5"/>'
    )
    yield words(at[0] + wide // 2, y - 5, escaped(gap.label), "p-warn b m")


def _head(lane: Lane, x: int, half: int, longest: int) -> Iterator[str]:
    key = lane.kind if lane.kind in _COLORS else "other"
    yield (
        f'<rect class="p-bg l-{key}" x="{x - half}" y="14" width="{2 * half}" height="40" rx="6" '
        'stroke-width="1.5"/>'
    )
    below = about(lane, longest)
    yield words(x, 32 if below else 39, title(lane, longest), f"p-{key} b m", lane.title)
    if below:
        yield words(x, 47, below, "p-dim m s")


def _life(picture: Picture, lane: Lane, x: int, ys: list[int], bottom: int) -> Iterator[str]:
    """A lane's line: nothing, thin while it is there, a bar while it runs."""
    key = lane.kind if lane.kind in _COLORS else "other"
    state, since = lane.begin, 54
    changes: list[tuple[int, State]] = [
        (y, step.state)
        for step, y in zip(picture.steps, ys, strict=True)
        if isinstance(step, Step) and step.lane is lane and step.state is not None
    ]
    if not changes or changes[-1][1] != "absent":
        changes.append((bottom, "absent"))
    for y, now in changes:
        if state == "idle":
            dash = "" if lane.kind in ("client", "engine") else ' stroke-dasharray="2 4"'
            yield f'<path class="l-line" d="M{x} {since}V{y}" stroke-width="1.5"{dash}/>'
        elif state != "absent":
            clear = ' fill-opacity=".15"' if state == "paused" else ' fill-opacity=".55"'
            yield (
                f'<rect class="p-{key} l-{key}" x="{x - 4}" y="{since}" width="8" '
                f'height="{y - since}" rx="2"{clear}/>'
            )
        state, since = now, y


def _arrow(picture: Picture, step: Step, at: list[int], y: int, longest: int) -> Iterator[str]:
    lanes = picture.lanes
    source, target = lanes.index(step.source), lanes.index(step.target)
    tone = _TONES[step.tone]
    line = "l-dim" if tone in ("plain", "quiet") else f"l-{tone}"
    paint = "p-fg" if tone == "plain" else "p-dim" if tone == "quiet" else f"p-{tone}"
    ends = [(0, 1), (1, target)] if step.asked and target > 1 else [(source, target)]
    for begin, end in ends:
        a, b = at[begin], at[end]
        way = 1 if b > a else -1
        tip = b - way * (5 if lanes[end].kind == "container" else 1)
        yield f'<path class="{line}" d="M{a} {y}H{tip - way * 6}" stroke-width="1.5"/>'
        yield (f'<path class="{line.replace("l-", "p-")}" d="M{tip} {y}l{-9 * way} -4.5v9z"/>')
    if step.state == "absent":
        x = at[target]
        yield f'<path class="{line}" d="M{x - 5} {y - 5}l10 10m0 -10l-10 10" stroke-width="2"/>'
    for between, told in said(step, picture).items():
        middle = (at[between] + at[between + 1]) // 2
        whole = " ".join(filter(None, told))
        yield words(middle, y - 6, fitted(told, longest), f"{paint} m", whole)


def words(x: float, y: float, text: str, classes: str, whole: str = "") -> str:
    """Text of an SVG picture. It may be a part of a `whole`, which is shown to who points at it."""
    more = f"<title>{_text(whole)}</title>" if whole and _text(whole) != _text(text) else ""
    return f'<text class="{classes}" x="{x}" y="{y}">{more}{_text(text)}</text>'


def _text(text: str) -> str:
    """`text` inside of an element, in characters that XML allows."""
    return escape("".join("\ufffd" if category(c) in ("Cs", "Cn") else c for c in escaped(text)))
