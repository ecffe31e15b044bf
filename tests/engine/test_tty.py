"""Containers on a real terminal: what is typed, how large it is, and that it is as before."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.live import LiveEngine

SECONDS = 30
PROMPT = "/ # "
UP = "\x10"  # ctrl-p: the line before, in a shell


class Terminal:
    """dsock on a pseudo-terminal of 30 rows and 100 columns, which is its controlling one."""

    def __init__(self, engine: LiveEngine, *argv: str, **env: str) -> None:
        self.descriptor, self._inner = os.openpty()
        self.resize(30, 100)
        self._before = termios.tcgetattr(self._inner)
        self._unread = ""
        command = ["setsid", "--ctty", sys.executable, "-m", "dsock", *argv]
        self._process = subprocess.Popen(
            command,
            stdin=self._inner,
            stdout=self._inner,
            stderr=self._inner,
            env={**engine.env, "TERM": "xterm", **env},
        )

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def until(self, pattern: str) -> str:
        """What has come since the last time until `pattern` shows."""
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self._unread)):
            assert time.monotonic() < deadline, self._unread
            self._read()
        seen, self._unread = self._unread[: found.end()], self._unread[found.end() :]
        return seen

    def send(self, number: signal.Signals) -> None:
        """A signal from outside, to dsock alone."""
        self._process.send_signal(number)

    def ends(self) -> int:
        """dsock's exit code; the terminal's modes are those from before."""
        deadline = time.monotonic() + SECONDS
        while self._process.poll() is None:
            assert time.monotonic() < deadline, self._unread
            self._read()
        assert self.is_as_before()
        return self._process.returncode

    def is_as_before(self) -> bool:
        return termios.tcgetattr(self._inner) == self._before

    def hang_up(self) -> int:
        """Close the window; dsock's exit code."""
        os.close(self._inner)
        os.close(self.descriptor)
        return self._process.wait(SECONDS)

    def _read(self) -> None:
        if select.select([self.descriptor], [], [], 0.05)[0]:
            self._unread += os.read(self.descriptor, 65536).decode("utf-8", "replace")


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"tty-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def clean(engine: LiveEngine, name: str) -> Iterator[None]:
    """The container of that name is removed afterwards."""
    yield
    engine.docker("rm", "-f", name)


def shell(engine: LiveEngine, name: str, *flags: str, **env: str) -> Terminal:
    terminal = Terminal(engine, "run", "-it", "--name", name, *flags, "busybox", "sh", **env)
    terminal.until(PROMPT)
    return terminal


def runs(engine: LiveEngine, name: str) -> bool:
    return engine.docker("inspect", "-f", "{{.State.Running}}", name).stdout == "true\n"


pytestmark = pytest.mark.usefixtures("clean")


def test_a_shell_answers_and_its_code_is_ours(any_engine: LiveEngine, name: str) -> None:
    terminal = shell(any_engine, name, "--rm")
    terminal.type("echo $((6*7)); tty\n")
    terminal.until("42\r\n/dev/pts/0\r\n")
    terminal.type("exit 3\n")
    assert terminal.ends() == 3


def test_the_size_follows_the_terminal(any_engine: LiveEngine, name: str) -> None:
    terminal = shell(any_engine, name, "--rm")
    terminal.type("until stty size | grep '30 100'; do :; done; echo first\n")
    terminal.until("30 100\r\nfirst")
    terminal.resize(40, 120)
    terminal.type("until stty size | grep '40 120'; do :; done; echo second\n")
    terminal.until("40 120\r\nsecond")
    terminal.type("exit\n")
    assert terminal.ends() == 0


def test_ctrl_c_is_the_containers(engine: LiveEngine, name: str) -> None:
    script = "trap 'echo got it; exit 9' INT; echo ready; while :; do sleep 0.1; done"
    terminal = Terminal(engine, "run", "-it", "--name", name, "busybox", "sh", "-c", script)
    terminal.until("ready")
    terminal.type("\x03")
    terminal.until("got it")
    assert terminal.ends() == 9


def test_ctrl_d_is_the_containers(engine: LiveEngine, name: str) -> None:
    terminal = shell(engine, name)
    terminal.type("\x04")
    assert terminal.ends() == 0


def test_every_byte_reaches_the_container(engine: LiveEngine, name: str) -> None:
    terminal = shell(engine, name, "--detach-keys", "")
    typed = bytes(range(256)).decode("latin-1")
    terminal.type("stty raw -echo; echo ready; head -c 384 | sha256sum; exit\n")
    terminal.until("ready\r?\n")
    terminal.type(typed)
    terminal.until(hashlib.sha256(typed.encode()).hexdigest())
    assert terminal.ends() == 0


def test_the_detach_keys_leave_it_running(any_engine: LiveEngine, name: str) -> None:
    terminal = shell(any_engine, name, "--rm")
    terminal.type("\x10\x11")
    assert terminal.ends() == 0
    assert runs(any_engine, name)
    again = Terminal(any_engine, "attach", name)
    again.until(PROMPT)  # drawn anew for who comes back
    again.type("\x10\x11")
    again.until("read escape sequence")
    assert again.ends() == 1  # as docker: attach reports it, run and start do not
    last = Terminal(any_engine, "attach", name)
    last.until(PROMPT)
    last.type("exit 5\n")
    assert last.ends() == 5


