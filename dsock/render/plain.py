"""The table of a pipe: columns padded with spaces, byte for byte as docker prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dsock.render.width import width

# docker's tabwriter: cells end at a tab, lines at \n or \f, \v is a tab too.
MINIMUM, _PADDING = 10, 3


def table(lines: Iterable[str], minimum: int = MINIMUM) -> str:
    """`lines` of cells that end with a tab, as a table. Cells one above the other in lines that
    follow each other are a column of `minimum` width; what is behind a line's last tab is in
    none."""
    text = "\n".join(lines).replace("\v", "\t")
    rows = [line.split("\t") for line in text.split("\n")]
    if all(len(row) == len(rows[0]) for row in rows):
        columns = list(zip(*rows, strict=True))
        if all(map(_is_simple, columns)):
            return _regular(columns, minimum)
    out: list[str] = []
    for part in text.split("\f"):
        rows = [line.split("\t") for line in part.split("\n")]
        widths: list[list[int]] = [[] for _ in rows]
        _measure(rows, widths, 0, 0, len(rows), minimum)
        out += map(_padded, rows, widths)
    return "\n".join(out) + "\n"


def grid(columns: Sequence[Sequence[str]]) -> str:
    """The same for rows that all have these `columns` of cells: the usual case, and quick."""
    if all(map(_is_simple, columns)):
        return _regular(columns)
    return table(map("\t".join, zip(*columns, strict=True)))


def _regular(columns: Sequence[Sequence[str]], minimum: int = MINIMUM) -> str:
    widths = [max(minimum, max(map(len, cells)) + _PADDING) for cells in columns[:-1]]
    form = "".join(f"%-{size}s" for size in widths) + "%s\n"
    return "".join(map(form.__mod__, zip(*columns, strict=True)))


def _is_simple(cells: Sequence[str]) -> bool:
    """True if each character takes one column. The ellipsis does: it ends cut commands."""
    text = "".join(cells)
    return text.isprintable() and (text.isascii() or text.replace("…", "").isascii())


def _measure(
    rows: list[list[str]],
    widths: list[list[int]],
    column: int,
    start: int,
    end: int,
    minimum: int,
) -> None:
    """Append to `widths` of rows[start:end] the width of `column` and those right of it."""
    row = start
    while row < end:
        if column >= len(rows[row]) - 1:
            row += 1
            continue
        first = row
        size = minimum
        while row < end and column < len(rows[row]) - 1:
            size = max(size, width(rows[row][column]) + _PADDING)
            row += 1
        for sizes in widths[first:row]:
            sizes.append(size)
        _measure(rows, widths, column + 1, first, row, minimum)


def _padded(cells: list[str], widths: list[int]) -> str:
    out = [cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=False)]
    return "".join(out) + cells[-1]
