"""Signals for the container, and the size of its terminal."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from types import FrameType

# Not the container's: our own children, pipes and timers, and what a program's faults raise.
OURS = {
    signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGURG, signal.SIGWINCH,
    signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSYS,
}  # fmt: skip
ENOUGH = 3


@contextmanager
def forwarded(send: Callable[[str], object]) -> Iterator[None]:
    """Each signal that arrives goes to `send("TERM")`, in a thread and in order.

    The third SIGINT or SIGTERM ends dsock: the container's process may ignore them.
    """
    queue: SimpleQueue[str] = SimpleQueue()
    asked = 0

    def arrived(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if number in (signal.SIGINT, signal.SIGTERM):
            asked += 1
            if asked >= ENOUGH:
                raise SystemExit(128 + number)
        queue.put(signal.Signals(number).name.removeprefix("SIG"))

    def deliver() -> None:
        while name := queue.get():
            try:
                send(name)
            except Exception:
                continue  # the container has just gone

    Thread(target=deliver, daemon=True).start()
    numbers = [s for s in signal.valid_signals() if s not in OURS and isinstance(s, signal.Signals)]
    with _handled(numbers, arrived):
        yield
    queue.put("")


@contextmanager
def ending() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind as exceptions, so that the terminal is restored."""

    def arrived(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with _handled([signal.SIGTERM, signal.SIGHUP], arrived):
        yield


@contextmanager
def resized(resize: Callable[[], object]) -> Iterator[None]:
    """`resize()` now, until it works, and at each SIGWINCH."""
    queue: SimpleQueue[bool] = SimpleQueue()

    def keep() -> None:
        import time

        while queue.get():
            # The process may not be there yet although the engine said so.
            for attempt in range(10):
                try:
                    resize()
                    break
                except Exception:
                    time.sleep(0.01 * (attempt + 1))

    Thread(target=keep, daemon=True).start()
    queue.put(True)
    with _handled([signal.SIGWINCH], lambda _number, _frame: queue.put(True)):
        yield
    queue.put(False)


@contextmanager
def _handled(
    numbers: list[signal.Signals], handler: Callable[[int, FrameType | None], object]
) -> Iterator[None]:
    before = {}
    for number in numbers:
        before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old if old is not None else signal.SIG_DFL)
