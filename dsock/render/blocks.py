"""A block of lines for each record: its name, and below it what there is to say, each in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING, NamedTuple

from dsock.render.safe import escaped
from dsock.render.width import char_width, width

if TYPE_CHECKING:
    from rich.text import Text

INDENT, GAP = 2, 2


class Block(NamedTuple):
    """A title, its style, and (name, lines) of what is said."""

    title: str
    style: str
    entries: list[tuple[str, list[str]]]


def text(blocks: Sequence[Block], show: Callable[[str], str] = str) -> str:
    """For a pipe: a blank line between blocks. `show` may make lines harmless."""
    parts = []
    for block in blocks:
        lines = [block.title]
        lines += [f"{' ' * INDENT}{name}{line}".rstrip() for name, line in _lines(block, blocks)]
        parts.append("\n".join(map(show, lines)) + "\n")
    return "\n".join(parts)


def picture(blocks: Sequence[Block]) -> Text:
    """For a terminal: what is too long goes on below where it began."""
    from rich.text import Text

    space = get_terminal_size().columns
    out = Text()
    for number, block in enumerate(blocks):
        if number:
            out.append("\n")
        for piece in _wrapped(escaped(block.title), space):
            out.append(piece + "\n", f"bold {block.style}".strip())
        for name, line in _lines(block, blocks):
            indent = INDENT + width(name)
            pieces = _wrapped(escaped(line), max(10, space - indent))
            for at, piece in enumerate(pieces):
                out.append(" " * INDENT + (name if not at else " " * width(name)), "dim")
                out.append(piece + "\n")
    return out


def _lines(block: Block, blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """(the name, padded, or blanks for what belongs to the one above; a line)."""
    longest = max((width(name) for one in blocks for name, _ in one.entries), default=0) + GAP
    for name, lines in block.entries:
        for number, line in enumerate(lines):
            shown = "" if number else name
            yield shown + " " * (longest - width(shown)), line


def _wrapped(line: str, space: int) -> list[str]:
    """`line` in pieces of at most `space` columns."""
    pieces, start, taken = [], 0, 0
    for at, char in enumerate(line):
        size = char_width(char)
        if taken + size > space:
            pieces.append(line[start:at])
            start, taken = at, 0
        taken += size
    return [*pieces, line[start:]]
