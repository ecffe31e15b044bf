"""Which columns of a table are shown, and how wide, so that no row is wider than the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

GAP = 2

# (column, what it gives way to): narrowed to a width, or dropped for 0.
Steps = Iterable[tuple[str, int]]


def total(widths: Mapping[str, int]) -> int:
    """The width of a row of such columns."""
    return sum(widths.values()) + GAP * (len(widths) - 1)


def fit(wanted: Mapping[str, int], steps: Steps, space: int) -> dict[str, int]:
    """The columns and widths that fit in `space`, given the widths that each would like.

    The steps are taken in order, each only as far as needed. What room a dropped column leaves
    goes back to those that were narrowed before it.
    """
    widths = dict(wanted)
    narrowed: list[str] = []
    for name, least in steps:
        over = total(widths) - space
        if over <= 0:
            break
        if least == 0:
            widths.pop(name, None)
        elif widths.get(name, 0) > least:
            widths[name] = max(least, widths[name] - over)
            narrowed.append(name)
    for name in reversed(narrowed):
        if name in widths:
            room = space - total(widths)
            widths[name] += max(0, min(room, wanted[name] - widths[name]))
    return _forced(widths, space)


def _forced(widths: dict[str, int], space: int) -> dict[str, int]:
    """On a screen too narrow for what remains: what fits from the left, the last one cut."""
    out: dict[str, int] = {}
    for name, width in widths.items():
        room = space - total(out) - GAP if out else space
        if room < 1:
            break
        out[name] = min(width, room)
    return out
