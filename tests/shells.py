"""TAB in real shells: what becomes of a line that is typed into bash, zsh or fish."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from tests.scripted import LIMIT

COMPLETIONS = Path(__file__).parent.parent / "completions"
PROGRAMS = str(Path(sys.executable).parent)

BASH = ["bash", "--norc", "--noprofile", "-i"]
BASH_SETUP = f"bind 'set enable-bracketed-paste off'; source '{COMPLETIONS}/dsock.bash'"
ZSH = ["zsh", "-f", "-i"]
ZSH_SETUP = f"fpath=('{COMPLETIONS}' $fpath); autoload -U compinit; compinit -D -u"


def after_tab(shell: str, line: str, env: Mapping[str, str]) -> str:
    """`line` after TAB was pressed at its end, without a blank at the end."""
    env = {**env, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "TERM": "dumb", "HOME": "/nowhere"}
    if shell == "fish":
        return _fish(line, env)
    argv, setup = (BASH, BASH_SETUP) if shell == "bash" else (ZSH, ZSH_SETUP)
    with _Terminal(argv, env) as terminal:
        terminal.type(f"{setup}; echo ready\r")
        terminal.until(r"^ready\r")
        # Before the line, `echo` is put, and it is run: it tells what the line has become.
        terminal.type(f"{line}\t\x01echo '=>' \r")
        return terminal.until(r"^=> (.*)\r$").strip()


def _fish(line: str, env: Mapping[str, str]) -> str:
    """fish tells its candidates without a terminal."""
    code = f"source '{COMPLETIONS}/dsock.fish'; complete -C $argv"
    argv = ["fish", "--no-config", "-c", code, line]
    done = subprocess.run(
        argv, env=dict(env), capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert done.stderr == ""
    found = [row.partition("\t")[0] for row in done.stdout.splitlines()]
    return line[: -len(line.split(" ")[-1]) or None] + found[0] if len(found) == 1 else line


class _Terminal:
    """A program on a pseudo-terminal, whose lines are long."""

    def __init__(self, argv: list[str], env: Mapping[str, str]) -> None:
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.execvpe(argv[0], argv, dict(env))
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 1000, 0, 0))
        self._output = ""

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def until(self, pattern: str) -> str:
        """Read until a line matches; its first group, or all of it."""
        deadline = time.monotonic() + LIMIT
        while not (found := re.search(pattern, self._output, re.MULTILINE)):
            ready, _, _ = select.select([self._fd], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"no {pattern} within {LIMIT} s: {self._output!r}"
            self._output += os.read(self._fd, 65536).decode()
        return found[found.re.groups]

    def __enter__(self) -> _Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)  # hangs up
        os.waitpid(self._pid, 0)
