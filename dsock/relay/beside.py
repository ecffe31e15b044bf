"""A relay in a thread of its own, beside what the program does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dsock.relay import forward, listen
from dsock.relay.gate import Gate, everything
from dsock.relay.peer import Address, Peer

if TYPE_CHECKING:
    import asyncio


@contextmanager
def relaying(sock: socket.socket, engine: Address, gate: Gate = everything) -> Iterator[None]:
    """Pass on to `engine` what comes to `sock` and may pass `gate`."""

    async def serve(client: Peer) -> None:
        await forward.serve(client, engine, gate)

    with serving(sock, serve):
        yield


@contextmanager
def serving(sock: socket.socket, serve: listen.Serve) -> Iterator[None]:
    """Serve who comes to `sock`. At the end, connections that are open have
    listen.GRACE_SECONDS to end."""
    import asyncio

    loop = asyncio.new_event_loop()
    task = loop.create_task(listen.accept(sock, serve))
    thread = threading.Thread(target=_run, args=(loop, task))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    import asyncio

    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
