"""Numbers as a line of small bars."""

from __future__ import annotations

from collections.abc import Sequence

BARS, ASCII_BARS = "▁▂▃▄▅▆▇█", "_.-:=+*#"


def sparkline(values: Sequence[float], columns: int, least: float, ascii: bool = False) -> str:
    """The last of `values` as a line of `columns`, right-aligned. The highest bar is the largest
    of them, but at least `least`, so that next to nothing looks like that."""
    bars = ASCII_BARS if ascii else BARS
    shown = list(values)[-columns:] if columns > 0 else []
    top = max([least, *shown])
    line = "".join([bars[min(len(bars) - 1, int(value / top * len(bars)))] for value in shown])
    return line.rjust(columns)
