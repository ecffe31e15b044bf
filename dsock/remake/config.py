"""Config of a container, less what its image says already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dsock.flags import since
from dsock.flags.values import given
from dsock.remake.habits import Habits

Record = Mapping[str, Any]

STREAMS = ("AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce")
# What the container has unless it says otherwise, part for part.
PARTS = ("Labels", "ExposedPorts", "Volumes", "Healthcheck")
WHOLE = ("Domainname", "User", "WorkingDir", "StopSignal", "Shell")


def read(container: Record, image: Record | None, habits: Habits) -> dict[str, Any]:
    """The top of the body of POST /containers/create."""
    config, host = container["Config"], container["HostConfig"]
    its: Record = {**habits.config, **given((image or {}).get("Config") or {})}
    found = {"Image": config["Image"], **_command(config, its)}
    found |= {key: bool(config.get(key)) for key in STREAMS}
    found |= given({"Hostname": _hostname(container, str(habits.info["Name"]))})
    found |= {key: config[key] for key in WHOLE if config.get(key, "") not in ("", its.get(key))}
    if host["NetworkMode"].startswith("container:"):
        found.pop("Domainname", None)  # the other one's
    environment = _environment(config.get("Env") or [], its.get("Env") or [], habits.environment)
    if environment:
        found["Env"] = environment
    for part in PARTS:
        theirs = its.get(part) or {}
        own = {key: value for key, value in (config.get(part) or {}).items()
               if key not in theirs or theirs[key] != value}  # fmt: skip
        if part == "Healthcheck":
            own = {key: value for key, value in own.items() if value}
        if own:
            found[part] = own
    if config.get("StopTimeout") not in (None, its.get("StopTimeout")):
        found["StopTimeout"] = config["StopTimeout"]
    if config.get("MacAddress") and not habits.speaks(since.MAC_PER_NETWORK):
        found["MacAddress"] = config["MacAddress"]
    return found


def _command(config: Record, image: Record) -> dict[str, list[str]]:
    """Cmd and Entrypoint; who gives an Entrypoint gets no Cmd of the image's with it."""
    command, entrypoint = config.get("Cmd") or [], config.get("Entrypoint") or []
    if entrypoint == (image.get("Entrypoint") or []):
        if command == (image.get("Cmd") or []):
            return {}
        if command:
            return {"Cmd": command}
    return {"Entrypoint": entrypoint or [""], **given({"Cmd": command})}


def _hostname(container: Record, host_name: str) -> str:
    """The host name, "" for one that the container got from elsewhere."""
    name: str = container["Config"].get("Hostname") or ""
    host = container["HostConfig"]
    if host["NetworkMode"].startswith("container:") or host.get("UTSMode") == "host":
        return ""
    if name == container["Id"][:12] or (host["NetworkMode"] == "host" and name == host_name):
        return ""
    return name


def _environment(final: Sequence[str], image: Sequence[str], added: Sequence[str]) -> list[str]:
    """What was asked for: it comes first, then what of the image's it does not name.

    `added` are the names that the engine sets; one that does so keeps no order.
    """
    if added:
        return [text for text in final if text not in image and _name(text) not in added]
    for count in range(len(final) + 1):
        named = {_name(text) for text in final[:count]}
        if list(final[count:]) == [text for text in image if _name(text) not in named]:
            return list(final[:count])
    return [text for text in final if text not in image]


def _name(assignment: str) -> str:
    return assignment.partition("=")[0]