def test_detach_keys_may_be_typed_slowly(engine: LiveEngine, name: str) -> None:
    terminal = shell(engine, name)
    terminal.type("echo one\n")
    terminal.until("one\r\n" + PROMPT)
    terminal.type(UP)
    terminal.until("echo one")  # it was not held back for long
    terminal.type("\x11")
    assert terminal.ends() == 0
    assert runs(engine, name)


@pytest.mark.parametrize("verb", ["run", "exec", "attach", "start"])
def test_a_lone_ctrl_p_reaches_the_shell(any_engine: LiveEngine, name: str, verb: str) -> None:
    made = ["-it", "--name", name, "busybox", "sh"]
    argv = {
        "run": ["run", *made],
        "exec": ["exec", "-it", name, "sh"],
        "attach": ["attach", name],
        "start": ["start", "-ai", name],
    }[verb]
    before = {"exec": ["run", "-d"], "attach": ["run", "-d"], "start": ["create"]}.get(verb)
    if before:
        any_engine.docker(*before, *made)
    terminal = Terminal(any_engine, *argv)
    terminal.until(PROMPT)
    terminal.type("echo one\n")
    terminal.until("one\r\n" + PROMPT)
    terminal.type(UP)
    terminal.until("echo one")
    terminal.type("\nexit 4\n")
    assert terminal.ends() == 4
    any_engine.docker("rm", "-f", name)


@pytest.mark.parametrize("where", ["flag", "config"])
def test_other_detach_keys_can_be_chosen(
    engine: LiveEngine, name: str, where: str, tmp_path: Path
) -> None:
    if where == "flag":
        terminal = shell(engine, name, "--detach-keys", "ctrl-x,x")
    else:
        (tmp_path / "config.json").write_text(json.dumps({"detachKeys": "ctrl-x,x"}))
        terminal = shell(engine, name, DOCKER_CONFIG=str(tmp_path))
    terminal.type("\x10\x11")
    terminal.type("echo still here\n")
    terminal.until("still here\r\n")
    terminal.type("\x18x")
    assert terminal.ends() == 0
    assert runs(engine, name)


def test_exec_leaves_its_command_on_detach(engine: LiveEngine, name: str) -> None:
    engine.docker("run", "-d", "--name", name, "busybox", "sleep", "1000")
    terminal = Terminal(engine, "exec", "-it", name, "sh")
    terminal.until(PROMPT)
    terminal.type("\x10\x11")
    terminal.until("read escape sequence")
    assert terminal.ends() == 1
    assert engine.docker("top", name).stdout.count("sh\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_exec_and_restores_the_terminal(
    engine: LiveEngine, name: str, number: signal.Signals
) -> None:
    engine.docker("run", "-d", "--name", name, "busybox", "sleep", "1000")
    terminal = Terminal(engine, "exec", "-it", name, "sh")
    terminal.until(PROMPT)
    assert not terminal.is_as_before()
    terminal.send(number)
    assert terminal.ends() == 128 + number


def test_a_signal_goes_to_the_container_that_ends(engine: LiveEngine, name: str) -> None:
    terminal = Terminal(
        engine, "run", "-it", "--name", name, "busybox",
        "sh", "-c", "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.1; done",
    )  # fmt: skip
    terminal.until("ready")
    terminal.send(signal.SIGTERM)
    terminal.until("bye")
    assert terminal.ends() == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_the_container_ignores_ends_dsock(
    engine: LiveEngine, name: str, number: signal.Signals
) -> None:
    terminal = shell(engine, name)
    terminal.send(number)
    assert terminal.ends() == 128 + number
    assert runs(engine, name)


def test_the_third_interrupt_from_outside_ends_dsock(engine: LiveEngine, name: str) -> None:
    script = "trap 'echo again' INT; echo ready; while :; do sleep 0.1; done"
    terminal = Terminal(engine, "run", "-it", "--name", name, "busybox", "sh", "-c", script)
    terminal.until("ready")
    for _ in range(2):
        terminal.send(signal.SIGINT)
        terminal.until("again")
    terminal.send(signal.SIGINT)
    assert terminal.ends() == 1
    assert runs(engine, name)


def test_a_window_that_closes_ends_dsock(engine: LiveEngine, name: str) -> None:
    terminal = shell(engine, name)
    assert terminal.hang_up() != 0
    assert runs(engine, name)


def test_a_killed_container_restores_the_terminal(engine: LiveEngine, name: str) -> None:
    terminal = shell(engine, name)
    engine.docker("kill", name)
    assert terminal.ends() == 137


@pytest.mark.parametrize("verb", ["run", "exec"])
def test_a_killed_engine_restores_the_terminal(
    private_engine: Callable[[], LiveEngine], name: str, verb: str
) -> None:
    engine = private_engine()
    engine.docker("run", "-d", "--name", name, "busybox", "sleep", "1000")
    argv = ["exec", "-it", name] if verb == "exec" else ["run", "-it", "busybox"]
    terminal = Terminal(engine, *argv, "sh")
    terminal.until(PROMPT)
    engine.kill()
    assert terminal.ends() == (1 if verb == "exec" else 125)
