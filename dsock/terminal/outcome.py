"""How a container ends: the wait that is under way before it starts."""

from __future__ import annotations

import json
from threading import Event, Thread
from typing import Any

from dsock.engine.client import Engine
from dsock.engine.dry import DryAnswer
from dsock.engine.request import Request
from dsock.errors import DsockError

# Docker answers the headers at once. Podman only with the body: nobody waits for them there.
REGISTERED_SECONDS = 0.5


class Outcome:
    """POST /containers/{id}/wait in a thread, made before the container starts."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self._engine = engine
        self._request = request
        self._opened = Event()
        self._answer: Any = None
        self._error: Exception | None = None
        _ = engine.version  # asked here, so that the thread begins with its own call
        self._thread = Thread(target=self._wait, daemon=True)
        self._thread.start()
        self._opened.wait(REGISTERED_SECONDS)

    def code(self) -> int:
        """The container's exit code, once it has stopped (or is removed, if that was asked).

        Raises DsockError if the engine cannot tell.
        """
        while self._thread.is_alive():
            self._thread.join(1.0)  # with a limit, so that signals are seen meanwhile
        if self._error is not None:
            raise self._error
        problem = (self._answer.get("Error") or {}).get("Message")
        if problem:
            raise DsockError(problem, exit_code=125)
        return int(self._answer["StatusCode"])

    def _wait(self) -> None:
        try:
            answer = self._engine.open(self._request)
            self._opened.set()
            if isinstance(answer, DryAnswer):
                self._answer = answer.value
            else:
                self._answer = json.loads(answer.read())
        except Exception as err:
            self._error = err if isinstance(err, DsockError) else DsockError(str(err))
        self._opened.set()
