"""The table of a terminal: coloured, never wider than the screen, what it shows made harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from os import environ
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, NamedTuple

from dsock.render.layout import GAP, Steps, fit, total
from dsock.render.safe import escaped
from dsock.render.width import shortened, width

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

# rich takes most of a millisecond for a row: more rows than these are put together here.
RICH_ROWS = 300
HEADER = "dim"
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


class Column(NamedTuple):
    """A column: its header, and the text and style of a record in it. On a screen that is too
    narrow all its texts get `short`, and those that are still too long are `cut`."""

    header: str
    text: Callable[[Any], str]
    style: Callable[[Any], str] | str = ""
    short: Callable[[str], str] | None = None
    cut: Callable[[str, int], str] = shortened
    right: bool = False


class Part(NamedTuple):
    """Some of the rows, one at least: the title above them, what is said beside it, and how many
    rows they are."""

    title: str
    note: str
    rows: int


def show(
    console: Callable[[], Console],
    write: Callable[[str], None],
    columns: Iterable[Column],
    records: Sequence[Any],
    steps: Steps,
    parts: Sequence[Part] = (),
) -> None:
    """Print `records`, in `parts` if there are any; `steps` says what gives way on a narrow
    screen. Many rows go to `write` without `console`, which is not made then."""
    shown, widths = _laid_out(columns, records, steps, get_terminal_size().columns)
    if len(records) > RICH_ROWS:
        colour = not environ.get("NO_COLOR")
        write(_by_hand(shown, records, widths, parts, colour))
    else:
        console().print(_by_rich(shown, records, widths, parts))


def picture(
    columns: Iterable[Column],
    records: Sequence[Any],
    steps: Steps,
    parts: Sequence[Part],
    space: int,
) -> RenderableType:
    """The same for rich to draw, not wider than `space`."""
    shown, widths = _laid_out(columns, records, steps, space)
    return _by_rich(shown, records, widths, parts)


def _laid_out(
    columns: Iterable[Column], records: Sequence[Any], steps: Steps, space: int
) -> tuple[dict[Column, list[str]], dict[str, int]]:
    """The cells of the columns that are shown, and their widths."""
    texts = {column: [escaped(column.text(record)) for record in records] for column in columns}
    if total(_wanted(texts)) > space:
        texts = {
            column: list(map(column.short, cells)) if column.short else cells
            for column, cells in texts.items()
        }
    widths = _fitted(texts, steps, space)
    shown = {
        column: [column.cut(text, widths[column.header]) for text in cells]
        for column, cells in texts.items()
        if column.header in widths
    }
    return shown, widths


def _fitted(texts: dict[Column, list[str]], steps: Steps, space: int) -> dict[str, int]:
    """The widths of the columns. A cut may leave more room than it had to: others get it."""
    wanted = _wanted(texts)
    widths = fit(wanted, steps, space)
    for column, cells in texts.items():
        if 0 < (size := widths.get(column.header, 0)) < wanted[column.header]:
            used = max([width(column.header), *[width(column.cut(text, size)) for text in cells]])
            if used < size:
                wanted[column.header] = used
    return fit(wanted, steps, space)


def _wanted(texts: dict[Column, list[str]]) -> dict[str, int]:
    return {
        column.header: max([width(column.header), *map(width, cells)])
        for column, cells in texts.items()
    }


def last_part(text: str, columns: int) -> str:
    """`text` cut at its beginning: what tells images apart is at the end of their names."""
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[1:]
    return "…" + text


def some_items(text: str, columns: int) -> str:
    """As many of the items in "a, b, c" as fit, and how many more there are."""
    items = text.split(", ")
    for count in range(len(items), 0, -1):
        more = f" +{len(items) - count}" if count < len(items) else ""
        if width(cut := ", ".join(items[:count]) + more) <= columns:
            return cut
    return shortened(text, columns)


def _by_rich(
    shown: dict[Column, list[str]],
    records: Sequence[Any],
    widths: dict[str, int],
    parts: Sequence[Part],
) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    if not parts:
        return _rich_rows(shown, records, widths, range(len(records)), header=True)
    out: list[RenderableType] = []
    for part, rows in _ranges(parts):
        title = Text(_title(part, total(widths)), "bold", no_wrap=True, overflow="ellipsis")
        title.append(f"  {part.note}", "dim")
        out += [title, _rich_rows(shown, records, widths, rows, header=False)]
    heads = _rich_rows(shown, records, widths, range(0), header=True)
    return Group(heads, *out)


def _rich_rows(
    shown: dict[Column, list[str]],
    records: Sequence[Any],
    widths: dict[str, int],
    rows: Iterable[int],
    header: bool,
) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style=HEADER, show_header=header
    )
    for column in shown:
        table.add_column(
            Text(shortened(column.header, widths[column.header])),
            width=widths[column.header],
            no_wrap=True,
            justify="right" if column.right else "left",
        )
    for row in rows:
        record = records[row]
        table.add_row(*[Text(cells[row], _style(col, record)) for col, cells in shown.items()])
    return table


def _title(part: Part, space: int) -> str:
    return shortened(escaped(part.title), max(8, space - len(part.note) - 2))


def _ranges(parts: Sequence[Part]) -> Iterator[tuple[Part, range]]:
    """Each part and the numbers of its rows."""
    at = 0
    for part in parts:
        yield part, range(at, at + part.rows)
        at += part.rows


def _by_hand(
    shown: dict[Column, list[str]],
    records: Sequence[Any],
    widths: dict[str, int],
    parts: Sequence[Part],
    colour: bool,
) -> str:
    """The same as text."""
    rows: list[list[str]] = [[] for _ in records]
    header = []
    for column, cells in shown.items():
        size = widths[column.header]
        header.append(_padded(column, shortened(column.header, size), size))
        for row, cell, record in zip(rows, cells, records, strict=True):
            row.append(_painted(_padded(column, cell, size), _style(column, record), colour))
    lines = [(" " * GAP).join(row) for row in rows]
    for part, numbers in _ranges(parts):
        title = _painted(_title(part, total(widths)), "bold", colour)
        note = _painted(part.note, "dim", colour)
        lines[numbers[0]] = f"{title}  {note}\n{lines[numbers[0]]}"
    return "\n".join([_painted((" " * GAP).join(header), HEADER, colour), *lines, ""])


def _padded(column: Column, text: str, size: int) -> str:
    blank = " " * (size - width(text))
    return blank + text if column.right else text + blank


def _style(column: Column, record: Any) -> str:
    return column.style if isinstance(column.style, str) else column.style(record)


@cache
def _code(style: str, colour: bool) -> str:
    """The parameter of the escape sequence of a style; without colour only weights."""
    words = [_CODES[word] for word in style.split()]
    return ";".join([code for code in words if colour or len(code) == 1])


def _painted(text: str, style: str, colour: bool) -> str:
    code = _code(style, colour)
    return f"\x1b[{code}m{text}\x1b[0m" if code else text
