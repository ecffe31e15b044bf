"""Lifetimes as SVG, and as Mermaid's gantt chart."""

from __future__ import annotations

import time
from collections.abc import Iterator

from dsock.diagram.bars import Bar, Life, Timeline, ticks
from dsock.diagram.mermaid import quoted
from dsock.diagram.model import SECOND
from dsock.diagram.svg import frame, words
from dsock.diagram.timeline import since
from dsock.render.safe import escaped
from dsock.render.width import shortened, shortened_name, width

_CELL, _ROW, _HEAD, _WIDE = 8, 34, 52, 720  # pixels
_NAME, _TOLD = 32, 44  # columns at most
_PAINT: dict[Life, tuple[str, str, str]] = {  # colour, opacity, height
    "idle": ("p-dim", ".35", "4"), "running": ("p-good", ".85", "16"),
    "paused": ("p-warn", ".55", "16"), "unhealthy": ("p-bad", ".7", "16"),
}  # fmt: skip


def svg(timeline: Timeline, name: str = "docker events") -> str:
    """The axis and a bar for each container. `name` is read to those who see no picture."""
    return "".join(f"{line}\n" for line in _lines(timeline, name))


def gantt(timeline: Timeline) -> str:
    """The same as Mermaid's text; times are milliseconds."""
    out = ["gantt", "    dateFormat x", "    axisFormat %H:%M:%S"]
    kinds = {"idle": "done, ", "running": "active, ", "paused": "", "unhealthy": "crit, "}
    for bar in timeline.bars:
        out.append(f"    section {quoted(bar.name)}")
        for span in bar.spans:
            begin, end = span.begin // 1_000_000, span.end // 1_000_000
            out.append(f"    {span.life} :{kinds[span.life]}{begin}, {max(end, begin + 1)}")
    return "".join(f"{line}\n" for line in out)


def _lines(timeline: Timeline, name: str) -> Iterator[str]:
    shown = [shortened_name(escaped(bar.name), _NAME) for bar in timeline.bars]
    told = [shortened(escaped(bar.told), _TOLD) for bar in timeline.bars]
    left = (max(map(width, shown), default=0) + 4) * _CELL
    wide = left + _WIDE + (max(map(width, told), default=0) + 5) * _CELL
    bottom = _HEAD + _ROW * len(shown) + 8
    length = max(timeline.end - timeline.begin, 1)

    def at(nanoseconds: int) -> int:
        return left + min(max(nanoseconds - timeline.begin, 0), length) * _WIDE // length

    yield from frame(wide, bottom + 12, name)
    clock = time.strftime("%H:%M:%S", time.localtime(timeline.begin // SECOND))
    for tick in ticks(timeline.begin, timeline.end, _WIDE // 100):
        x = at(timeline.begin + tick)
        yield f'<path class="l-line" d="M{x} 36V{bottom}"/>'
        yield words(x, 28, since(tick) if tick else clock, "p-dim m s")
    for i, bar in enumerate(timeline.bars):
        y = _HEAD + _ROW * i + _ROW // 2
        yield words(left - 14, y + 4, shown[i], "p-fg b e", bar.name)
        for span in bar.spans:
            paint, clear, high = _PAINT[span.life]
            yield (
                f'<rect class="{paint}" x="{at(span.begin)}" y="{y - int(high) // 2}" '
                f'width="{max(at(span.end) - at(span.begin), 2)}" height="{high}" rx="2" '
                f'fill-opacity="{clear}"/>'
            )
        for failure in bar.failures:
            x = at(failure)
            yield f'<path class="l-bad" d="M{x - 5} {y - 5}l10 10m0 -10l-10 10" stroke-width="2"/>'
        yield words(left + _WIDE + 14, y + 4, told[i], _style(bar))
    for begin, end in timeline.gaps:
        yield (
            f'<rect class="p-warn" x="{at(begin)}" y="36" width="{max(at(end) - at(begin), 2)}" '
            f'height="{bottom - 36}" fill-opacity=".35"><title>gap</title></rect>'
        )
    yield "</svg>"


def _style(bar: Bar) -> str:
    return "p-bad s" if bar.exit not in ("", "0") or bar.health == "unhealthy" else "p-dim s"
