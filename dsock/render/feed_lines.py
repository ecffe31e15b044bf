"""What happened as lines for a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsock.render.safe import escaped
from dsock.render.width import shortened, width
from dsock.views.happenings import Detail, Happening, Tone

if TYPE_CHECKING:
    from rich.segment import Segment
    from rich.style import Style

SECOND = 1_000_000_000
WIDE, NARROW = 100, 72  # columns: from here with milliseconds, below without "container"
SHORTEST_COMMAND = 12  # columns that are worth the beginning of a command
LONGEST_NAME = 32  # columns that are kept free for a name

TONES: dict[Tone, str] = {
    "good": "green", "bad": "bold red", "warn": "yellow", "quiet": "dim", "": "default",
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
        self._kind, self._plain = Style.parse("default"), Style()
        self._bold, self._dim = Style.parse("bold"), Style.parse("dim")
        self._name_columns = 12
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
        kind = "" if what.kind == "container" and columns < NARROW else escaped(what.kind) + " "
        action, name = escaped(what.what), escaped(what.who)
        kind_columns = 20 if columns >= NARROW else 18
        label = " " * max(0, kind_columns - width(kind + action))
        used = len(clock) + 3 + width(kind + action + label) + 1 + width(name)
        if used > columns:  # a very long name: it needs the spaces more
            used -= len(label)
            label = ""
        parts = [
            (clock + " ", self._dim),
            ("● ", tone),
            (kind, self._kinds.get(what.kind, self._kind)),
            (action, tone),
            (label + " ", self._plain),
            (name, self._bold if what.tone != "quiet" else self._plain),
        ]
        details = self._details(what.details, columns - used)
        if details:
            self._name_columns = max(self._name_columns, min(width(name), LONGEST_NAME))
            room = columns - used - sum(width(text) + 2 for text, _ in details)
            gap = min(max(0, self._name_columns - width(name)), room)
            parts.append((" " * gap, self._plain))
            for text, style in details:
                parts += [("  ", self._plain), (text, style)]
        return parts

    def _details(self, details: list[Detail], columns: int) -> list[tuple[str, Style]]:
        shown = []
        for detail in details:
            text = escaped(detail.text)
            if detail.command:
                room = columns - 2
                text = shortened(text, room) if room >= SHORTEST_COMMAND else ""
            elif width(text) + 2 > columns:
                text = escaped(detail.shorter)
            if text and width(text) + 2 <= columns:
                shown.append((text, self._tones[detail.tone]))
                columns -= width(text) + 2
        return shown
