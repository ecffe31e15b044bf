"""A relay that runs beside the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dsock.relay import listen
from dsock.relay.beside import relaying
from dsock.relay.gate import Gate, everything
from dsock.relay.peer import Address


@contextmanager
def relay(engine: Address, gate: Gate = everything) -> Iterator[str]:
    """The path of a socket that passes on to `engine` what `gate` lets through."""
    with (
        listen.private_folder() as folder,
        listen.bound(folder / "docker.sock") as sock,
        relaying(sock, engine, gate),
    ):
        yield str(folder / "docker.sock")
