"""Signals for the container, and the size of its terminal."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType

from dsock.errors import DsockError
from dsock.terminal import raw
from dsock.terminal.background import start

# Not the container's: what says something about our own children and pipes, our own faults, and
# what nobody can catch.
OURS = {
    signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGURG,
    signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSYS,
}  # fmt: skip
LEAVING = {
    signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
}  # fmt: skip
ENOUGH = 3
# With the terminal in raw mode only somebody outside can send a signal that ends. If the container
# does not end of it, dsock does: else that terminal could not be used until the container's end.
GRACE_SECONDS = 2
RESIZE_TRIES = 10

Handler = Callable[[int, FrameType | None], None]


@contextmanager
def forwarded(send: Callable[[str], object]) -> Iterator[None]:
    """Each signal that arrives goes to `send("TERM")`, in order.

    The third SIGINT or SIGTERM ends dsock, as the container's process may ignore them; with the
    terminal in raw mode, SIGTERM and SIGHUP do after GRACE_SECONDS. SIGWINCH is the container's
    only if we have no terminal: nginx and httpd would stop serving when the window is resized.
    """
    names: SimpleQueue[str] = SimpleQueue()
    asked = 0

    def arrived(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        names.put(signal.Signals(number).name.removeprefix("SIG"))
        if raw.is_raw() and number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal.SIGALRM, lambda *_: _leave(number))
            signal.alarm(GRACE_SECONDS)
        asked += number in (signal.SIGINT, signal.SIGTERM)
        if asked == ENOUGH:
            raw.restore()
            os.write(2, b"got 3 SIGTERM/SIGINTs, forcefully exiting; the container still runs\n")
            raise SystemExit(1)

    def deliver() -> None:
        while name := names.get():
            try:
                send(name)
            except DsockError:
                continue  # the container has just gone

    every = {s for s in signal.valid_signals() if isinstance(s, signal.Signals)}
    if any(map(os.isatty, range(3))):
        every.remove(signal.SIGWINCH)
    start(deliver)
    with handled(every - OURS, arrived):
        try:
            yield
        finally:
            signal.alarm(0)
            names.put("")


@contextmanager
def ending(seconds: float = 0) -> Iterator[None]:
    """A signal that ends dsock leaves the terminal as it was, and gives 128 + its number.

    With `seconds` it does so by then, also if what is said at the end keeps it: a terminal that
    stands still takes nothing. What is ignored (nohup) stays so.
    """

    def arrived(number: int, _frame: FrameType | None) -> None:
        if seconds:
            signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
            signal.setitimer(signal.ITIMER_REAL, seconds)
        _leave(number)

    with handled({s for s in LEAVING if signal.getsignal(s) != signal.SIG_IGN}, arrived):
        yield


@contextmanager
def resized(resize: Callable[[], object]) -> Iterator[None]:
    """`resize()` now, again until it works, and at each SIGWINCH."""
    changes: SimpleQueue[bool] = SimpleQueue()

    def works() -> bool:
        try:
            resize()
        except DsockError:  # the process may not be there yet, or any more
            return False
        return True

    def keep() -> None:
        while changes.get():
            for tried in range(1, RESIZE_TRIES + 1):
                if works():
                    break
                time.sleep(0.01 * tried)

    if not works():
        changes.put(True)
    start(keep)
    with handled({signal.SIGWINCH}, lambda *_: changes.put(True)):
        yield
    changes.put(False)


def _leave(number: int) -> None:
    raw.restore()  # at once: what is raised from a handler may come between any two steps
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


@contextmanager
def handled(numbers: set[signal.Signals], handler: Handler) -> Iterator[None]:
    """`handler` is called for these signals."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, signal.SIG_DFL if old is None else old)


@contextmanager
def waking(descriptor: int) -> Iterator[None]:
    """Each signal, whatever thread it reaches, also writes a byte to `descriptor`."""
    before = signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
