"""A relay that runs beside the test, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dsock.relay import forward, listen
from dsock.relay.peer import Address, Peer


@contextmanager
def relay(engine: Address, gate: forward.Gate = forward.everything) -> Iterator[str]:
    """The path of a socket that passes on to `engine` what `gate` lets through."""
    with listen.private_folder() as folder, listen.bound(folder / "docker.sock") as sock:
        loop = asyncio.new_event_loop()

        async def serve(client: Peer) -> None:
            await forward.serve(client, engine, gate)

        task = loop.create_task(listen.accept(sock, serve))
        thread = threading.Thread(target=_run, args=(loop, task))
        thread.start()
        try:
            yield str(folder / "docker.sock")
        finally:
            loop.call_soon_threadsafe(task.cancel)
            thread.join()
            loop.close()


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
