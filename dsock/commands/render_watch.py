"""`dsock render --watch`: the file follows the containers, whatever goes wrong meanwhile."""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

from dsock.app import App
from dsock.commands.render_job import Job
from dsock.commands.render_notify import Notice
from dsock.commands.system.events_more import notes
from dsock.errors import BadTemplate, BrokenOff, DsockError
from dsock.events import State, batches
from dsock.events.drain import Drain, Ended
from dsock.events.resume import just_before
from dsock.events.roster import FILTERS

FOREVER = float("inf")
LOOK_SECONDS = 0.5  # how often to look whether the template is another one
FIRST_RETRY, LAST_RETRY = 0.5, 30.0  # seconds


def watch(app: App, job: Job, notices: Sequence[Notice], least: float, most: float) -> None:
    """Render now and whenever something changed: `least` seconds after the last change, or `most`
    after the first. Raises what ends the first connection; from then on until it is killed."""
    with suppress(BadTemplate):  # that is told, and may be mended; no template is an error
        job.template()
    signal.signal(signal.SIGTERM, _leave)  # so that no file is left half-written
    asked = threading.Event()  # as docker-gen, a service; on a terminal it means that this is gone
    again = _leave if app.stdin_is_terminal else lambda _number, _frame: asked.set()
    signal.signal(signal.SIGHUP, again)
    gc.freeze()  # what is loaded stays loaded
    gc.enable()  # and this may run for months
    drain, told = Drain(), notes(app)
    work, news = _Work(app, job, notices), Pause(least, most)
    since = just_before(app.engine.server)
    # Listened to before it is looked: nothing falls between.
    drain.start(batches(app.engine, since=since, filters=FILTERS, reconnect=True,
                        on_state=drain.put))  # fmt: skip
    while True:
        due = min(news.due, work.due)
        for item in drain.take(max(0.0, min(due - time.monotonic(), LOOK_SECONDS))):
            if isinstance(item, Ended):
                raise item.error or BrokenOff()
            if isinstance(item, State):
                told(item)
            if _changes(job, item):
                news.add(time.monotonic())
        if asked.is_set():
            asked.clear()
            job.roster.forget()
            news.add(time.monotonic())
        if job.source.changed():
            news.add(time.monotonic())
        if time.monotonic() >= min(news.due, work.due):
            news.clear()
            work.do()


def _changes(job: Job, item: Any) -> bool:
    """True if what the stream gave is a reason to look again."""
    if isinstance(item, list):
        return any([job.roster.hear(event) for event in item])
    if isinstance(item, State) and not item.connected:
        return False
    job.roster.forget()  # connected, or something was lost
    return True


class Pause:
    """When to act on changes that come in swarms."""

    def __init__(self, least: float, most: float) -> None:
        self._least, self._most = least, most
        self.clear()

    def clear(self) -> None:
        """What was added has been acted on."""
        self._latest = self.due = FOREVER

    def add(self, now: float) -> None:
        """Something changed."""
        self._latest = min(self._latest, now + self._most)
        self.due = min(self._latest, now + self._least)


class _Work:
    """Rendering and telling about it; what fails is done again, less and less often."""

    def __init__(self, app: App, job: Job, notices: Sequence[Notice]) -> None:
        self._app, self._job, self._notices = app, job, notices
        self._untold: list[Notice] = []
        self._complaints: set[str] = set()
        self._failures = 0
        self.due = FOREVER

    def do(self) -> None:
        failed = retry = False
        try:
            if self._job.run():
                self._untold, self._failures = list(self._notices), 0
                count = len(self._job.roster.containers)
                containers = "1 container" if count == 1 else f"{count} containers"
                if self._job.output.name != "-":
                    self._app.note(f"{self._job.output.name}: written, {containers}")
        except DsockError as err:
            # A template is not better the next time, unless it or a container changes.
            failed, retry = True, not isinstance(err, BadTemplate)
            self._complain(self._job.output.name, err)
        for notice in list(self._untold):
            try:
                notice.send(self._app)
            except DsockError as err:
                failed = retry = True
                self._complain(notice.name, err)
            else:
                self._untold.remove(notice)
        if not failed:
            self._complaints.clear()
            self._failures = 0
        self.due = time.monotonic() + self._wait() if retry else FOREVER

    def _wait(self) -> float:
        self._failures += 1
        return min(LAST_RETRY, FIRST_RETRY * 2.0 ** min(self._failures - 1, 10))

    def _complain(self, what: str, err: DsockError) -> None:
        """Say it, once as long as it is so."""
        text = f"{what}: {err.message}"
        if text not in self._complaints:
            self._complaints.add(text)
            self._app.complain(text, err.hint)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
