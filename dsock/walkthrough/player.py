"""Plays the steps: each call is planned by a rehearsal of dsock's line, shown, and then sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from dsock.api import containers
from dsock.engine.client import Engine
from dsock.engine.curl import curl, has_variable, variable
from dsock.engine.request import Request
from dsock.errors import ApiError, DsockError
from dsock.events import Event
from dsock.views.events import complete
from dsock.views.happenings import Reporter
from dsock.walkthrough.leaving import Leaving
from dsock.walkthrough.stage import Stage
from dsock.walkthrough.steps import LABEL, Step
from dsock.walkthrough.watcher import Watcher

Call = tuple[Request, str | None]  # and the version in front of its path, None for none
Argv = Sequence[str]


class Player:
    """One walkthrough: `values` fill the steps' lines, `command` is what runs in containers.

    `rehearse` gives the calls that a command line would make, `printed` what it prints.
    """

    def __init__(
        self,
        engine: Engine,
        stage: Stage,
        leaving: Leaving,
        values: Mapping[str, str],
        command: Argv,
        rehearse: Callable[[Argv], list[Call]],
        printed: Callable[[Argv], list[str]],
    ) -> None:
        self._engine = engine
        self._stage = stage
        self._leaving = leaving
        self._values = dict(values)
        self._command = command
        self._rehearse = rehearse
        self._printed = printed
        self._watcher = Watcher(engine, values["id"])
        self._reporter = Reporter()
        self._seen: list[Event] = []
        self._recent: list[Event] = []  # those of the last step that had some

    def play(self, steps: Sequence[Step]) -> bool:
        """Play all; False if the person has left before the end. Raises what a call raises."""
        self._watcher.start()
        for number, step in enumerate(steps, 1):
            self._stage.step(number, len(steps), step.name)
            if not self._play(step):
                return False
        return True

    def clean(self) -> list[str]:
        """Remove the containers that are still there; their names."""
        with self._leaving.held():
            return removed(self._engine, f"{LABEL}={self._values['id']}")

    def _play(self, step: Step) -> bool:
        argv = step.argv(self._values, self._command)
        calls = self._rehearse(argv)
        self._stage.command(argv)
        for request, version in calls:
            self._stage.curl(curl(request, self._engine.endpoint, version))
        if not self._stage.pause():
            return False
        if step.awaits == "start":
            self._values["since"] = f"{time.time():.6f}"
        answered: dict[str, str] = {}
        for request, version in calls:
            self._send(request, version, answered, brief=step.prints)
        if step.prints:
            self._stage.printed(self._printed(argv))
        events = self._watcher.take(step.awaits, step.times)
        self._stage.events(self._reporter.tell(complete(_plain(event))) for event in events)
        self._seen += events
        if step.draws:
            self._stage.picture(self._seen if step.draws == "all" else self._recent)
        self._recent = events or self._recent
        return True

    def _send(
        self, request: Request, version: str | None, answered: dict[str, str], brief: bool
    ) -> None:
        """Make a call and show it; what it answers for later calls goes to `answered`."""
        path = request.path
        for name, value in answered.items():
            path = path.replace(variable(name), value)
        filled = replace(request, path=path)
        self._stage.sent(filled, version)
        began = time.monotonic()
        try:
            if filled.reads:
                status, body = self._open(filled, version)
            else:
                with self._leaving.held():
                    status, body = self._open(filled, version)
        except ApiError as err:
            self._stage.answered(err.status, (time.monotonic() - began) * 1000, err.body, False)
            raise
        self._stage.answered(status, (time.monotonic() - began) * 1000, body, brief)
        answered.update(_variables(request.dry_answer, body))

    def _open(self, request: Request, version: str | None) -> tuple[int, bytes]:
        answer = self._engine.open(request, versioned=version is not None)
        return answer.status, answer.read()


def _plain(event: Event) -> Event:
    """The event without the walkthrough's label, which every line would repeat."""
    actor = event["Actor"]
    attributes = {key: v for key, v in actor["Attributes"].items() if key != LABEL}
    return {**event, "Actor": {**actor, "Attributes": attributes}}


def removed(engine: Engine, label: str) -> list[str]:
    """Remove every container with the label, running or not; returns their names."""
    names = []
    for found in engine.json(containers.list_(all=True, filters={"label": {label: True}})):
        with suppress(ApiError):  # somebody else was quicker
            engine.json(containers.remove(found["Id"], force=True, volumes=True))
            names.append(found["Names"][0].removeprefix("/"))
    return names


def left(engine: Engine) -> int:
    """How many containers of walkthroughs there are."""
    return len(engine.json(containers.list_(all=True, filters={"label": {LABEL: True}})))


def _variables(planned: object, body: bytes) -> Iterable[tuple[str, str]]:
    """(name, value) of what an answer was planned to be used for."""
    if not isinstance(planned, Mapping):
        return
    answer: Any = json.loads(body)
    for key, value in planned.items():
        if isinstance(value, str) and has_variable(value):
            if not isinstance(answer, dict) or not isinstance(answer.get(key), str):
                raise DsockError(f"the engine answered no {key}")
            yield value.removeprefix("~dsock.").removesuffix("~"), answer[key]
