"""A build on a terminal: its steps in colour, how long each took, and what ran in them."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from dsock.render.safe import printable

if TYPE_CHECKING:
    from rich.console import Console

# How an engine marks what a step wrote to stderr.
_ERROR, _PLAIN = "\x1b[91m", "\x1b[0m"
# Lines of the builder itself begin so; any other text is shown as it comes.
_BEGINNINGS = ("Step ", "STEP ", " ---> ", "--> ", "Removing intermediate ", "Successfully ")


class Steps:
    """Shows the text of a build's stream on `console`, as it comes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._line = ""  # the beginning of what may be a line of the builder's
        self._inside = False  # a line of a step's output, shown so far
        self._style = ""
        self._step = ""
        self._since = time.monotonic()

    def say(self, text: str) -> None:
        """Some of the stream's text, which may end anywhere."""
        # A progress bar of a step would write over lines that are not its own.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        for line in text.splitlines(keepends=True):
            if self._inside:
                self._put(line)
                continue
            self._line += line
            if self._line.endswith("\n"):
                self._whole(self._line.removesuffix("\n"))
                self._line = ""
            elif not any(_may_become(self._line, begin) for begin in _BEGINNINGS):
                self._put(self._line)
                self._line = ""

    def end(self) -> None:
        """Show what is left of a line."""
        if self._line:
            self._put(self._line)
            self._line = ""
        if self._inside:
            self._put("\n")

    def failed(self) -> None:
        """Say which step it was that failed."""
        self.end()
        if self._step:
            self._print(f"{self._step}  failed after {self._seconds()}", "bold red")

    def _whole(self, line: str) -> None:
        if line.startswith(("Step ", "STEP ")):
            self._step, self._since = line, time.monotonic()
            self._print(line, "bold cyan")
        elif re.match(r" ?-{2,3}> ", line):
            ends = re.fullmatch(r" ?-+> [0-9a-f]{6,64}", line)
            took = f"  {self._seconds()}" if ends else ""
            self._print(line + took, "green" if line.endswith("Using cache") else "dim")
        elif line.startswith("Removing intermediate "):
            self._print(line, "dim")
        elif line.startswith("Successfully "):
            self._print(line, "bold green")
        else:
            self._put(line + "\n")

    def _put(self, text: str) -> None:
        """Show output of a step: what it wrote to stderr is red."""
        from rich.text import Text

        shown = Text()
        for piece in re.split(f"({re.escape(_ERROR)}|{re.escape(_PLAIN)})", text):
            if piece in (_ERROR, _PLAIN):
                self._style = "red" if piece == _ERROR else ""
            else:
                shown.append(printable(piece), self._style)
        self._console.print(shown, end="", soft_wrap=True)
        if shown.plain:
            self._inside = not text.endswith("\n")

    def _print(self, line: str, style: str) -> None:
        from rich.text import Text

        self._console.print(Text(printable(line), style), soft_wrap=True)

    def _seconds(self) -> str:
        return f"{time.monotonic() - self._since:.1f}s"


def _may_become(text: str, beginning: str) -> bool:
    return text.startswith(beginning) or beginning.startswith(text)
