"""A body into files and pipes without a look at it: splice(2) moves its pages from the engine's
socket, and only what begins its chunks and frames, and small frames, come through here."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from dsock.engine.frames import chunked_frames
from dsock.engine.wire import chunk_length
from dsock.errors import BrokenOff, DsockError
from dsock.files import write, write_pieces

CAPACITY = 1 << 20  # of the pipe between the two: the kernel splices nothing without one
USUAL_LINE = len(b"\r\n8000\r\n")
LONGEST_LINE = 1 << 12

_Found = TypeVar("_Found")


def pour(sock: socket.socket, early: bytes, chunked: bool, out: int) -> None:
    """Write the body that comes from `sock`, of which `early` was read before, to `out`.

    Raises BrokenOff if it ends too early, DsockError if it is not chunked and should be, and
    OSError only for `out`.
    """
    with _Pipe(sock, b"\r\n" + early if chunked else early) as pipe:
        if chunked:
            line, length = pipe.chunk()
            while length:
                pipe.carry(out, length, line, length)
                line, length = pipe.chunk()
        else:
            while pipe.move(out, CAPACITY):
                pass


def pour_frames(sock: socket.socket, early: bytes) -> None:
    """Write the frames of a chunked, multiplexed body to stdout and stderr: see `pour`."""
    with _Pipe(sock, early) as pipe:
        for run in chunked_frames(pipe, pipe.carry):
            pipe.flush()
            write_pieces(run.stream, run.pieces)


class _Pipe:
    """What comes from `sock`, after `early`, goes through a pipe to where it belongs.

    Nothing waits in the pipe for what comes later, and a signal's handler runs within half a
    second, as it does everywhere (see heedful).
    """

    def __init__(self, sock: socket.socket, early: bytes) -> None:
        sock.setblocking(False)
        self._sock, self._early = sock, early
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._end, self._begin = os.pipe2(os.O_CLOEXEC)
        with suppress(OSError):  # more than this user may have: it does with less
            fcntl.fcntl(self._begin, fcntl.F_SETPIPE_SZ, CAPACITY)
        self._held, self._out = 0, -1  # bytes in the pipe, and for which descriptor
        self._refuse: set[int] = set()  # descriptors that nothing can be spliced to

    def __enter__(self) -> _Pipe:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None or issubclass(kind, DsockError):
                self.flush()
        finally:
            os.close(self._begin)
            os.close(self._end)

    def chunk(self) -> tuple[bytes, int]:
        """The line that begins the next chunk, with the end of the last one, and what it says."""
        line = self.read1(USUAL_LINE)
        while (end := line.find(b"\r\n", 2) + 2) < 2 and len(line) < LONGEST_LINE:
            if not (more := self.read1(1)):
                raise BrokenOff()
            line += more
        if end < 2:
            raise DsockError(f"the engine's answer is not in chunks: {line[:40]!r}")
        self._early = line[end:] + self._early
        return line[:end], chunk_length(line[2 : end - 2])

    def carry(self, out: int, size: int, header: bytes, length: int) -> None:
        """Hand on the next `size` bytes to the descriptor `out`, and then `length` more as often
        as `header` comes before them."""
        while True:
            while size:
                moved = self.move(out, size)
                if not moved:
                    raise BrokenOff()
                size -= moved
            line = self.read1(len(header))
            if line != header:
                self._early = line + self._early
                return
            size = length

    def move(self, out: int, size: int) -> int:
        """Hand on some of the next `size` bytes; returns how many, 0 at the end."""
        if self._early:
            data = self.read1(size)
            self.flush()
            write(out, data)
            return len(data)
        if out != self._out:
            self.flush()
            self._out = out
        sock, begin, size = self._sock.fileno(), self._begin, min(size, CAPACITY)
        moved = self._waiting(os.splice, sock, begin, size, None, None, os.SPLICE_F_NONBLOCK)
        self._held += moved
        return moved

    def read1(self, size: int) -> bytes:
        """What is there, of the next `size` bytes, for whom it does not go by unseen."""
        if self._early:
            data, self._early = self._early[:size], self._early[size:]
            return data
        return self._waiting(self._sock.recv, size)

    def _waiting(self, take: Callable[..., _Found], *args: Any) -> _Found:
        """What `take` gives as soon as it can: when there is something, and room in the pipe."""
        while True:
            try:
                return take(*args)
            except BlockingIOError:
                if self._held:
                    self.flush()
                else:
                    self._poll.poll(500)
            except OSError as err:
                raise BrokenOff() from err

    def flush(self) -> None:
        """Nothing of what was handed on is in the pipe any more."""
        while self._held:
            self._held -= self._copied() if self._out in self._refuse else self._spliced()

    def _spliced(self) -> int:
        try:
            return os.splice(self._end, self._out, self._held)
        except BlockingIOError:  # another program has left it so
            select.select([], [self._out], [])
        except OSError as err:
            if err.errno != errno.EINVAL:
                raise
            self._refuse.add(self._out)  # a file that is appended to, some devices
        return 0

    def _copied(self) -> int:
        data = os.read(self._end, self._held)
        write(self._out, data)
        return len(data)
