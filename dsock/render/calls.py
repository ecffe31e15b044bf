"""Recorded calls as lines, and what went over them in both directions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from dsock.render.safe import escaped
from dsock.views.units import size

_STATUS = {0: "31;1", 1: "36", 2: "32", 3: "36", 4: "33", 5: "31;1"}
_METHODS = {"GET": "", "HEAD": "", "DELETE": "31"}
_LONGEST_LINE = 4000  # characters of one record that are shown


class Style:
    """Colours, or none."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and code else text


def line(call: Any, style: Style, begins: bool = False) -> str:
    """One call: time, status, method, how long, bytes up and down, path. What may be long comes
    last, so that nothing moves the columns. `begins` is for a stream that is open now."""
    moment = time.strftime("%H:%M:%S", time.localtime(call.time))
    moment += f".{int(call.time % 1 * 1000):03}"
    status = str(call.status or "---")
    took = "open" if begins else duration(call.seconds)
    sizes = "" if begins else f"{size(call.sent):>7} {size(call.received):>7}"
    text = "  ".join(
        (
            style("2", moment),
            style(_STATUS[min(call.status // 100, 5)], f"{status:>3}"),
            style(_METHODS.get(call.method, "33"), f"{escaped(call.method):<6}"),
            f"{took:>7}",
            style("2", f"{sizes:>15}"),
            escaped(call.target),
        )
    )
    return text + (style("31", f"  ({escaped(call.error)})") if call.error else "")


def duration(seconds: float) -> str:
    """ "12ms", "3.4s", "2m10s"."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02}s"


def body(text: str, mark: str, style: Style) -> Iterator[str]:
    """The lines of a body: JSON indented, a stream's records a line each, text as it is."""
    if not text.strip():
        return
    for record in _records(text):
        for row in record:
            shown = escaped(row[:_LONGEST_LINE]) + ("…" if len(row) > _LONGEST_LINE else "")
            yield f"  {style('2', mark)} {shown}"


def _records(text: str) -> Iterator[list[str]]:
    try:
        yield json.dumps(json.loads(text), indent=2, ensure_ascii=False).split("\n")
        return
    except ValueError:
        pass
    for row in text.splitlines():
        try:
            yield [json.dumps(json.loads(row), ensure_ascii=False)]
        except ValueError:
            yield [row]
