"""The user's streams on a container's: what comes is written at once, what is typed is sent."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from threading import Thread
from typing import Protocol

from dsock.engine.wire import frames
from dsock.terminal.detach import Matcher

READ_BYTES = 1 << 16
KEY_SECONDS = 0.4  # a key that could begin the detach keys is not held longer


class TwoWay(Protocol):
    """What an upgraded call gives: engine.upgrade.Connection."""

    def read(self) -> bytes: ...
    def send(self, data: bytes) -> None: ...
    def close_write(self) -> None: ...
    def close(self) -> None: ...


class Session:
    """One attachment. `detached` is True after the user typed the detach keys."""

    def __init__(self, connection: TwoWay, tty: bool, stdin: bool, keys: bytes = b"") -> None:
        self.detached = False
        self._connection = connection
        self._tty = tty
        self._stdin = stdin
        self._matcher = Matcher(keys if tty else b"")

    def run(self) -> None:
        """Pass everything on until the container closes its output or the user detaches.

        Raises DsockError if the stream breaks off in the middle of a frame, BrokenPipeError if
        nobody reads our output any more.
        """
        if self._stdin:
            # Reading the user's input cannot be interrupted; a daemon keeps nobody waiting.
            Thread(target=self._send, daemon=True).start()
        blocks = self._blocks()
        if self._tty:
            for block in blocks:
                _write(sys.stdout, block)
        else:
            for out, err in frames(blocks):
                if out:
                    _write(sys.stdout, out)
                if err:
                    _write(sys.stderr, err)

    def _blocks(self) -> Iterator[bytes]:
        while block := self._connection.read():
            yield block

    def _send(self) -> None:
        descriptor = sys.stdin.fileno()
        try:
            while True:
                if self._matcher.held and not select.select([descriptor], [], [], KEY_SECONDS)[0]:
                    self._connection.send(self._matcher.release())
                    continue
                data = os.read(descriptor, READ_BYTES)
                if not data:
                    self._connection.close_write()
                    return
                passed, complete = self._matcher.feed(data)
                if passed:
                    self._connection.send(passed)
                if complete:
                    self.detached = True
                    self._connection.close()
                    return
        except OSError:
            return  # the container closed its input, or the terminal went away


def _write(stream: object, data: bytes) -> None:
    buffer = stream.buffer  # type: ignore[attr-defined]
    buffer.write(data)
    buffer.flush()
