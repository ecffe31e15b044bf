"""What happened as lines for a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsock.render.safe import escaped
from dsock.render.width import shortened, shortened_name, width
from dsock.views.happenings import Detail, Happening, Tone

if TYPE_CHECKING:
    from rich.segment import Segment
    from rich.style import Style

SECOND = 1_000_000_000
WIDE, NARROW = 100, 72  # columns: from here with milliseconds, below without "container"
SHORTEST_COMMAND = 12  # columns that are worth the beginning of a command
SHORTEST_NAME, LONGEST_NAME = 12, 32  # columns that are kept free for names

TONES: dict[Tone, str] = {
    "good": "green", "bad": "bold red", "warn": "yellow", "quiet": "dim", "": "none",
}  # fmt: skip
_KINDS = {
    "container": "cyan", "network": "blue", "volume": "magenta", "image": "bright_blue",
    "dsock": "bold red",
}  # fmt: skip


class Lines:
    """Makes lines of what happened, none cut inside a name: where there is less room, attributes
    are left out, the last ones first."""

    def __init__(self) -> None:
        from rich.style import Style

        self._tones = {tone: Style.parse(style) for tone, style in TONES.items()}
        self._kinds = {kind: Style.parse(style) for kind, style in _KINDS.items()}
        self._plain = Style()
        self._bold, self._dim = Style.parse("bold"), Style.parse("dim")
        self._name_columns = SHORTEST_NAME
        self._day = time.localtime()[:3]

    def of(self, happenings: Iterable[Happening], columns: int) -> list[Segment]:
        """The lines for a terminal of `columns`."""
        from rich.segment import Segment

        out = []
        for happening in happenings:
            then = time.localtime(happening.nanoseconds // SECOND)
            if then[:3] != self._day:
                self._day = then[:3]
                out += [Segment(time.strftime("%A, %-d %B %Y", then), self._dim), Segment.line()]
            clock = time.strftime("%H:%M:%S", then)
            if columns >= WIDE:
                clock += f".{happening.nanoseconds // 1_000_000 % 1000:03d}"
            out += [Segment(text, style) for text, style in self._line(clock, happening, columns)]
            out.append(Segment.line())
        return out

    def _line(self, clock: str, what: Happening, columns: int) -> list[tuple[str, Style]]:
        tone = self._tones[what.tone]
        kind, action, name = escaped(what.kind) + " ", escaped(what.what), escaped(what.who)
        is_container = what.kind == "container"
        if is_container and columns < NARROW:
            kind = ""
        fill = max(0, (21 if columns >= NARROW else 18) - width(kind + action))
        used = len(clock) + 3 + width(kind + action) + fill + 1 + width(name)
        end = used + _needed(what.details)
        # A very long name, and how it ended: they need the room more.
        if used > columns or end - fill <= columns < end:
            used -= fill
            fill = 0
            if is_container and used > columns:
                used -= width(kind)
                kind = ""
        parts = [
            (clock + " ", self._dim),
            ("● ", tone),
            (kind, self._kinds.get(what.kind, self._plain)),
            (action, tone),
            (" " * (fill + 1), self._plain),
            (name, self._bold if what.tone != "quiet" else self._plain),
        ]
        details = self._details(what, columns - used)
        if details:
            longest = min(max(SHORTEST_NAME, columns // 2 - 20), LONGEST_NAME)
            self._name_columns = min(max(self._name_columns, width(name)), longest)
            room = columns - used - sum(width(text) + 2 for text, _ in details)
            gap = min(max(0, self._name_columns - width(name)), room)
            parts.append((" " * gap, self._plain))
            for text, style in details:
                parts += [("  ", self._plain), (text, style)]
        return parts

    def _details(self, what: Happening, columns: int) -> list[tuple[str, Style]]:
        """Those that have room in `columns`, two spaces before each."""
        shown: list[tuple[str, Style]] = []
        for detail in what.details:
            text = escaped(detail.text)
            room = columns - 2
            if detail.command:
                text = shortened(text, room) if room >= SHORTEST_COMMAND else ""
            elif width(text) > room >= SHORTEST_COMMAND and _is_fact(detail):
                text = shortened_name(text, room)
            elif width(text) > room:
                text = escaped(detail.shorter)
            if text and width(text) + 2 <= columns:
                quiet = what.tone == "quiet" and not detail.tone
                shown.append((text, self._tones["quiet" if quiet else detail.tone]))
                columns -= width(text) + 2
        return shown


def _is_fact(detail: Detail) -> bool:
    """True for what belongs to what happened: no image, no label."""
    return not detail.shorter and not detail.command and detail.tone != "quiet"


def _needed(details: list[Detail]) -> int:
    """Columns of the first detail, if it is such a fact."""
    if not details or not _is_fact(details[0]):
        return 0
    return width(escaped(details[0].text)) + 2
