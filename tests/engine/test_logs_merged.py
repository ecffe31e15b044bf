"""`logs` of several containers, and of some lines, on real engines."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from queue import Empty, Queue

import pytest

from tests.engine.live import LiveEngine
from tests.screen import Terminal

HERE = "dsock-test-merged"
A, B, TTY = (f"{HERE}-{end}" for end in ("a", "b", "tty"))


@pytest.fixture(scope="module")
def spoken(live_engines) -> Iterator[LiveEngine]:
    """An engine with two containers that spoke in turn, and a third with a terminal."""
    engine = live_engines("docker-20.10")
    turn = "echo {0}$i; sleep 0.1; echo {0}err$i >&2; sleep 0.3"
    talk = f"for i in 1 2 3; do {turn}; done; printf {{0}}end"
    try:
        engine.docker("run", "-d", "--name", A, "busybox", "sh", "-c", talk.format("a"))
        engine.docker("run", "-d", "--name", B, "busybox", "sh", "-c", talk.format("b"))
        long = "head -c 40000 /dev/zero | tr '\\0' x; echo; echo GET"
        engine.docker("run", "-t", "--name", TTY, "busybox", "sh", "-c", long)
        engine.docker("wait", A, B)
        yield engine
    finally:
        engine.docker("rm", "-f", A, B, TTY)


def stamped(engine: LiveEngine, name: str) -> list[tuple[str, str]]:
    """(time, text) of docker's lines, stdout and stderr."""
    done = engine.docker("logs", "-t", name)
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return [(time, text) for time, _, text in (line.partition(" ") for line in lines)]


def test_all_lines_come_in_the_order_of_time_with_names_before_them(spoken):
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "capture_output": False}
    shown = spoken.dsock("logs", "-t", A, B, **both)
    expected = sorted(
        (time, f"{name} | {time} {text}") for name in (A, B) for time, text in stamped(spoken, name)
    )
    lines = shown.stdout.splitlines()
    assert sorted(lines) == sorted(line for _, line in expected)
    assert [line.split()[2] for line in lines] == [time for time, _ in expected]
    assert shown.returncode == 0


def test_stdout_and_stderr_stay_apart(spoken):
    done = spoken.dsock("logs", A, B, TTY)
    assert "err" not in done.stdout
    assert sorted(done.stderr.splitlines()) == sorted(
        f"{name:<{len(TTY)}} | {letter}err{number}"
        for name, letter in ((A, "a"), (B, "b")) for number in (1, 2, 3)
    )  # fmt: skip
    assert f"{TTY} | {'x' * 40000}\n" in done.stdout
    assert f"{TTY} | GET\n" in done.stdout


def test_lines_are_chosen_in_one_container_too(spoken):
    done = spoken.dsock("logs", A, "--grep", "[23]$", "--exclude", "err3")
    assert (done.stdout, done.stderr) == ("a2\na3\n", "aerr2\n")
    done = spoken.dsock("logs", TTY, "--grep", "^GET$")
    assert (done.stdout, done.returncode) == ("GET\n", 0)
    done = spoken.dsock("logs", A, "--grep", "[")
    assert (done.stdout, done.returncode) == ("", 125)


def test_each_container_has_its_own_tail_and_comes_once(spoken):
    done = spoken.dsock("logs", "-n", "1", A, B, A)
    assert sorted(done.stdout.splitlines()) == [f"{A} | aend", f"{B} | bend"]


def test_the_local_time_is_the_same_moment(spoken):
    env = {**spoken.env, "TZ": "Asia/Tokyo"}
    done = spoken.dsock("logs", "--local-time", "--grep", "a1", A, env=env)
    time, _, text = done.stdout.partition(" ")
    assert (text, time[-6:]) == ("a1\n", "+09:00")
    utc = next(time for time, text in stamped(spoken, A) if text == "a1")
    assert time[13:29] == utc[13:29]


def test_those_that_are_there_are_shown_though_one_is_not(spoken):
    done = spoken.dsock("logs", A, "nosuch", B)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 8)
    assert "No such container: nosuch" in done.stderr


