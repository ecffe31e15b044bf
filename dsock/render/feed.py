"""The live feed on a terminal: lines of what happened, and a status line below them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dsock.render.feed_lines import TONES, Lines
from dsock.render.safe import escaped
from dsock.render.width import shortened, width
from dsock.views.happenings import Happening, Tone

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

RATE_SECONDS = 5.0
_HINT = "Ctrl-C ends"
_UNKNOWN = "the engine does not prove that nothing happened"
_REASONS = {
    "daemon-restart": "the engine was restarted and remembers nothing from before",
    "too-long": "an event of many megabytes was left out",
    "overflow": "more happened than the engine remembers",
}


class Feed:
    """A context manager around the lines; it leaves nothing but them on the terminal."""

    def __init__(self, console: Console, socket: str, filter: str = "") -> None:
        from rich.live import Live

        self.count = 0
        self._filter = filter
        self._socket = socket
        self._engine = ""
        self._connection: tuple[Tone, str] = ("warn", "connecting")
        self._retry_at: float | None = None
        self._away = 0.0  # since when, 0 if there is an engine
        self._recent: deque[tuple[float, int]] = deque()
        self._console = console
        self._lines = Lines()
        self._live = Live(self, console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Feed:
        self._live.start()
        # Live hides it, and only a good end would bring it back.
        self._console.show_cursor(True)
        self.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, happenings: list[Happening]) -> None:
        """Add lines above the status line, which is drawn anew."""
        from rich.segment import Segments

        if not happenings:
            return
        self.count += len(happenings)
        self._recent.append((time.monotonic(), len(happenings)))
        lines = self._lines.of(happenings, self._console.width)
        self._console.print(Segments(lines), end="", soft_wrap=True)

    def say(self, text: str, style: str = "yellow") -> None:
        """Add a line that is no event."""
        self._console.print(escaped(text), style=style, soft_wrap=True)

    def told(self, action: str, about: Mapping[str, str]) -> None:
        """A record of dsock's own: a gap is a line from edge to edge, a change that was missed
        a line in italics."""
        if action != "gap":
            image = f" ({about['image']})" if about.get("image") else ""
            kind = "" if about.get("type") == "container" else f"{about.get('type')} "
            name = about.get("name", "")
            self.say(f"  meanwhile {about.get('change')}: {kind}{name}{image}", "italic yellow")
            return
        seconds = (int(about.get("to", 0)) - int(about.get("from", 0))) / 1e9
        reason, lost = about.get("reason", ""), int(about.get("n", 0))
        self.count += lost
        if reason == "consumer-overflow":
            text = f"gap: {lost:,} events came too fast to be shown"
        else:
            text = f"gap of {seconds:,.1f} s: {_REASONS.get(reason, _UNKNOWN)}"
        columns = max(0, self._console.width - width(text) - 4)
        self.say(f"╌╌ {text} {'╌' * columns}", "bold red")

    def connected(self, engine: str) -> None:
        """The status from now on: there is an `engine`, such as "Docker/20.10.24 (linux)"."""
        if self._away:
            self.say(f"connected again after {time.monotonic() - self._away:.1f} s")
        self._away = 0.0
        self._engine = engine.partition(" (")[0].replace("/", " ")
        self._connection, self._retry_at = ("good", "connected"), None

    def disconnected(self, reason: str, retry_seconds: float) -> None:
        """The status from now on: no engine for a `reason`, the next try in `retry_seconds`."""
        if not self._away:
            self._away = time.monotonic()
            self.say(reason)
        self._engine = ""
        self._connection = ("bad", "reconnecting")
        self._retry_at = time.monotonic() + retry_seconds

    def refresh(self) -> None:
        """Draw the status line anew."""
        self._live.refresh()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        tone, connection = self._connection
        left = (self._retry_at or 0.0) - time.monotonic()
        if left >= 0.5:
            connection += f" in {left:.0f} s"
        columns = options.max_width - 4  # room for the ^C that the terminal writes
        head = f"● {connection}"
        rest = _fitting(self._pieces(), columns - width(head) - 2)
        line = Text(no_wrap=True, end="")
        line.append(head, style=TONES[tone])
        line.append(f"  {rest}" if rest else "", style="dim")
        free = columns - width(head) - 2 - width(rest)
        if free > width(_HINT) + 2:
            line.append(_HINT.rjust(free), style="dim")
        yield line

    def _pieces(self) -> list[list[str]]:
        """The rest of the status, most wanted first to what is left with little room."""
        url = escaped(self._socket)
        path = url.removeprefix("unix://")
        file = path.rpartition("/")[2]
        engine = escaped(self._engine)
        short = engine.partition("+")[0]
        count = f"{self.count:,} event{'' if self.count == 1 else 's'}"
        rate = _rate(self._per_second())
        wanted = escaped(self._filter)
        return [
            [url, engine, wanted, count, rate],
            [path, engine, wanted, count, rate],
            [path, short, wanted, count, rate],
            [file, wanted, count, rate],
            [wanted, count, rate],
            [url, engine, count, rate],
            [path, engine, count, rate],
            [path, short, count, rate],
            [path, short, count],
            [file, short, count],
            [file, count],
            [count],
        ]

    def _per_second(self) -> float:
        now = time.monotonic()
        while self._recent and now - self._recent[0][0] > RATE_SECONDS:
            self._recent.popleft()
        return sum(count for _, count in self._recent) / RATE_SECONDS


def _fitting(choices: list[list[str]], columns: int) -> str:
    text = ""
    for pieces in choices:
        text = " · ".join(filter(None, pieces))
        if width(text) <= columns:
            return text
    return shortened(text, columns)


def _rate(per_second: float) -> str:
    if not per_second:
        return ""
    return f"{per_second:,.0f}/s" if per_second >= 10 else f"{per_second:.1f}/s"
