"""The table of a pipe: columns padded with spaces, byte for byte as docker prints them."""

from __future__ import annotations

from collections.abc import Iterable

from dsock.render.width import width

# docker's tabwriter: cells end at a tab, lines at \n or \f, \v is a tab too.
_MINIMUM, _PADDING = 10, 3
_SAME = str.maketrans({"\v": "\t"})


def table(lines: Iterable[str]) -> str:
    """`lines` of cells that end with a tab, as a table. Cells one above the other in lines that
    follow each other are a column; what is behind a line's last tab is in none."""
    text = "\n".join(lines).translate(_SAME)
    rows = [line.split("\t") for line in text.replace("\f", "\n").split("\n")]
    count = len(rows[0])
    if "\f" not in text and all(len(row) == count for row in rows):
        return _regular(rows, text.isascii())
    out: list[str] = []
    for part in text.split("\f"):
        block = [line.split("\t") for line in part.split("\n")]
        widths: list[list[int]] = [[] for _ in block]
        _measure(block, widths, 0, 0, len(block))
        out += map(_padded, block, widths)
    return "\n".join(out) + "\n"


def _regular(rows: list[list[str]], ascii_only: bool) -> str:
    """The table where each row has the same number of cells: the usual and quick case."""
    columns = list(zip(*rows, strict=True))[:-1]
    measure = len if ascii_only else width
    widths = [max(_MINIMUM, max(map(measure, column)) + _PADDING) for column in columns]
    if ascii_only:
        form = "".join(f"%-{size}s" for size in widths) + "%s"
        lines = [form % tuple(row) for row in rows]
    else:
        lines = [_padded(row, widths) for row in rows]
    return "\n".join(lines) + "\n"


def _measure(
    rows: list[list[str]], widths: list[list[int]], column: int, start: int, end: int
) -> None:
    """Append to `widths` of rows[start:end] the width of `column` and those right of it."""
    row = start
    while row < end:
        if column >= len(rows[row]) - 1:
            row += 1
            continue
        first = row
        size = _MINIMUM
        while row < end and column < len(rows[row]) - 1:
            size = max(size, width(rows[row][column]) + _PADDING)
            row += 1
        for sizes in widths[first:row]:
            sizes.append(size)
        _measure(rows, widths, column + 1, first, row)


def _padded(cells: list[str], widths: list[int]) -> str:
    out = [cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=False)]
    return "".join(out) + cells[-1]