class Feed:
    """A `dsock logs -f` that runs; `until` reads on."""

    def __init__(self, engine: LiveEngine, *args: str) -> None:
        argv = [sys.executable, "-m", "dsock", "logs", "-f", *args]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(argv, env=engine.env, text=True, **pipes)
        self.seen: list[str] = []
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def more(self) -> None:
        """Read another line."""
        try:
            self.seen.append(self._lines.get(timeout=45))
        except Empty:
            raise AssertionError(f"nothing more came after {self.seen}") from None

    def until(self, line: str, times: int = 1) -> None:
        """Read until `line` has come so often."""
        while self.seen.count(line) < times:
            self.more()

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 130
        assert self.process.stderr.read().strip() == ""
        self.process.stdout.close()
        self.process.stderr.close()


def test_following_goes_on_over_restarts_and_with_a_new_container_of_the_name(any_engine):
    one, two = f"{HERE}-one", f"{HERE}-two"
    talk = ("busybox", "sh", "-c", "echo run $(cat /n 2>/dev/null); echo x >>/n; exec sleep 1000")
    try:
        any_engine.docker("run", "-d", "--name", one, "--stop-signal", "KILL", *talk)
        any_engine.docker("run", "-d", "--name", two, "busybox", "echo", "quiet")
        with Feed(any_engine, one, two) as feed:
            feed.until(f"{one} | run")
            feed.until(f"{two} | quiet")
            any_engine.docker("restart", "-t", "0", one)
            feed.until(f"{one} | run x")
            any_engine.docker("rm", "-f", one)
            any_engine.docker("run", "-d", "--name", one, "busybox", "echo", "another")
            feed.until(f"{one} | another")
            any_engine.docker("start", one)
            any_engine.docker("start", two)
            feed.until(f"{one} | another", 2)
            feed.until(f"{two} | quiet", 2)
    finally:
        any_engine.docker("rm", "-f", one, two)


def test_following_one_container_with_a_choice_ends_with_it(engine):
    name = f"{HERE}-ends"
    try:
        engine.docker("run", "-d", "--name", name, "busybox", "sh", "-c",
                      "for i in 1 2 3 4; do echo tick $i; sleep 0.3; done")  # fmt: skip
        done = engine.dsock("logs", "-f", "--grep", "[24]", name)
        assert (done.stdout, done.stderr, done.returncode) == ("tick 2\ntick 4\n", "", 0)
    finally:
        engine.docker("rm", "-f", name)


def test_following_survives_the_engines_restart(private_engine):
    engine = private_engine()
    names = [f"{HERE}-x", f"{HERE}-y"]
    for name in names:
        engine.docker("run", "-d", "--restart", "always", "--name", name, "busybox", "sh", "-c",
                      "date +run-%s; exec sleep 1000")  # fmt: skip
    with Feed(engine, *names) as feed:
        while len(feed.seen) < 2:
            feed.more()
        engine.kill()
        engine.start()
        while len(set(feed.seen)) < 4:
            feed.more()


def test_on_a_terminal_nothing_that_is_printed_steers_it(engine):
    one, two = f"{HERE}-good", f"{HERE}-evil"
    evil = r"printf '\033]0;title\007\033[2J\033[32mgreen\r\n' >&2; sleep 1000"
    try:
        engine.docker("run", "-d", "--name", one, "busybox", "sh", "-c", "echo hi; sleep 1000")
        engine.docker("run", "-d", "--name", two, "busybox", "sh", "-c", evil)
        argv = [sys.executable, "-m", "dsock", "logs", "-f", "--tail", "5", one, two]
        with closing(Terminal(argv, engine.env, columns=100)) as shown:
            shown.until(rf"{one} │ hi")
            shown.until(re.escape(rf"{two} │ \x1b]0;title\x07\x1b[2Jgreen"))
            engine.docker("rm", "-f", one)
            shown.until(f"-- {one} (is gone|ended with exit code 137)")
            shown.type("\x03")
            assert shown.ends() == 130
        plain = engine.dsock("logs", one, two)
        assert (plain.stdout, plain.returncode) == ("", 1)
        assert f"{two} | \x1b]0;title\x07\x1b[2J\x1b[32mgreen\n" in plain.stderr
    finally:
        engine.docker("rm", "-f", one, two)
