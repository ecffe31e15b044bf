"""Waiting until containers are healthy.

Events only say when to look again; what counts is the container's own state, so that nothing can
be missed between listening and looking, and what an engine repeats does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dsock.api import containers
from dsock.errors import ApiError, BrokenOff, DsockError
from dsock.events.drain import Drain, Ended
from dsock.events.resume import just_before
from dsock.events.stream import State, batches

if TYPE_CHECKING:
    from dsock.engine.client import Engine
    from dsock.engine.dry import Script
    from dsock.engine.request import Request

# Exit codes. The last is that of timeout(1).
UNHEALTHY, UNCHECKED, ENDED, LATE = 3, 4, 5, 124
LONG = 3600.0


class NotHealthy(DsockError):
    """A container that is not healthy and will not be soon; `exit_code` says why."""


def wait(engine: Engine, ref: str, seconds: float | None = None) -> None:
    """Return once the container is healthy. Raises NotHealthy if it is unhealthy, has no health
    check, has ended, or is none of these within `seconds` (None or 0: no limit)."""
    Watch(engine, [ref], seconds).result(ref)


class Watch:
    """Containers that are to become healthy, all within the same `seconds`.

    GET /events, then GET /containers/{id}/json of each, again whenever something happens to it.
    """

    def __init__(self, engine: Engine, refs: Sequence[str], seconds: float | None = None) -> None:
        self._engine = engine
        self._seconds = seconds or None
        self._deadline = time.monotonic() + (seconds or float("inf"))
        self._ids: dict[str, str] = {}  # of those that are undecided
        self._waiting = list(refs)
        self._verdicts: dict[str, DsockError | None] = {}
        self._drain = Drain()
        if engine.script is None and refs:
            self._drain.start(self._events(refs))

    def result(self, ref: str) -> None:
        """Wait for one of the `refs`: see `wait`. Raises ApiError for one that does not exist,
        Unreachable and BrokenOff if the engine goes away."""
        if self._engine.script is not None:
            self._write(self._engine.script, containers.inspect(ref))
            return
        while ref not in self._verdicts:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise NotHealthy(f"{ref}: not healthy within {self._seconds:g} s", exit_code=LATE)
            for item in self._drain.take(min(left, LONG)):
                self._look(self._touched(item))
        verdict = self._verdicts[ref]
        if verdict is not None:
            raise verdict

    def _events(self, refs: Sequence[str]) -> Any:
        since = just_before(self._engine.server)
        filters = {"type": {"container": True}, "container": dict.fromkeys(refs, True)}
        return batches(self._engine, since=since, filters=filters, on_state=self._drain.put)

    def _touched(self, item: Any) -> list[str]:
        """The refs to look at when the stream gave `item`."""
        if isinstance(item, Ended):
            raise item.error or BrokenOff()
        if isinstance(item, State) or not isinstance(item, list):
            return list(self._waiting)
        changed = {
            (event.get("Actor") or {}).get("ID")
            for event in item
            if not str(event.get("Action")).startswith("exec_")  # the checks themselves
        }
        return [ref for ref in self._waiting if self._ids.get(ref) in changed]

    def _look(self, refs: Sequence[str]) -> None:
        for ref in refs:
            try:
                found = self._engine.json(containers.inspect(self._ids.get(ref, ref)))
            except ApiError as err:
                gone = err.status == 404 and ref in self._ids
                self._decide(ref, _ended(ref, "removed") if gone else err)
                continue
            self._ids[ref] = found["Id"]
            try:
                if healthy(found, ref):
                    self._decide(ref, None)
            except NotHealthy as err:
                self._decide(ref, err)

    def _decide(self, ref: str, verdict: DsockError | None) -> None:
        self._verdicts[ref] = verdict
        self._waiting.remove(ref)

    def _write(self, script: Script, request: Request) -> None:
        engine = self._engine
        again = "sleep 1"
        if self._seconds:
            limit = max(1, round(self._seconds))
            again = f'T=$((${{T:-0}} + 1)); [ "$T" -le {limit} ] || exit {LATE}; sleep 1'
        cases = {
            '"State":{"Status":"exited"': f"exit {ENDED}",
            '"State":{"Status":"dead"': f"exit {ENDED}",
            '"Healthcheck":{"Test":["NONE"': f"exit {UNCHECKED}",
            '"Health":{"Status":"healthy"': "break",
            '"Health":{"Status":"unhealthy"': f"exit {UNHEALTHY}",
            '"Healthcheck":{"Test":[': again,
            "": f"exit {UNCHECKED}",
        }
        script.until(request, engine.endpoint, engine.version, cases)


def healthy(found: Mapping[str, Any], ref: str) -> bool:
    """True if the inspected container is healthy, False if it may yet be. Raises NotHealthy."""
    state = found.get("State") or {}
    status = (state.get("Health") or {}).get("Status", "")
    test = ((found.get("Config") or {}).get("Healthcheck") or {}).get("Test") or ["NONE"]
    if test[0] == "NONE":
        raise NotHealthy(
            f"{ref}: has no health check", "give it one with --health-cmd", exit_code=UNCHECKED
        )
    if state.get("Status") in ("exited", "dead", "removing", "stopped"):
        raise _ended(ref, f"with exit code {state.get('ExitCode')}")
    if status == "unhealthy":
        raise NotHealthy(
            f"{ref}: is unhealthy{_last_output(state)}",
            f"dsock inspect --format '{{{{json .State.Health}}}}' {ref}",
            exit_code=UNHEALTHY,
        )
    return bool(status == "healthy")


def _ended(ref: str, how: str) -> NotHealthy:
    return NotHealthy(f"{ref}: ended before it was healthy ({how})", exit_code=ENDED)


def _last_output(state: Mapping[str, Any]) -> str:
    """What the last check said, in a word."""
    log = (state.get("Health") or {}).get("Log") or [{}]
    said = str(log[-1].get("Output") or "").strip().partition("\n")[0]
    return f": {said[:200]}" if said else ""
