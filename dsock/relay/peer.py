"""One end of a relay: a socket that is read and written without holding anything back."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress

from dsock.relay.body import Body
from dsock.relay.head import LONGEST_HEAD, BadMessage, end_of_head

READ_BYTES = 1 << 18
CONNECT_SECONDS = 10.0
# Who is refused while it still sends gets so much time to read why.
LINGER_SECONDS = 2.0
# A unix socket's path, the host and port of an engine that listens on tcp, or what connects in
# another way, called in a thread.
Address = str | tuple[str, int] | Callable[[], socket.socket]


async def dial(address: Address) -> Peer:
    """Connect to an engine. Raises OSError if nobody is there."""
    import asyncio

    if callable(address):
        return Peer(await asyncio.to_thread(address))
    if not isinstance(address, str):
        return Peer(await asyncio.to_thread(socket.create_connection, address, CONNECT_SECONDS))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return Peer(sock)


class Peer:
    """A connected socket. What was read too far waits for the next `read`."""

    def __init__(self, sock: socket.socket) -> None:
        import asyncio

        sock.setblocking(False)
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._waiting = b""
        # One for all reads: new ones of this size would each be mapped and cleared by the kernel.
        self._buffer = memoryview(bytearray(READ_BYTES))

    async def read(self) -> bytes | memoryview:
        """What is there, good until the next read, waiting for the first byte; b"" at the end."""
        if self._waiting:
            data, self._waiting = self._waiting, b""
            return data
        return self._buffer[: await self._loop.sock_recv_into(self._sock, self._buffer)]

    async def head(self, longest: int = LONGEST_HEAD) -> bytes:
        """The bytes of a message's head, b"" if the connection ends before one begins. Raises
        BadMessage if it ends inside, or the head grows longer than `longest` bytes."""
        data = bytearray()
        while not (end := end_of_head(data, longest)):
            block = await self.read()
            if not block:
                if data:
                    raise BadMessage("the connection ended inside a head")
                return b""
            data += block
        self._waiting = bytes(data[end:]) + self._waiting
        return bytes(data[:end])

    async def body(self, body: Body) -> tuple[memoryview, list[memoryview]]:
        """The next bytes of `body` as they came, and the payload in them. Empty if the connection
        ended before the body did."""
        block = memoryview(await self.read())
        used, payload = body.feed(block)
        if used < len(block):
            self._waiting = bytes(block[used:]) + self._waiting
        return block[:used], payload

    async def write(self, data: bytes | memoryview) -> None:
        """Send all of `data`. Raises OSError if nobody takes it."""
        await self._loop.sock_sendall(self._sock, data)

    async def gone(self) -> bool:
        """Wait until the other side says something (False) or has nothing more to say (True),
        and read nothing of it: this may be cancelled without losing a byte."""
        import asyncio

        if self._waiting:
            return False
        ready = asyncio.Event()
        self._loop.add_reader(self._sock, ready.set)
        try:
            await ready.wait()
        finally:
            self._loop.remove_reader(self._sock)
        try:
            return not self._sock.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def credentials(self) -> tuple[int, int, int]:
        """Process, user and group at the other end of a unix socket, as they were when it
        connected."""
        option = socket.SO_PEERCRED
        found = self._sock.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i"))
        pid, uid, gid = struct.unpack("3i", found)
        return pid, uid, gid

    def end(self) -> None:
        """Say that nothing more will be sent; the other direction stays open."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    async def linger(self) -> None:
        """Say that nothing more will be sent, and read what still comes for a moment: a socket
        that is closed with bytes unread takes the last answer with it."""
        import asyncio

        self.end()
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(LINGER_SECONDS):
                while await self.read():
                    pass

    def close(self) -> None:
        self._sock.close()
