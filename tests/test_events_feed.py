"""The live feed of `dsock events` on a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.scripted import DSOCK, LIMIT, Scripted
from tests.test_events_happenings import ID, NAMES, STORY, event


class Terminal:
    """A dsock on a terminal of its own."""

    def __init__(self, scripted: Scripted, *args: str, columns: int = 80, **env: str) -> None:
        self.main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
        self.before = termios.tcgetattr(side)
        self.side = side
        self.output = ""
        self.process = subprocess.Popen(
            [*DSOCK, *args],
            env={**scripted.env, "TERM": "xterm-256color", **env},
            stdin=side, stdout=side, stderr=side,
        )  # fmt: skip

    def until(self, text: str) -> None:
        """Read until `text` was shown."""
        deadline = time.monotonic() + LIMIT
        while text not in self.output:
            ready, _, _ = select.select([self.main], [], [], deadline - time.monotonic())
            assert ready, f"{text!r} did not come in {self.output!r}"
            self.output += os.read(self.main, 65536).decode("utf-8", "replace")

    def interrupt(self) -> int:
        """Ctrl-C; reads what still comes."""
        self.process.send_signal(signal.SIGINT)
        return self.finish()

    def finish(self) -> int:
        deadline = time.monotonic() + LIMIT
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self.main], [], [], 0.05)[0]:
                self.output += os.read(self.main, 65536).decode("utf-8", "replace")
        code = self.process.wait(LIMIT)
        while select.select([self.main], [], [], 0)[0]:
            self.output += os.read(self.main, 65536).decode("utf-8", "replace")
        return code


@contextmanager
def terminal(scripted: Scripted, *args: str, **how: Any) -> Iterator[Terminal]:
    opened = Terminal(scripted, *args, **how)
    try:
        yield opened
    finally:
        opened.process.kill()
        opened.process.wait()
        os.close(opened.main)
        os.close(opened.side)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


SERVER = {"Server": "Docker/20.10.24 (linux)"}


def test_the_feed_shows_events_above_a_status_line_and_leaves_a_clean_terminal(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.expect("GET", "/events", chunks=[*STORY[:2], hold], headers=SERVER)
    with terminal(scripted, "events") as screen:
        screen.until("2 events")
        assert screen.interrupt() == 130
        shown = plain(screen.output)
        assert "● container create" in shown
        assert f"● connected  {scripted.path} · Docker 20.10.24 · 2 events" in shown
        assert screen.output.rindex("\x1b[?25h") > screen.output.rindex("\x1b[?25l")
        assert screen.output.endswith("\x1b[2K")  # the status line is wiped out, nothing follows
        assert termios.tcgetattr(screen.side) == screen.before


def test_the_feed_has_no_colour_where_none_is_wanted(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.expect("GET", "/events", chunks=[*STORY, hold], repeat=True)
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        with terminal(scripted, "events", **env) as screen:
            screen.until("6 events")
            screen.interrupt()
            assert bool(re.search(r"\x1b\[(?:\d;)*3[0-7]m", screen.output)) is coloured


def test_the_feed_tells_of_a_lost_connection_and_goes_on(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.date = "Tue, 14 Nov 2023 22:13:20 GMT"
    for path in ("/containers/json?all=1", "/networks"):
        scripted.expect("GET", path, json=[], repeat=True)
    first = "/events?since=1700000000.000000000"
    scripted.expect("GET", first, chunks=[STORY[0]], cut=True)
    scripted.expect("GET", "/events?since=0", chunks=[STORY[0], STORY[3], hold])
    with terminal(scripted, "events", "--follow") as screen:
        screen.until("2 events")
        assert screen.interrupt() == 130
        shown = plain(screen.output)
        assert shown.count("● container create") == 1
        for text in ("broke off", "● reconnecting", "connected again after", "exit 137"):
            assert text in shown


def test_without_follow_the_feed_ends_with_the_connection(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=[STORY[0]], cut=True)
    with terminal(scripted, "events") as screen:
        assert screen.finish() == 1
        assert "● container create" in plain(screen.output)
        assert "the connection to the engine broke off" in plain(screen.output)


def test_a_terminal_that_stands_still_never_makes_the_engine_wait(scripted: Scripted) -> None:
    line = json.dumps({**STORY[3], "Actor": {"ID": ID, "Attributes": NAMES}}).encode() + b"\n"
    many = scripted.expect("GET", "/events", chunks=[line * 100] * 500)
    with terminal(scripted, "events", columns=120) as screen:
        assert many.done.wait(LIMIT)  # and nothing was read from the terminal
        screen.until("50,000 events")
        assert screen.finish() == 0
        assert "events came too fast to be shown" in plain(screen.output)


def test_ctrl_c_ends_it_though_its_terminal_stands_still(
    scripted: Scripted, hold: threading.Event
) -> None:
    line = json.dumps(STORY[0]).encode() + b"\n"
    many = scripted.expect("GET", "/events", chunks=[line * 1000] * 20)
    with terminal(scripted, "events", "--format", "json") as screen:
        screen.until("create")
        assert not many.done.wait(1)  # what is not read by now fills the terminal
        screen.process.send_signal(signal.SIGINT)
        assert screen.process.wait(LIMIT) == 130


def test_lines_of_a_format_are_escaped_on_a_terminal(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=[event("container", "start", name="a\x1b[31mb")])
    with terminal(scripted, "events", "--format", "json") as screen:
        assert screen.finish() == 0
        assert "\x1b" not in screen.output
        assert "\\u001b[31m" in screen.output


def test_a_dumb_terminal_gets_dockers_lines(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=[event("container", "start", name="a\x1b[31mb")])
    with terminal(scripted, "events", TERM="dumb") as screen:
        assert screen.finish() == 0
        assert screen.output.endswith(f"container start {ID} (name=a\\x1b[31mb)\r\n")
