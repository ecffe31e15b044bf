"""What a person wants to know of an event: what happened, to whom, and the attributes that matter.

Everything said here comes from the engine as it is: who writes it to a terminal escapes it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from dsock.views.units import size

Tone = Literal["good", "bad", "warn", "quiet", ""]

ID = 12  # hexadecimal digits of an id that people read
REMEMBERED = 4096  # names of containers

# Labels that tools write for themselves.
_NOISE = ("com.docker.", "desktop.docker.", "io.buildah.", "io.podman.", "maintainer",
          "org.label-schema.", "org.opencontainers.")  # fmt: skip
_TONES: dict[str, Tone] = {
    "attach": "quiet", "detach": "quiet", "resize": "quiet", "top": "quiet", "export": "quiet",
    "archive-path": "quiet", "extract-to-dir": "quiet", "copy": "quiet", "commit": "quiet",
    "mount": "quiet", "unmount": "quiet",
    "start": "good", "restart": "good", "unpause": "good", "pull": "good", "load": "good",
    "kill": "warn", "stop": "warn", "pause": "warn", "destroy": "warn", "delete": "warn",
    "remove": "warn", "disconnect": "warn", "untag": "warn", "prune": "warn", "disable": "warn",
    "oom": "bad",
}  # fmt: skip


class Detail(NamedTuple):
    """One attribute: whole, or `shorter`, or not at all; a `command` may be cut anywhere."""

    text: str
    tone: Tone = ""
    shorter: str = ""
    command: bool = False


class Happening(NamedTuple):
    nanoseconds: int
    kind: str
    what: str
    who: str
    tone: Tone
    details: list[Detail]


class Reporter:
    """Tells of events one after the other, and remembers the names of containers meanwhile: what
    happens on a network names them by id only."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def tell(self, event: Mapping[str, Any]) -> Happening:
        """What happened, by a complete event (`views.events.complete`)."""
        kind, actor = event["Type"], event["Actor"]
        action, _, extra = event["Action"].partition(": ")
        attributes = dict(actor["Attributes"] or {})
        who = short_id(attributes.pop("name", "") or actor["ID"])
        if kind == "container" and actor["ID"]:
            self._remember(actor["ID"], who)
        tone: Tone = _TONES.get(action, "")
        tell = _TELLERS.get(kind, _other)
        what, tone, details = tell(self, action, extra, tone, attributes)
        details += [
            Detail(f"{key}={value}", "quiet")
            for key, value in attributes.items()
            if not key.startswith(_NOISE)
        ]
        when = event["timeNano"] or event["time"] * 1_000_000_000
        return Happening(when, kind, what, who, tone, details)

    def name(self, container: str) -> str:
        """The name of a container that was heard of, else its short id."""
        return self._names.get(container) or short_id(container)

    def _remember(self, container: str, name: str) -> None:
        self._names.pop(container, None)
        self._names[container] = name
        if len(self._names) > REMEMBERED:
            del self._names[next(iter(self._names))]


def short_id(text: str) -> str:
    """An id, an image's too, as people read it; anything else as it is."""
    digits = text.removeprefix("sha256:")
    is_id = len(digits) >= 32 and all(c in "0123456789abcdef" for c in digits)
    return digits[:ID] if is_id else text


_HEALTH: dict[str, Tone] = {"healthy": "good", "unhealthy": "bad", "starting": ""}

Told = tuple[str, Tone, list[Detail]]
Teller = Callable[[Reporter, str, str, Tone, dict[str, str]], Told]


def _container(_: Reporter, action: str, extra: str, tone: Tone, rest: dict[str, str]) -> Told:
    """The attributes hold the container's labels too: what is not this action's is a label."""
    image = short_id(rest.pop("image", ""))
    details = []
    match action:
        case "die":
            code = rest.pop("exitCode", None) or rest.pop("containerExitCode", "?")
            tone = "" if code == "0" else "bad"
            details.append(Detail(f"exit {code}", tone))
            if "execDuration" in rest:
                details.append(Detail(f"after {rest.pop('execDuration')} s"))
        case "health_status":
            tone = _HEALTH.get(extra, "warn")
            details.append(Detail(extra, tone))
            action, extra = "health", ""
        case "exec_create" | "exec_start" | "exec_die" | "exec_detach":
            tone = "quiet"
            rest.pop("execID", None)
            code = rest.pop("exitCode", "0")
            if code != "0":
                details.append(Detail(f"exit {code}", "bad"))
        case "kill":
            details.append(Detail(_signal(rest.pop("signal", "?")), "warn"))
        case "rename":
            details.append(Detail(f"was {rest.pop('oldName', '?').removeprefix('/')}"))
        case "resize":
            details.append(Detail(f"{rest.pop('width', '?')}x{rest.pop('height', '?')}"))
        case "prune":
            details += _reclaimed(rest)
    if extra:
        details.append(Detail(extra, command=True))
    if image:
        details.append(Detail(image, shorter=image.rpartition("/")[2]))
    return action.replace("_", " "), tone, details


def _network(names: Reporter, action: str, _: str, tone: Tone, rest: dict[str, str]) -> Told:
    details = []
    if "container" in rest:
        details.append(Detail(names.name(rest.pop("container"))))
    driver = rest.pop("type", "")
    if driver and not details:
        details.append(Detail(driver))
    return action, tone, [*details, *_reclaimed(rest)]


def _volume(names: Reporter, action: str, _: str, tone: Tone, rest: dict[str, str]) -> Told:
    details = []
    if "container" in rest:
        details.append(Detail(names.name(rest.pop("container"))))
    if "destination" in rest:
        details.append(Detail(f"at {rest.pop('destination')}"))
    if rest.pop("read/write", "true") == "false":
        details.append(Detail("read-only"))
    rest.pop("propagation", None)
    driver = rest.pop("driver", "")
    if driver and driver != "local":
        details.append(Detail(driver))
    return action, tone, [*details, *_reclaimed(rest)]


def _other(_: Reporter, action: str, extra: str, tone: Tone, rest: dict[str, str]) -> Told:
    """Images, plugins, and what a swarm has: there, "x.old" and "x.new" are a change."""
    details = [Detail(extra, command=True)] if extra else []
    for key in [key for key in rest if key.endswith(".new")]:
        field, new = key.removesuffix(".new"), rest.pop(key)
        old = rest.pop(f"{field}.old", "")
        if new in ("down", "unreachable"):
            tone = "bad"
        details.append(Detail(f"{field} {old} → {new}" if old else f"{field} {new}"))
    return action, tone, [*details, *_reclaimed(rest)]


_TELLERS: dict[str, Teller] = {
    "container": _container,
    "network": _network,
    "volume": _volume,
}


def _reclaimed(rest: dict[str, str]) -> list[Detail]:
    count = rest.pop("reclaimed", "")
    return [Detail(f"{size(int(count))} reclaimed")] if count.isdecimal() else []


def _signal(number: str) -> str:
    try:
        return signal.Signals(int(number)).name
    except ValueError:
        return f"signal {number}"
