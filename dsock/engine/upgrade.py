"""A call that became a two-way byte stream (attach, exec): HTTP's 101, or docker's older 200."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from dsock.engine.heedful import heedful
from dsock.engine.transport import Answer
from dsock.engine.wire import READ_BYTES
from dsock.errors import DsockError


class Connection:
    """Both directions of an upgraded call."""

    def __init__(self, answer: Answer) -> None:
        """Take over the connection of `answer`. Raises DsockError if it was not upgraded."""
        self._answer = answer  # if it is collected, its file closes under the reader
        http = getattr(answer._response.raw, "_fp", None)
        self._file: Any = getattr(http, "fp", None)
        sock = getattr(getattr(self._file, "raw", None), "_sock", None)
        if answer.status not in (101, 200) or getattr(http, "chunked", False):
            raise DsockError(
                f"the engine did not upgrade the connection (status {answer.status})",
                "something between dsock and the engine does not let two-way streams through",
            )
        if sock is None:
            raise DsockError("this version of urllib3 does not hand out an upgraded connection")
        self.socket: socket.socket = sock
        self._file = heedful(self._file)

    def read(self) -> bytes:
        """What is there, waiting for at least a byte; b"" at the end.

        It reads where the headers were read: bytes that came with them are in that buffer,
        not in the socket any more.
        """
        try:
            data: bytes = self._file.read1(READ_BYTES)
        except (ConnectionError, ValueError):  # cut, or closed by another thread
            return b""
        return data

    def send(self, data: bytes) -> None:
        """Send all of `data`. Raises BrokenPipeError or ConnectionError if the engine left."""
        self.socket.sendall(data)

    def close_write(self) -> None:
        """The end of the input; output still comes."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Leave the stream in both directions; a reader in another thread wakes up."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
