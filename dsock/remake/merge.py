"""Flags on top of a container's body: what is given takes the place of what is under its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from dsock.remake.table import at

Body = dict[str, Any]
Key = Callable[[Any], str]

# A list that has a key for each item; in other lists the item is its own.
KEYS: dict[str, Key] = {
    "Env": lambda text: text.partition("=")[0],
    "HostConfig.ExtraHosts": lambda text: text.partition(":")[0],
    "HostConfig.DnsOptions": lambda text: text.partition(":")[0],
    "HostConfig.Links": lambda text: text.rpartition(":")[2],
    "HostConfig.Binds": lambda text: bind_target(text),
    "HostConfig.VolumesFrom": lambda text: text.partition(":")[0],
    "HostConfig.Mounts": lambda mount: mount["Target"],
    "HostConfig.Devices": lambda device: device["PathInContainer"],
    "HostConfig.Ulimits": lambda limit: limit["Name"],
    "HostConfig.SecurityOpt": lambda text: security_key(text),
    **{
        f"HostConfig.Blkio{name}": lambda device: device["Path"]
        for name in ("WeightDevice", "DeviceReadBps", "DeviceWriteBps", "DeviceReadIOps",
                     "DeviceWriteIOps")
    },
}  # fmt: skip
# What a container mounts, each under the path in it.
MOUNTS = ("HostConfig.Binds", "HostConfig.Mounts", "HostConfig.Tmpfs", "Volumes")
# One of each excludes the others.
RIVALS = (
    ("HostConfig.NanoCpus", ("HostConfig.CpuPeriod", "HostConfig.CpuQuota")),
    ("HostConfig.CpuPeriod", ("HostConfig.NanoCpus",)),
    ("HostConfig.CpuQuota", ("HostConfig.NanoCpus",)),
    ("HostConfig.AutoRemove", ("HostConfig.RestartPolicy",)),
    ("HostConfig.Memory", ("HostConfig.MemorySwap",)),
)
# What the body of every command line has, and the flag that means it.
ALWAYS = {
    "Image": "image",
    "Tty": "tty",
    "OpenStdin": "interactive",
    "HostConfig.RestartPolicy": "restart",
}
STREAMS = ("AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce")


def merged(body: Mapping[str, Any], wished: Mapping[str, Any], named: Collection[str]) -> Body:
    """`body` with what `wished` has, the body of a command line whose parameters `named` were
    given. `wished` names the network of `body` where --network is not among them."""
    found = deepcopy(dict(body))
    for path, value in _parts(wished):
        if path.startswith("NetworkingConfig") or path in (*STREAMS, "HostConfig.NetworkMode"):
            continue
        if ALWAYS.get(path, "") in named or path not in ALWAYS:
            _put(found, path, value, wished)
    if "restart" in named:
        found["HostConfig"].pop("AutoRemove", None)
    _networks(found, wished, "network" in named)
    return found


def _parts(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """(path, value) of what is set on its own."""
    host = [(f"HostConfig.{key}", value) for key, value in body["HostConfig"].items()]
    return [*((key, value) for key, value in body.items() if key != "HostConfig"), *host]


def _put(body: Body, path: str, value: Any, wished: Mapping[str, Any]) -> None:
    parent, key = _parent(body, path)
    before = parent.get(key)
    if path in MOUNTS:
        for target in _targets(path, value):
            drop_mount(body, target)
        before = parent.get(key)
    for winner, losers in RIVALS:
        for loser in losers if path == winner and at(wished, path) else ():
            drop(body, loser)
    if path == "Entrypoint" and "Cmd" not in wished:
        body.pop("Cmd", None)  # it was the old one's
    if path == "HostConfig.LogConfig" and value.get("Type") not in (
        None,
        (before or {}).get("Type"),
    ):
        before = None
    if path == "Healthcheck" and ["NONE"] in ((before or {}).get("Test"), value.get("Test")):
        before = None
    if path == "HostConfig.LogConfig" and before:
        config = {**before.get("Config", {}), **value.get("Config", {})}
        parent[key] = {**before, **value, **({"Config": config} if config else {})}
    elif isinstance(before, dict) and path != "HostConfig.RestartPolicy":
        parent[key] = {**before, **value}
    elif isinstance(before, list) and path not in ("Cmd", "Entrypoint"):
        key_of = KEYS.get(path, str)
        new = {key_of(item) for item in value}
        parent[key] = [item for item in before if key_of(item) not in new] + value
    else:
        parent[key] = value


def _networks(body: Body, wished: Mapping[str, Any], replace: bool) -> None:
    mode = wished["HostConfig"]["NetworkMode"]
    new = wished.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    if replace:
        body["HostConfig"]["NetworkMode"] = mode
        body.pop("NetworkingConfig", None)
        if new:
            body["NetworkingConfig"] = {"EndpointsConfig": new}
        return
    if not new:
        return
    attached = body.setdefault("NetworkingConfig", {}).setdefault("EndpointsConfig", {})
    own, given = attached.get(mode, {}), new[mode]
    together = {
        key: [*(item for item in own.get(key, []) if item not in given[key]), *given[key]]
        for key in ("Aliases", "Links")
        if key in given
    }
    ipam = {**own.get("IPAMConfig", {}), **given.get("IPAMConfig", {})}
    attached[mode] = {**own, **given, **together, **({"IPAMConfig": ipam} if ipam else {})}


def drop(body: Body, path: str) -> None:
    """Take away what is at `path`."""
    above, _, key = path.rpartition(".")
    parent = at(body, above) if above else body
    if parent is not None:
        parent.pop(key, None)


def drop_mount(body: Body, target: str) -> None:
    """Take away what is mounted at the path `target`."""
    for path in MOUNTS:
        drop_item(body, path, target)


def drop_item(body: Body, path: str, key: str) -> bool:
    """Take away what is under `key` in the list or map at `path`; False if nothing is."""
    before = at(body, path)
    if isinstance(before, dict):
        left: Any = {k: v for k, v in before.items() if k not in (key, f"{key}/tcp")}
    elif isinstance(before, list):
        key_of = KEYS.get(path, str)
        left = [item for item in before if key not in (key_of(item), item)]
    else:
        return False
    if left:
        parent, name = _parent(body, path)
        parent[name] = left
    else:
        drop(body, path)
    return len(left) < len(before)


def security_key(text: str) -> str:
    """ "seccomp" of "seccomp=..."; labels are many."""
    return text if text.startswith("label") else re.split("[=:]", text)[0]


def bind_target(text: str) -> str:
    """The path in the container of "source:/path:ro"."""
    return text.split(":")[1]


def _targets(path: str, value: Mapping[str, Any] | Sequence[Any]) -> list[str]:
    return list(value) if isinstance(value, Mapping) else [KEYS[path](item) for item in value]


def _parent(body: Body, path: str) -> tuple[Body, str]:
    *way, key = path.split(".")
    for name in way:
        body = body.setdefault(name, {})
    return body, key
