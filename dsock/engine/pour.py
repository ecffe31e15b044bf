"""A plain body into a file or a pipe without a look at it: splice(2) moves its pages from the
engine's socket, and only the lines that begin its chunks come through here."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from dsock.engine.wire import chunk_length
from dsock.errors import BrokenOff, DsockError
from dsock.files import write

CAPACITY = 1 << 20  # of the pipe between the two: the kernel splices nothing without one
LONGEST_LINE = 1 << 12

_Found = TypeVar("_Found")


def pour(sock: socket.socket, early: bytes, chunked: bool, out: int) -> None:
    """Write the body that comes from `sock`, of which `early` was read before, to `out`.

    Raises BrokenOff if it ends too early, DsockError if it is not chunked and should be, and
    OSError only for `out`.
    """
    sock.setblocking(False)
    with _Pipe(sock, b"\r\n" + early if chunked else early, out) as pipe:
        if not chunked:
            while pipe.carry(CAPACITY):
                pass
            return
        while missing := pipe.chunk():
            while missing:
                moved = pipe.carry(missing)
                if not moved:
                    raise BrokenOff()
                missing -= moved


class _Pipe:
    """What comes from `sock`, after `early`, goes through a pipe to `out`.

    Nothing waits in the pipe for what comes later, and a signal's handler runs within half a
    second, as it does everywhere (see heedful).
    """

    def __init__(self, sock: socket.socket, early: bytes, out: int) -> None:
        self._sock, self._early, self._out = sock, early, out
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._end, self._begin = os.pipe2(os.O_CLOEXEC)
        with suppress(OSError):  # more than this user may have: it does with less
            fcntl.fcntl(self._begin, fcntl.F_SETPIPE_SZ, CAPACITY)
        self._held = 0  # bytes in the pipe
        self._line = 1  # how long the line was that began the last chunk: the next is like it
        self._splices = True

    def __enter__(self) -> _Pipe:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind in (None, BrokenOff):
                self._flush()
        finally:
            os.close(self._begin)
            os.close(self._end)

    def chunk(self) -> int:
        """The length of the next chunk, 0 after the last one."""
        line = self._read(self._line)
        while (end := line.find(b"\r\n", 2)) < 0 and len(line) < LONGEST_LINE:
            line += self._read(1)
        if end < 0:
            raise DsockError(f"the engine's answer is not in chunks: {line[:40]!r}")
        self._early = line[end + 2 :] + self._early
        self._line = end + 2
        return chunk_length(line[2:end])

    def carry(self, size: int) -> int:
        """Hand on some of the next `size` bytes; returns how many, 0 at the end."""
        if self._early:
            data, self._early = self._early[:size], self._early[size:]
            self._flush()
            write(self._out, data)
            return len(data)
        sock, begin, size = self._sock.fileno(), self._begin, min(size, CAPACITY)
        moved = self._waiting(lambda: os.splice(sock, begin, size, flags=os.SPLICE_F_NONBLOCK))
        self._held += moved
        return moved

    def _read(self, size: int) -> bytes:
        if self._early:
            data, self._early = self._early[:size], self._early[size:]
            return data
        data = self._waiting(lambda: self._sock.recv(size))
        if not data:
            raise BrokenOff()
        return data

    def _waiting(self, take: Callable[[], _Found]) -> _Found:
        """What `take` gives as soon as it can: when there is something, and room in the pipe."""
        while True:
            try:
                return take()
            except BlockingIOError:
                if self._held:
                    self._flush()
                else:
                    self._poll.poll(500)
            except OSError as err:
                raise BrokenOff() from err

    def _flush(self) -> None:
        while self._held:
            self._held -= self._spliced() if self._splices else self._copied()

    def _spliced(self) -> int:
        try:
            return os.splice(self._end, self._out, self._held)
        except BlockingIOError:  # another program has left it so
            select.select([], [self._out], [])
            return 0
        except OSError as err:
            if err.errno != errno.EINVAL:
                raise
        self._splices = False  # a file that is appended to, some devices
        return 0

    def _copied(self) -> int:
        data = os.read(self._end, self._held)
        write(self._out, data)
        return len(data)
