"""The user's streams on a container's: what comes is written at once, what is typed is sent."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from dsock.engine.frames import STDIN, STDOUT, frames
from dsock.files import write, write_pieces
from dsock.terminal.background import start
from dsock.terminal.detach import FOR_ENGINE, Matcher

READ_BYTES = 1 << 16
KEY_SECONDS = 0.4  # a key that could begin the detach keys is not held longer


@dataclass(frozen=True)
class Streams:
    """Which of the user's streams the container has. `keys` detach, where there is a tty."""

    tty: bool
    stdin: bool
    stdout: bool = True
    stderr: bool = True
    keys: bytes = b""

    @property
    def any(self) -> bool:
        return self.stdin or self.stdout or self.stderr

    @property
    def engine_keys(self) -> str | None:
        """What an attach or exec call says about detach keys."""
        return FOR_ENGINE if self.tty and self.stdin else None


class TwoWay(Protocol):
    """What an upgraded call gives: engine.upgrade.Connection."""

    def read(self) -> bytes: ...
    def send(self, data: bytes) -> None: ...
    def close_write(self) -> None: ...
    def close(self) -> None: ...


class Session:
    """One attachment. `detached` is True after the user typed the detach keys."""

    def __init__(self, connection: TwoWay, streams: Streams) -> None:
        self.detached = False
        self._connection = connection
        self._streams = streams
        self._matcher = Matcher(streams.keys if streams.tty else b"")

    def run(self) -> None:
        """Pass everything on until the container closes its output or the user detaches; without
        output it returns at once, and what is typed is sent meanwhile.

        Raises DsockError if the stream breaks off in the middle of a frame, BrokenPipeError if
        nobody reads our output any more.
        """
        if self._streams.stdin:
            # Reading the user's input cannot be interrupted; a thread of its own keeps nobody.
            start(self._send)
        if not (self._streams.stdout or self._streams.stderr):
            return  # engines end such a stream with the input, not with the container
        if self._streams.tty:
            for block in self._blocks():
                write(STDOUT, block)
        else:
            for run in frames(self._blocks()):
                write_pieces(run.stream, run.pieces)

    def _blocks(self) -> Iterator[bytes]:
        while not self.detached and (block := self._connection.read()):
            yield block

    def _send(self) -> None:
        try:
            while data := self._typed():
                passed, complete = self._matcher.feed(data)
                if passed:
                    self._connection.send(passed)
                if complete:
                    self.detached = True
                    self._connection.close()
                    return
            self._connection.close_write()
        except OSError:
            pass  # the container closed its input: nobody wants the rest

    def _typed(self) -> bytes:
        """What the user typed, b"" at the input's end or when the terminal is gone."""
        if self._matcher.holds and not select.select([STDIN], [], [], KEY_SECONDS)[0]:
            self._connection.send(self._matcher.release())
        try:
            return os.read(STDIN, READ_BYTES)
        except OSError:
            return b""
