"""A picture that is drawn anew in place, on a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.screen import SECONDS, Terminal

# Draws as many numbered lines as its last key says, by default 3, and how often it has drawn.
PROGRAM = """
import sys
from rich.text import Text

from dsock.app import App
from dsock.terminal.repaint import repainting

whole, keys, lines, wide = (int(word) for word in sys.argv[1:])
app = App()

class Picture:
    def __rich_console__(self, console, options):
        for number in range(lines):
            yield Text(f"line {number}".ljust(wide, "."), no_wrap=True, overflow="crop")

print("before")
sys.stdout.flush()
try:
    with repainting(app.console, bool(whole), bool(keys)) as painter:
        while True:
            painter.paint(Picture())
            typed = painter.wait(60)
            if typed == "q":
                break
            if typed == "x":
                raise ValueError("broken")
            if typed.isdigit():
                lines = int(typed)
except KeyboardInterrupt:
    sys.exit(130)
print("after")
"""


@pytest.fixture
def draws() -> Iterator[Callable[..., Terminal]]:
    """Starts the program above."""
    opened: list[Terminal] = []

    def start(
        whole: bool = False, keys: bool = True, lines: int = 3, wide: int = 0, rows: int = 24
    ) -> Terminal:
        flags = [str(int(value)) for value in (whole, keys, lines, wide)]
        argv = [sys.executable, "-c", PROGRAM, *flags]
        opened.append(Terminal(argv, {**os.environ, "NO_COLOR": "1"}, rows, columns=40))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


def test_a_picture_takes_the_place_of_the_one_before(draws: Callable[..., Terminal]) -> None:
    terminal = draws()
    terminal.until(r"\Abefore\nline 0\nline 1\nline 2\Z")
    terminal.type("5")
    terminal.until(r"\Abefore\nline 0\nline 1\nline 2\nline 3\nline 4\Z")
    terminal.type("1")
    terminal.until(r"\Abefore\nline 0\Z")
    terminal.type("q")
    terminal.until(r"\Abefore\nline 0\nafter\Z")
    assert terminal.ends() == 0


def test_a_picture_never_has_more_lines_than_the_screen(draws: Callable[..., Terminal]) -> None:
    terminal = draws(lines=50, rows=10)
    terminal.until("line 8")
    terminal.type("7")
    terminal.until("line 6\\Z")
    assert terminal.screen.above[0] == "before"
    assert not [line for line in terminal.screen.above if "line" in line]


@pytest.mark.parametrize("wide", [0, 40])
def test_a_picture_is_drawn_anew_when_the_window_changes(
    draws: Callable[..., Terminal], wide: int
) -> None:
    terminal = draws(wide=wide)
    for columns in (17, 60, 25, 40):
        terminal.until(r"line 2[.\n]*\Z")
        terminal.resize(24, columns)
        terminal.until(
            lambda shown, columns=columns: (
                re.sub(r"\.", "", shown).split("\n") == ["before", "line 0", "line 1", "line 2"]
            )
        )


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("keys", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_leaves_the_terminal_as_it_was(
    draws: Callable[..., Terminal], whole: bool, keys: bool, number: signal.Signals
) -> None:
    terminal = draws(whole, keys)
    terminal.until("line 2")
    assert not terminal.is_as_before()
    assert "25" not in terminal.screen.modes  # the cursor is hidden
    terminal.process.send_signal(number)
    assert terminal.ends() == 128 + number
    assert "25" in terminal.screen.modes
    assert terminal.screen.text().split("\n")[0] == "before"


def test_an_error_leaves_the_terminal_as_it_was(draws: Callable[..., Terminal]) -> None:
    terminal = draws(whole=True)
    terminal.until("line 2")
    terminal.type("x")
    assert terminal.ends() == 1
    assert "ValueError: broken" in terminal.screen.text()
    assert "25" in terminal.screen.modes


def test_the_usual_screen_comes_back(draws: Callable[..., Terminal]) -> None:
    terminal = draws(whole=True, lines=50)
    terminal.until(lambda shown: shown.split("\n")[23:] == ["line 23"])
    terminal.type("q")
    assert terminal.ends() == 0
    assert terminal.screen.text() == "before\nafter"
    assert terminal.screen.above == []


def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(draws: Callable[..., Terminal]) -> None:
    terminal = draws(whole=True)
    terminal.until("line 2")
    terminal.type("\x1a")
    terminal.until(r"\Abefore\Z")
    deadline = time.monotonic() + SECONDS
    while os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED | os.WNOHANG) is None:
        assert time.monotonic() < deadline
    assert terminal.is_as_before()
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(r"\Aline 0\nline 1\nline 2\Z")
    terminal.type("q")
    assert terminal.ends() == 0
