"""A terminal that shows what dsock writes: a pseudo-terminal and the screen behind it."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from dsock.render.width import char_width

SECONDS = 45
_TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|([\r\n])|([^\x00-\x1f\x7f-\x9f]+)")


def on_terminal(
    argv: Sequence[str], env: Mapping[str, str], columns: int, stderr: int | None = None
) -> tuple[str, bytes]:
    """(All that a command writes on a terminal of so many columns, escape sequences and all;
    its stderr, if that is a pipe.) It has to end with 0."""
    ours, side = os.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("4H", 50, columns, 0, 0))
    errors = side if stderr is None else stderr
    process = subprocess.Popen(argv, env=env, stdin=side, stdout=side, stderr=errors)
    os.close(side)
    out = b""
    with suppress(OSError):  # a terminal's end
        while block := os.read(ours, 65536):
            out += block
    os.close(ours)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, (out, said)
    return out.decode().replace("\r\n", "\n"), said


class Screen:
    """What a terminal shows after some text. It knows few sequences, and no other may come."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.lines = [""] * rows  # an index of each is a column: wide characters fill two
        self.row = self.column = 0
        self.above: list[str] = []  # what went out at the top
        self.modes: set[str] = set()
        self.frames = 0
        self._usual: tuple[list[str], int, int] | None = None

    def write(self, text: str) -> str:
        """Take `text`; returns what of it is a sequence whose end is still to come."""
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                rest = text[at:]
                assert re.fullmatch(r"\x1b(\[[?0-9;]*)?", rest), f"not for a terminal: {rest!r}"
                return rest
            at = found.end()
            if found[2]:
                self._sequence(found[1], found[2])
            elif found[3] == "\r":
                self.column = 0
            elif found[3] == "\n":
                self._down()
            else:
                for char in found[4]:
                    self._put(char)
        return ""

    def text(self) -> str:
        return "\n".join(line.replace("\0", "").rstrip() for line in self.lines).rstrip()

    def resize(self, rows: int, columns: int) -> None:
        """Break lines that are too long, as most terminals do."""
        at, lines = 0, []
        for number, line in enumerate(self.lines):
            if number == self.row:
                at = len(lines)
            line = line.rstrip()
            lines += [line[i : i + columns] for i in range(0, len(line), columns)] or [""]
        while len(lines) > rows and not lines[-1] and len(lines) - 1 > at:
            lines.pop()
        while len(lines) > rows:
            self.above.append(lines.pop(0))
            at -= 1
        self.lines = lines + [""] * (rows - len(lines))
        self.rows, self.columns, self.row = rows, columns, max(0, at)

    def _put(self, char: str) -> None:
        size = char_width(char)
        if self.column + size > self.columns:
            self.column = 0
            self._down()
        line = self.lines[self.row].ljust(self.column)
        fill = char + "\0" * (size - 1)
        self.lines[self.row] = line[: self.column] + fill + line[self.column + size :]
        self.column += size

    def _down(self) -> None:
        if self.row == self.rows - 1:
            self.above.append(self.lines.pop(0))
            self.lines.append("")
        else:
            self.row += 1

    def _sequence(self, parameters: str, final: str) -> None:
        if final in "hl" and parameters.startswith("?"):
            self._mode(parameters[1:], final == "h")
        elif final == "A":
            self.row = max(0, self.row - int(parameters or 1))
        elif final == "H":
            assert parameters == ""
            self.row = self.column = 0
        elif final == "K" and parameters == "2":
            self.lines[self.row] = " " * self.column
        elif final == "K":
            assert parameters == ""
            # With a full line the cursor still stands on the last character.
            self.lines[self.row] = self.lines[self.row][: min(self.column, self.columns - 1)]
        elif final == "J":
            if parameters == "2":
                self.lines = [""] * self.rows
                return
            assert parameters == ""
            self.lines[self.row] = self.lines[self.row][: min(self.column, self.columns - 1)]
            self.lines[self.row + 1 :] = [""] * (self.rows - self.row - 1)
        else:  # n is a shell's question where the cursor is; it does without an answer
            assert final in ("m", "n"), f"unknown sequence: {parameters}{final}"

    def _mode(self, name: str, on: bool) -> None:
        if name == "2026" and not on:
            self.frames += 1
        if name == "1049" and on:
            self._usual = (self.lines, self.row, self.column)
            self.lines = [""] * self.rows
        elif name == "1049" and self._usual is not None:
            self.lines, self.row, self.column = self._usual
            self.lines = (self.lines + [""] * self.rows)[: self.rows]
        (self.modes.add if on else self.modes.discard)(name)


class Terminal:
    """A process on a terminal of its own, and the screen that shows what it writes."""

    def __init__(
        self, argv: list[str], env: Mapping[str, str], rows: int = 24, columns: int = 80
    ) -> None:
        self.main, self._side = os.openpty()
        self.screen = Screen(rows, columns)
        self._set_size(rows, columns)
        self._before = termios.tcgetattr(self._side)
        self._unread = ""
        self._bytes = b""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *argv],
            stdin=self._side,
            stdout=self._side,
            stderr=self._side,
            env={"COLORTERM": "", **env, "TERM": "xterm-256color"},
        )

    def resize(self, rows: int, columns: int) -> None:
        self._read(0)
        self.screen.resize(rows, columns)
        self._set_size(rows, columns)

    def type(self, text: str) -> None:
        os.write(self.main, text.encode())

    def until(self, seen: Callable[[str], object] | str) -> str:
        """Wait until the screen's text matches the pattern or function `seen`."""
        deadline = time.monotonic() + SECONDS
        while True:
            text = self.screen.text()
            if re.search(seen, text) if isinstance(seen, str) else seen(text):
                return text
            assert time.monotonic() < deadline, f"did not come: {seen}\n{text}"
            assert self._read() or self.process.poll() is None, f"ended without {seen}\n{text}"

    def ends(self) -> int:
        """The exit code; the terminal is as it was before."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.screen.text()
            self._read()
        while self._read(0):
            pass
        assert self.is_as_before()
        return self.process.returncode

    def is_as_before(self) -> bool:
        shown = not self.screen.modes & {"1049", "2026"}
        return shown and termios.tcgetattr(self._side) == self._before

    def close(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        os.close(self.main)
        os.close(self._side)

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def _read(self, seconds: float = 0.05) -> bool:
        """Show what has come; False if nothing has."""
        if not select.select([self.main], [], [], seconds)[0]:
            return False
        self._bytes += os.read(self.main, 65536)
        with suppress(UnicodeDecodeError):  # the rest of a character is still to come
            text, self._bytes = self._bytes.decode(), b""
            self._unread = self.screen.write(self._unread + text)
        return True
