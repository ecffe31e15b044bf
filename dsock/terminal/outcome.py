"""How a container ends: asked before it starts, told when it has ended."""

from __future__ import annotations

import json
from typing import Any

from dsock.engine.client import Engine
from dsock.engine.dry import DryAnswer
from dsock.engine.request import Request
from dsock.errors import DsockError

FAILED = 125  # as docker's: the engine could not tell


class Outcome:
    """A call of POST /containers/{id}/wait that is under way.

    Engines answer it in two steps: the headers at once, when they have begun to watch, and the
    body at the container's end.
    """

    def __init__(self, engine: Engine, request: Request) -> None:
        self._answer = engine.open(request)

    def code(self) -> int:
        """The container's exit code, once it has ended. Raises DsockError if the engine cannot
        tell, or goes away before."""
        try:
            found = self._body()
        except DsockError as err:
            err.exit_code = FAILED  # type: ignore[misc]
            raise
        reason = (found.get("Error") or {}).get("Message")
        if reason:
            raise DsockError(f"error waiting for the container: {reason}", exit_code=FAILED)
        return int(found["StatusCode"])

    def _body(self) -> dict[str, Any]:
        if isinstance(self._answer, DryAnswer):
            found: Any = self._answer.value
        else:
            try:
                found = json.loads(self._answer.read())
            except ValueError:
                found = None
        if not isinstance(found, dict) or "StatusCode" not in found:
            raise DsockError("the engine did not say how the container ended")
        return found
