"""One call for each of several targets, all under way at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from dsock.engine.client import Engine

AT_ONCE = 50  # as docker

Act = Callable[[str], Any]


def started(engine: Engine, act: Act, targets: Sequence[str]) -> Act:
    """Begin `act(target)` for all `targets`, in threads.

    What is returned is to be called once for each target in their order: it waits for that
    target's end and returns or raises what `act` did. A dry run, whose script has an order, and
    a single target need no threads: there it is `act` itself.
    """
    if len(targets) < 2 or engine.script is not None:
        return act
    engine.version  # noqa: B018  asked once, before several threads would ask it
    slots = threading.Semaphore(AT_ONCE)
    jobs = iter([_Job(act, target, slots) for target in targets])

    def wait(_target: str) -> Any:
        return next(jobs).result()

    return wait


class _Job:
    """`act(target)` in a thread of its own, which does not keep the process alive."""

    def __init__(self, act: Act, target: str, slots: threading.Semaphore) -> None:
        self._ended = threading.Event()
        self._value: Any = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, args=(act, target, slots), daemon=True).start()

    def result(self) -> Any:
        self._ended.wait()
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
