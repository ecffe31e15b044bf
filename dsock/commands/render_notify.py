"""Who is told that a file has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsock.api import containers
from dsock.app import App
from dsock.commands import program
from dsock.errors import BadFlag

if TYPE_CHECKING:
    from dsock.engine.request import Request


@dataclass
class Notice:
    """A program to run, or a call to make."""

    name: str  # for messages
    argv: list[str]
    request: Request | None = None

    def send(self, app: App) -> None:
        """Raises DsockError if that fails."""
        if self.request is not None:
            app.engine.json(self.request)
        elif app.script is not None:
            app.script.run(self.argv)
        else:
            program.run(self.argv)


def programs(commands: Iterable[str], out: str) -> Iterator[Notice]:
    """--reload. Raises BadFlag."""
    for command in commands:
        argv = [word.replace("{}", out) for word in program.words("--reload", command)]
        yield Notice(command, argv)


def signals(pairs: Iterable[str]) -> Iterator[Notice]:
    """--signal SIGNAL=CONTAINER: POST /containers/{id}/kill. Raises BadFlag."""
    for pair in pairs:
        signal, _, container = pair.partition("=")
        if not (signal and container):
            raise BadFlag(f"--signal: {pair!r} is no SIGNAL=CONTAINER", "such as HUP=web")
        yield Notice(f"{signal} to {container}", [], containers.kill(container, signal))
