"""One call for each of several targets, all under way at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from dsock.engine.client import Engine
from dsock.errors import DsockError

AT_ONCE = 50  # as docker

Act = Callable[[str], Any]


TIMED_OUT = 124  # exit code, as of timeout(1)


def started(engine: Engine, act: Act, targets: Sequence[str], seconds: float | None = None) -> Act:
    """Begin `act(target)` for all `targets`, in threads.

    What is returned is to be called once for each target in their order: it waits for that
    target's end and returns or raises what `act` did, or DsockError (exit code TIMED_OUT) if that
    takes longer than `seconds` from now. A dry run, whose script has an order, and a single
    target without a limit need no threads: there it is `act` itself.
    """
    if (len(targets) < 2 and not seconds) or engine.script is not None:
        return act
    engine.version  # noqa: B018  asked once, before several threads would ask it
    slots = threading.Semaphore(AT_ONCE)
    deadline = time.monotonic() + seconds if seconds else None
    jobs = iter([_Job(act, target, slots) for target in targets])

    def wait(target: str) -> Any:
        job = next(jobs)
        if not job.ended(deadline):
            raise DsockError(f"{target}: still waiting after {seconds:g} s", exit_code=TIMED_OUT)
        return job.result()

    return wait


class _Job:
    """`act(target)` in a thread of its own, which does not keep the process alive."""

    def __init__(self, act: Act, target: str, slots: threading.Semaphore) -> None:
        self._ended = threading.Event()
        self._value: Any = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, args=(act, target, slots), daemon=True).start()

    def ended(self, deadline: float | None) -> bool:
        """Wait for the end, until then; True if it came."""
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        return self._ended.wait(left)

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value

    def _run(self, act: Act, target: str, slots: threading.Semaphore) -> None:
        with slots:
            try:
                self._value = act(target)
            except BaseException as err:  # raised again where it is waited for
                self._error = err
        self._ended.set()
