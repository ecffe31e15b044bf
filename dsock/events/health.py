"""Which events only say that a container's health is being checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dsock.api import containers
from dsock.errors import DsockError
from dsock.events.resume import Event

if TYPE_CHECKING:
    from dsock.engine.client import Engine

REMEMBERED = 4096  # containers, and executions that have not ended


class Checks:
    """Tells the executions of a container's health check from others by what is executed, and
    then by their id: three events each. GET /containers/{id}/json, once for each container."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._commands: dict[str, str | None] = {}  # container -> its check
        self._running: dict[str, None] = {}  # ids of executions

    def has(self, event: Event) -> bool:
        """True for a check's own event; what it found out ("health_status") is none."""
        action = str(event.get("Action") or "")
        if not action.startswith("exec_"):
            return False
        kind, _, executed = action.partition(": ")
        actor = event.get("Actor") or {}
        execution = str((actor.get("Attributes") or {}).get("execID") or "")
        if execution in self._running:
            if kind == "exec_die":
                del self._running[execution]
            return True
        if not executed or executed != self._command(str(actor.get("ID") or "")):
            return False
        if execution and kind != "exec_die":
            _remember(self._running, execution, None)
        return True

    def _command(self, container: str) -> str | None:
        if container not in self._commands:
            try:
                found = self._engine.json(containers.inspect(container))
            except DsockError:  # gone already
                found = {}
            _remember(self._commands, container, command(found.get("Config") or {}))
        return self._commands[container]


def command(config: Mapping[str, Any]) -> str | None:
    """What an event says that a container with this `Config` executes to check its health."""
    test = (config.get("Healthcheck") or {}).get("Test") or ["NONE"]
    if test[0] == "CMD":
        return " ".join(test[1:])
    if test[0] == "CMD-SHELL":
        return " ".join([*(config.get("Shell") or ["/bin/sh", "-c"]), *test[1:]])
    return None


def _remember(table: dict[str, Any], name: str, value: Any) -> None:
    table[name] = value
    if len(table) > REMEMBERED:
        del table[next(iter(table))]
