"""Threads beside the main one, which waits for the container's output."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Thread


def start(work: Callable[[], object]) -> None:
    """Run `work` in a thread that keeps nobody waiting at the end.

    It takes no signals: one that a thread took would not wake the main thread, which alone
    handles them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        Thread(target=work, daemon=True).start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
