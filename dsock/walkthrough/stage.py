"""What the walkthrough looks like: on a terminal in colour and within its columns, elsewhere plain
text in whole lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from dsock.engine.request import Request
from dsock.render.curl_lines import curl_lines
from dsock.render.safe import escaped, printable
from dsock.render.width import width
from dsock.terminal import raw
from dsock.walkthrough import answers
from dsock.walkthrough.texts import Texts

if TYPE_CHECKING:
    from rich.console import Console

    from dsock.events import Event
    from dsock.views.happenings import Happening

WIDEST = 100  # columns: longer lines of prose are hard to read
MOST_ROWS = 12  # of what a command prints
PLAYS, LEAVES = {b"\r", b"\n", b" "}, {b"q", b"Q", b"\x04", b""}


class Stage:
    """Writes to the `console`; a person sits in front of it if it is a terminal."""

    def __init__(self, console: Console, texts: Texts, asks: bool) -> None:
        from rich.padding import Padding
        from rich.text import Text

        self._console = console
        self._terminal = console.is_terminal
        self._texts = texts
        self._asks = asks
        self._text, self._padding = Text, Padding

    @property
    def columns(self) -> int:
        return self._console.width

    def title(self, steps: int, server: str, url: str) -> None:
        """What this is, and whom it talks to."""
        self._line(self._texts.word("title", steps=steps), "bold")
        self.say(self._texts.word("on", server=server, url=url), "dim")

    def step(self, number: int, of: int, name: str) -> None:
        """A step's heading and what is said about it."""
        title, text = self._texts.steps[name]
        heading = self._text()
        heading.append(f" {number}/{of} ", "reverse")
        heading.append(f" {title}", "bold")
        self._line("")
        self._console.print(heading)
        self.say(text)
        self._line("")

    def say(self, text: str, style: str = "") -> None:
        """Prose, wrapped between words."""
        shown = self._text(printable(text), style)
        if self._terminal:
            self._console.print(shown, width=min(self.columns, WIDEST))
        else:
            self._console.print(shown, soft_wrap=True)

    def word(self, key: str, **values: object) -> None:
        """One of the texts' words."""
        self.say(self._texts.word(key, **values), "yellow")

    def command(self, argv: Sequence[str]) -> None:
        """The line that somebody would type."""
        import shlex

        line = shlex.join(["dsock", *argv])
        lines = curl_lines(line, self.columns - 2) if self._terminal else [line]
        for number, part in enumerate(lines):
            self._line(f"  {part}" if number else f"$ {part}", "bold cyan")

    def curl(self, line: str) -> None:
        """The same as curl."""
        for part in curl_lines(line, self.columns) if self._terminal else [line]:
            self._line(part, "dim" if self._terminal else "")

    def pause(self) -> bool:
        """Wait until the person goes on; False if they leave. True at once if nobody sits there."""
        if not self._asks:
            return True
        self._console.print(self._text(self._texts.word("keys"), "reverse dim"), end="")
        try:
            while True:
                key = os.read(sys.stdin.fileno(), 1)
                if key in PLAYS | LEAVES:
                    return key in PLAYS
        finally:
            self._erase()

    def keys(self) -> AbstractContextManager[None]:
        """While this lasts a key counts at once, and is not shown."""
        return raw.quiet(single_keys=True) if self._asks else nullcontext()

    def confirm(self, question: str) -> bool:
        """A question by its key; Enter and y are yes. Yes if nobody sits there."""
        if not self._asks:
            return True
        asked = self._texts.word(question)
        self._console.print(self._text(f"{asked} [Y/n] ", "bold"), end="")
        while True:
            key = os.read(sys.stdin.fileno(), 1).lower()
            if key in {b"y", b"n", *PLAYS, *LEAVES}:
                self._line("y" if key in {b"y", *PLAYS} else "n")
                return key in {b"y", *PLAYS}

    def sent(self, request: Request, version: str | None) -> None:
        """A call that is made now."""
        target = request.target(version)
        text = self._text.assemble(("→ ", "cyan"), (f"{request.method} ", "bold"), escaped(target))
        self._cut(text)

    def answered(self, code: int, milliseconds: float, body: bytes, brief: bool) -> None:
        """Its answer; `brief` where something better to look at follows."""
        good = code < 400
        text = self._text.assemble(
            ("← ", "green" if good else "red"),
            (answers.status(code), "bold green" if good else "bold red"),
            (f"  {milliseconds:.0f} ms  {len(body)} B", "dim"),
        )
        self._cut(text)
        if not brief:
            for line in answers.lines(body, self.columns - 2, self._more):
                self._line(f"  {line}")

    def printed(self, rows: Sequence[str]) -> None:
        """What a command printed, the first rows of it."""
        self._line("")
        shown = rows if len(rows) <= MOST_ROWS else rows[: MOST_ROWS - 1]
        for row in shown:
            self._console.print(self._text.from_ansi(row), soft_wrap=not self._terminal)
        if len(rows) > len(shown):
            self._line(self._more(len(rows) - len(shown)), "dim")

    def events(self, happenings: Iterable[Happening]) -> None:
        """Events that came."""
        from rich.segment import Segments

        from dsock.render.feed_lines import Lines

        lines = Lines().of(happenings, self.columns)
        if lines:
            self._console.print(Segments(lines), end="", soft_wrap=True)

    def picture(self, events: Sequence[Event]) -> None:
        """The events as a diagram: who did what to whom, one below the other."""
        from dsock.diagram.sequence import sequence
        from dsock.diagram.terminal import Drawn

        if events:
            self._line("")
            self._console.print(Drawn(sequence(events)))

    def end(self) -> None:
        """What comes next: lines to type, and what each is for."""
        self._line("")
        self.say(self._texts.word("next"), "bold")
        widest = max(len(line) for line, _ in self._texts.next) + 2
        beside = self.columns >= widest + max(width(what) for _, what in self._texts.next)
        for line, what in self._texts.next:
            if beside or not self._terminal:
                self._line_of((line.ljust(widest), "cyan"), (what, ""))
            else:
                self._line(line, "cyan")
                self._console.print(self._padding(self._text(what), (0, 0, 0, 4)))

    def removed(self, names: Sequence[str]) -> None:
        """What does not exist any more."""
        self._line("")
        if names:
            self.say(self._texts.word("removed", what=", ".join(names)), "dim")

    def _more(self, count: int) -> str:
        return self._texts.word("more", n=count)

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(self._text(text, style), soft_wrap=True)

    def _line_of(self, *parts: tuple[str, str]) -> None:
        self._console.print(self._text.assemble(*parts), soft_wrap=True)

    def _cut(self, text: object) -> None:
        if self._terminal:
            self._console.print(text, no_wrap=True, overflow="ellipsis", crop=True)
        else:
            self._console.print(text, soft_wrap=True)

    def _erase(self) -> None:
        sys.stdout.write("\r\x1b[K")
        sys.stdout.flush()
