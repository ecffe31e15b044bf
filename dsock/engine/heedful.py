"""Reads of a stream that may be silent for hours, and signals that cannot wait for it."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from dsock.engine.wire import READ_BYTES

if TYPE_CHECKING:
    import socket

    from dsock.engine.wire import Readable


def heedful(file: Any) -> Any:
    """`file`, the buffered one of a response, with reads that don't keep signals waiting.

    Python runs a signal's handler between two steps of the program. One that comes just before a
    read, or in another thread, has to wait until the engine says something, which may be hours.
    So where a read has no limit it begins when there are bytes, looked for twice a second.
    """
    # The C library maps blocks of this size anew for each read, and faults in each of their pages,
    # until it has seen a larger one freed.
    bytes(4 * READ_BYTES)
    sock = getattr(getattr(file, "raw", None), "_sock", None)
    return file if sock is None or sock.gettimeout() is not None else Heedful(file, sock)


class Heedful:
    """A file whose reads begin when there are bytes; `early` came before the first of them."""

    def __init__(self, file: Readable, sock: socket.socket) -> None:
        self._file, self.sock = file, sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        # What came with the headers is in the file, where no poll sees it. Read here, before
        # another thread writes: nobody else may find the socket like this.
        sock.setblocking(False)
        try:
            self.early = file.read1(READ_BYTES)
        finally:
            sock.setblocking(True)
        self.ticks = False

    def read1(self, size: int) -> bytes | None:
        """What is there; None, with `ticks`, if there was nothing for half a second."""
        if self.early:
            data, self.early = self.early[:size], self.early[size:]
            return data
        while not self._poll.poll(500):
            if self.ticks:
                return None
        return self._file.read1(size)
