"""--dry-run: the calls of a command as a shell script, nothing changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from dsock.engine.curl import curl, has_variable, quoted
from dsock.engine.endpoint import Endpoint
from dsock.engine.request import Request


class Script:
    """Writes each call as a line of a POSIX shell script by `write(text)`."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._begun = False
        self._waits = self._arrives = False

    def pretend(self, request: Request, endpoint: Endpoint, version: str | None) -> DryAnswer:
        """Write the call down; answers what the request says that the engine would answer."""
        line, _, comment = curl(request, endpoint, version, script=True).partition("  # ")
        captured = _captured(request.dry_answer)
        if captured:
            key, name = captured
            line = f'{name}=$({line} | sed -n \'s/.*"{key}":"\\([^"]*\\)".*/\\1/p\')'
        if request.background:
            line += " &"
            self._waits = self._arrives = True
        elif self._arrives:
            self._arrives = False
            self._line("sleep 1  # so that the calls above have reached the engine")
        self._line(f"{line}  # {comment}" if comment else line)
        return DryAnswer(request.dry_answer)

    def show(self, request: Request, endpoint: Endpoint, version: str | None) -> None:
        """Write down a call that was really made."""
        self._line(curl(request, endpoint, version, script=True))

    def say(self, text: str) -> None:
        """What the command would print, if it holds a value that only the script knows."""
        for line in text.splitlines():
            if has_variable(line):
                self._line(f"echo {quoted(line)}")

    def end(self) -> None:
        """Wait for the calls in the background."""
        if self._waits:
            self._line("wait")

    def _line(self, text: str) -> None:
        if not self._begun:
            self._begun = True
            self._write("#!/bin/sh\nset -e\n")
        self._write(text + "\n")


class DryAnswer:
    """The answer to a call that was not made."""

    status = 200
    headers: Mapping[str, str] = {}

    def __init__(self, value: object) -> None:
        self.value = value

    def read(self) -> bytes:
        return b""

    def blocks(self) -> Iterator[bytes]:
        return iter(())

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        return iter(())

    def close(self) -> None:
        pass


class DryConnection:
    """A two-way stream that is at its end."""

    def read(self) -> bytes:
        return b""

    def send(self, data: bytes) -> None:
        pass

    def close_write(self) -> None:
        pass

    def close(self) -> None:
        pass


def _captured(answer: object) -> tuple[str, str] | None:
    """(key, shell variable) where an answer's value is needed by later calls."""
    if isinstance(answer, Mapping):
        for key, value in answer.items():
            found = re.fullmatch(r"~dsock\.(\w+)~", value) if isinstance(value, str) else None
            if found:
                return str(key), found[1]
    return None
