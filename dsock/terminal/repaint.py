"""A picture on the terminal, drawn anew in place.

It does not flicker, never has more lines than the screen, follows the window's size, and leaves
the terminal as it was, whatever ends it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from dsock.terminal import raw, signals

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.segment import Segment

    Line = list[Segment]

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
OTHER_SCREEN, USUAL_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
# Terminals that know these show what is between them at once; others ignore them.
BEGIN_FRAME, END_FRAME = "\x1b[?2026h", "\x1b[?2026l"
CLEAR_LINE, CLEAR_BELOW = "\x1b[K", "\x1b[J"


@contextmanager
def repainting(console: Console, whole: bool = False, keys: bool = False) -> Iterator[Painter]:
    """Draw on the terminal of `console`, from the cursor down, or with `whole` on all of another
    screen, after which the usual one is as it was. With `keys`, `wait` returns what is typed.

        with repainting(app.console) as painter:
            while True:
                painter.paint(table)
                painter.wait(1.0)

    Ctrl-C raises KeyboardInterrupt (dsock's exit code is 130 then), other signals that end raise
    SystemExit. Ctrl-Z stops dsock with the terminal as it was.
    """
    painter = Painter(console, whole, keys)
    with ExitStack() as stack:
        stack.callback(painter.close)
        stack.enter_context(signals.ending())
        stack.enter_context(signals.handled({signal.SIGTSTP}, lambda *_: painter.stop()))
        stack.enter_context(signals.handled({signal.SIGWINCH}, lambda *_: None))
        stack.enter_context(signals.waking(painter.wake_descriptor))
        stack.callback(painter.leave)
        painter.enter()
        yield painter


class Painter:
    """What `repainting` gives."""

    def __init__(self, console: Console, whole: bool, keys: bool) -> None:
        self._console = console
        self._whole = whole
        self._shown: list[Line] = []
        self._size = (0, 0)
        self._turn = 0  # counts how often all had to be drawn anew
        self._awake, self.wake_descriptor = os.pipe()
        for end in (self._awake, self.wake_descriptor):
            os.set_blocking(end, False)
        self._reads = keys
        self._quiet: ExitStack | None = None

    def paint(self, picture: RenderableType) -> None:
        """Draw `picture` in the place of the one before.

        It may be as high as its console options' `max_height`; what is more is not shown.
        """
        size, turn = self._console.size, self._turn
        room = size.height if self._whole else size.height - 1
        options = self._console.options.update(width=size.width).update(max_width=size.width)
        options.height, options.max_height = None, room
        lines = self._console.render_lines(picture, options, pad=False)[:room]
        lines = [_without_end(line) for line in lines]
        if self._whole:
            lines += [[] for _ in range(room - len(lines))]
        self._write([*self._to_top(size), *self._changes(lines, size.width)])
        if turn == self._turn:  # else Ctrl-Z came in between, and nothing of it is there
            self._shown, self._size = lines, (size.width, size.height)

    def wait(self, seconds: float) -> str:
        """Wait for so long, or until a key is typed, the window's size changes or `wake` is
        called. Returns what was typed."""
        descriptors = [self._awake, sys.stdin.fileno()] if self._reads else [self._awake]
        ready, _, _ = select.select(descriptors, [], [], max(0.0, seconds))
        if self._awake in ready:
            with suppress(BlockingIOError):
                os.read(self._awake, 4096)
        if not self._reads or sys.stdin.fileno() not in ready:
            return ""
        typed = os.read(sys.stdin.fileno(), 4096)
        if not typed:  # the window is gone
            raise SystemExit(128 + signal.SIGHUP)
        return typed.decode("utf-8", "replace")

    def wake(self) -> None:
        """End `wait`, from any thread."""
        with suppress(OSError):  # it is awake already, or over
            os.write(self.wake_descriptor, b"w")

    def again(self) -> None:
        """Draw everything anew next time: something else may have written on the screen."""
        self._turn += 1
        self._size = (0, 0)
        self._shown = [] if not self._whole else self._shown

    def enter(self) -> None:
        """Take the terminal."""
        with ExitStack() as stack:
            stack.enter_context(raw.quiet(self._reads))
            self._quiet = stack.pop_all()
        self._control((OTHER_SCREEN if self._whole else "") + HIDE_CURSOR)
        self.again()

    def leave(self) -> None:
        """Give it back. Harmless when that is done already."""
        if self._quiet is not None:
            quiet, self._quiet = self._quiet, None
            with suppress(OSError):  # the terminal may be gone
                self._control(USUAL_SCREEN + SHOW_CURSOR if self._whole else "\r" + SHOW_CURSOR)
            quiet.close()

    def stop(self) -> None:
        """Ctrl-Z: leave, stop, and come back when dsock is to go on."""
        with self.aside():
            os.kill(os.getpid(), signal.SIGSTOP)
        self.wake()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The terminal is another's for a while."""
        self.leave()
        try:
            yield
        finally:
            self.enter()

    def close(self) -> None:
        os.close(self._awake)
        os.close(self.wake_descriptor)

    def _to_top(self, size: tuple[int, int]) -> list[Segment]:
        """To the first line; all is cleared if the window has another size than it had."""
        if self._whole:
            if size != self._size:
                self._shown = []
            return [_control("\x1b[H" if size == self._size else "\x1b[H\x1b[2J")]
        if size == self._size:
            above = len(self._shown)
        else:  # lines that are too long by now were broken by the terminal
            above = sum(max(1, -(-_cells(line) // size[0])) for line in self._shown)
        up = f"\x1b[{above}A" if above else ""
        if size == self._size:
            return [_control("\r" + up)]
        self._shown = []
        return [_control("\r" + up + CLEAR_BELOW)]

    def _changes(self, lines: list[Line], columns: int) -> list[Segment]:
        """What draws `lines` over those that are shown."""
        out: list[Segment] = []
        for number, line in enumerate(lines):
            if number >= len(self._shown) or line != self._shown[number]:
                out += line
                if _cells(line) < columns:  # else this would clear the last character
                    out.append(_control(CLEAR_LINE))
            if not self._whole or number < len(lines) - 1:
                out.append(_control("\r\n"))
        if len(lines) < len(self._shown):
            out.append(_control(CLEAR_BELOW))
        return out

    def _write(self, segments: list[Segment]) -> None:
        from rich.segment import Segments

        frame = [_control(BEGIN_FRAME), *segments, _control(END_FRAME)]
        self._console.print(Segments(frame), end="", soft_wrap=True)

    def _control(self, sequence: str) -> None:
        # Not through the console: a signal may have interrupted it while it wrote.
        os.write(self._console.file.fileno(), sequence.encode())


def _control(sequence: str) -> Segment:
    from rich.segment import ControlType, Segment

    return Segment(sequence, None, [(ControlType.HOME,)])  # which one is not looked at


def _cells(line: Line) -> int:
    return sum(segment.cell_length for segment in line)


def _without_end(line: Line) -> Line:
    """`line` without the blanks at its end: when a window gets narrower, a terminal breaks lines
    that are too long."""
    kept = list(line)
    while kept and not kept[-1].text.strip(" ") and not _is_seen(kept[-1]):
        kept.pop()
    return kept


def _is_seen(blank: Segment) -> bool:
    style = blank.style
    return style is not None and bool(style.bgcolor or style.reverse or style.underline)
