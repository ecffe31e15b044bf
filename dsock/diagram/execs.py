"""Noise folded: what was executed in containers, above all by health checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dsock.diagram.actors import Pair
from dsock.views.happenings import Tone

_EXECS = ("exec_create", "exec_start", "exec_die", "exec_detach", "exec", "exec_died")
_BEGIN, _END = ("exec_create", "exec"), ("exec_die", "exec_died")


class Folded(NamedTuple):
    """What was executed in one container, without anything else in between."""

    nanoseconds: int
    event: dict[str, Any]  # the first one
    label: str
    tone: Tone


def folded(pairs: Iterable[Pair]) -> Iterator[Pair | Folded]:
    """`pairs` with each run of them about executions as one item for each container."""
    run: list[dict[str, Any]] = []
    for pair in pairs:
        if pair[0]["Type"] == "container" and pair[0]["Action"].partition(":")[0] in _EXECS:
            run.append(pair[0])
            continue
        yield from _fold(run)
        run = []
        yield pair
    yield from _fold(run)


def _fold(run: list[dict[str, Any]]) -> Iterator[Folded]:
    containers: dict[str, list[dict[str, Any]]] = {}
    for event in run:
        containers.setdefault(event["Actor"]["ID"], []).append(event)
    for events in containers.values():
        actions = [event["Action"].partition(":")[0] for event in events]
        count = max(sum(a in _BEGIN for a in actions), sum(a in _END for a in actions), 1)
        commands = [event["Action"].partition(": ")[2].strip() for event in events]
        command = next(filter(None, commands), "")
        codes = [_code(event) for event in events]
        failed = sum(code not in ("", "0") for code in codes)
        label = f"{count} × exec" if count > 1 else "exec"
        label += f" {command}" if command else ""
        tone: Tone = "bad" if failed else "quiet"
        if failed:
            last = next(code for code in reversed(codes) if code not in ("", "0"))
            label += f" · {failed} failed" if count > 1 else f" · exit {last}"
        yield Folded(events[0]["timeNano"], events[0], label, tone)


def _code(event: dict[str, Any]) -> str:
    if event["Action"].partition(":")[0] not in _END:
        return ""
    attributes = event["Actor"]["Attributes"] or {}
    return attributes.get("containerExitCode") or attributes.get("exitCode") or ""
