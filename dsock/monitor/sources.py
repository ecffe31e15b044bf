"""Where the monitor's news come from, and who does what keys ask for: threads beside the screen."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dsock.api import containers
from dsock.errors import ApiError, DsockError
from dsock.events import Event, State
from dsock.monitor.model import REMEMBERED, Model, Wish
from dsock.render.log_lines import unstyled
from dsock.render.safe import escaped
from dsock.stats import Watch
from dsock.views.events import complete
from dsock.views.happenings import Reporter
from dsock.views.resources import usage

if TYPE_CHECKING:
    from dsock.engine.client import Engine

LIST_SECONDS = 5.0  # how old "Up 5 minutes" may be
MOMENT = 0.1  # events that come together ask for one list
LOG_SECONDS = 1.0
UNTOLD = ("exec_", "top")  # health checks would drive out everything else
ACTIONS: dict[str, Callable[[str], Any]] = {
    "stop": containers.stop,
    "start": containers.start,
    "restart": containers.restart,
    "pause": containers.pause,
    "unpause": containers.unpause,
    "kill": containers.kill,
    "remove": containers.remove,
}


class Sources:
    """Keeps `model` up to date; `wake` is called when there is something to see."""

    def __init__(self, engine: Engine, model: Model, wake: Callable[[], object]) -> None:
        self._engine, self._model, self._wake = engine, model, wake
        self._reporter = Reporter()
        self._changed = threading.Event()
        self._watch = Watch(engine)
        self._watch.on_state = self._told

    def start(self) -> None:
        """List the containers; raises DsockError if that is not possible. Then go on alone."""
        self._list()
        self._watch.follow(all=False, also=self._happened, stay=True)
        threading.Thread(target=self._keep_listing, daemon=True).start()

    def measured(self) -> None:
        """Take over what was measured since the last time. Raises what ended the watch."""
        now = time.monotonic()
        for watched in self._watch.take(0):
            history = self._model.history(watched.id)
            if watched.record is not None:
                history.add(usage(watched.record), now)

    def act(self, wish: Wish) -> None:
        """Do to a container what was wished."""
        model = self._model
        if wish.container in model.busy:
            return
        model.busy[wish.container] = wish.what
        reads = wish.what in ("logs", "inspect")
        work = self._read if reads else self._do
        if reads:
            del model.busy[wish.container]
        threading.Thread(target=work, args=(wish,), daemon=True).start()

    def _do(self, wish: Wish) -> None:
        model, began = self._model, time.monotonic()
        request = ACTIONS[wish.what](wish.container)
        name = model.name(wish.container)
        try:
            self._engine.json(request)
        except DsockError as err:
            model.refuse(wish.container, err.message)
        else:
            took = time.monotonic() - began
            call = request.name.replace(wish.container, name)
            model.message, model.failed = f"{call} · {took:.1f} s", False
        model.busy.pop(wish.container, None)
        self._changed.set()
        self._wake()

    def _read(self, wish: Wish) -> None:
        """The end of the log, or what inspect shows, anew each second: things change."""
        model, id = self._model, wish.container

        def is_shown() -> bool:
            return (model.view, model.log_of) == (wish.what, id)

        while is_shown():
            try:
                lines = self._log(id) if wish.what == "logs" else self._inspect(id)
            except DsockError as err:
                lines = [escaped(err.message)]
            if not is_shown():
                return
            model.log = lines
            self._wake()
            time.sleep(LOG_SECONDS)

    def _inspect(self, id: str) -> list[str]:
        found = self._engine.json(containers.inspect(id))
        return list(map(escaped, json.dumps(found, indent=2, ensure_ascii=False).split("\n")))

    def _log(self, id: str) -> list[str]:
        found = self._engine.json(containers.inspect(id))
        request = containers.logs(id, tail=str(REMEMBERED))
        data = b""
        if found["Config"]["Tty"]:
            data = self._engine.open(request).read()
        else:
            data = b"".join(run.data for run in self._engine.frames(request))
        text = data.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
        return list(map(_shown, text.split("\n")[-REMEMBERED:])) if text else []

    def _told(self, state: State) -> None:
        self._model.reason = "" if state.connected else state.reason
        self._changed.set()
        self._wake()

    def _happened(self, batch: list[Event]) -> None:
        recent: deque[Event] = deque(batch, maxlen=REMEMBERED)
        for event in recent:
            if str(event.get("Action", "")).startswith(UNTOLD):
                continue
            self._model.events.append(self._reporter.tell(complete(event)))
        if any(event.get("Type") == "container" for event in batch):
            self._changed.set()
        self._wake()

    def _keep_listing(self) -> None:
        while True:
            if self._changed.wait(LIST_SECONDS):
                time.sleep(MOMENT)
            self._changed.clear()
            try:
                self._list()
            except ApiError as err:
                self._model.message, self._model.failed = err.message, True
            except DsockError:
                continue  # the events tell that the engine is away
            self._wake()

    def _list(self) -> None:
        records = self._engine.json(containers.list_(all=True)) or []
        self._model.take([record for record in records if record.get("Id")])


def _shown(line: str) -> str:
    """A line of a log: without colours, and harmless."""
    return escaped(unstyled(line).replace("\t", "    "))
