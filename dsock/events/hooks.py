"""A command for each event: argv without a shell, what happened in variables and on stdin."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dsock.events.resume import Event

LONGEST_PAUSE = 10.0  # seconds between two tries


class Hooks:
    """Runs `argv` for events: one after the other, or up to `jobs` at the same time.

    `seconds` is how long one may take: then it is killed with all that it has started. One that
    fails is tried `retries` times more, after 1, 2, 4... seconds. `report` is told of failures.
    """

    def __init__(
        self,
        argv: Sequence[str],
        report: Callable[[str], object],
        *,
        jobs: int = 1,
        seconds: float | None = None,
        retries: int = 0,
    ) -> None:
        self._argv = list(argv)
        self._report = report
        self._jobs, self._seconds, self._retries = jobs, seconds, retries
        self._free = threading.Semaphore(jobs)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._over = False

    def run(self, event: Event, text: str) -> None:
        """Run the command for `event`, `text` on its stdin. With several jobs, it only waits
        until there is one to be had."""
        if self._jobs == 1:
            self._try(event, text)
            return
        self._free.acquire()
        from dsock.terminal.background import start

        start(lambda: self._job(event, text))

    def finish(self) -> None:
        """Wait for what still runs."""
        for _ in range(self._jobs):
            self._free.acquire()

    def kill(self) -> None:
        """End what still runs, at once."""
        with self._lock:
            self._over = True
            for process in self._running:
                _kill(process)

    def _job(self, event: Event, text: str) -> None:
        try:
            self._try(event, text)
        finally:
            self._free.release()

    def _try(self, event: Event, text: str) -> None:
        for tried in range(self._retries + 1):
            problem = self._once(event, text)
            if problem is None or self._over:
                return
            again = tried < self._retries
            pause = min(LONGEST_PAUSE, 2.0**tried)
            more = f"; again in {pause:g} s" if again else ""
            self._report(f"--exec {self._argv[0]}: {problem} for {_named(event)}{more}")
            if again:
                time.sleep(pause)

    def _once(self, event: Event, text: str) -> str | None:
        """What went wrong, None if nothing did."""
        environment = {**os.environ, **variables(event)}
        try:
            with self._lock:
                if self._over:
                    return None
                process = subprocess.Popen(
                    self._argv, stdin=subprocess.PIPE, env=environment, start_new_session=True
                )
                self._running.add(process)
        except OSError as err:
            return err.strerror or str(err)
        try:
            process.communicate(text.encode("utf-8", "replace"), self._seconds)
        except subprocess.TimeoutExpired:
            _kill(process)
            return f"killed after {self._seconds:g} s"
        finally:
            if process.returncode is None:
                _kill(process)
            with self._lock:
                self._running.discard(process)
        code = process.returncode
        if code < 0:
            return f"ended by {_signal(-code)}"
        return f"exit code {code}" if code else None


def variables(event: Mapping[str, Any]) -> dict[str, str]:
    """What a command finds in its environment of an event."""
    actor = event.get("Actor") or {}
    attributes = actor.get("Attributes") or {}
    kind, name = event.get("Type"), attributes.get("name")
    found = {
        "TYPE": kind,
        "ACTION": event.get("Action"),
        "ID": actor.get("ID"),
        "NAME": name,
        "IMAGE": (name or actor.get("ID")) if kind == "image" else attributes.get("image"),
        "TIMENANO": event.get("timeNano"),
    }
    return {f"DSOCK_{key}": _text(value) for key, value in found.items()}


def _text(value: object) -> str:
    """What may be in an environment: no NUL, no half of a character."""
    text = "" if value is None else str(value)
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The process and all that is in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _named(event: Mapping[str, Any]) -> str:
    found = variables(event)
    who = found["DSOCK_NAME"] or found["DSOCK_ID"][:12]
    return f"{found['DSOCK_TYPE']} {found['DSOCK_ACTION']} {who}"


def _signal(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"
