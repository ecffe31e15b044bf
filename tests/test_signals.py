"""Signals that come at a bad moment."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from dsock.engine.heedful import heedful


class Noticed(Exception):
    pass


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """SIGUSR1 reaches another thread, so that it interrupts no read of this one."""

    def notice(*_: object) -> None:
        raise Noticed

    done = threading.Event()
    ready = threading.Event()

    def other() -> None:
        ready.set()
        done.wait()

    before = signal.signal(signal.SIGUSR1, notice)
    thread = threading.Thread(target=other)
    thread.start()
    ready.wait()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    yield
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    done.set()
    thread.join()
    signal.signal(signal.SIGUSR1, before)


def test_a_signal_that_interrupts_no_read_is_noticed_while_the_engine_is_silent(
    elsewhere: None,
) -> None:
    ours, engines = socket.socketpair()
    with ours, engines, ours.makefile("rb") as file:
        killer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGUSR1])
        killer.start()
        with pytest.raises(Noticed):
            heedful(file).read1(100)
        killer.join()


def test_what_came_with_the_headers_is_read_at_once_and_then_the_rest() -> None:
    ours, engines = socket.socketpair()
    with ours, engines, ours.makefile("rb") as file:
        engines.sendall(b"headers\nearly")
        assert file.readline() == b"headers\n"
        reader = heedful(file)
        assert reader.read1(100) == b"early"
        engines.sendall(b"late")
        assert reader.read1(100) == b"late"
        engines.shutdown(socket.SHUT_WR)
        assert reader.read1(100) == b""
