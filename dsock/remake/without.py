"""A flag taken away from a container's body, wholly or what is under one of its keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from dsock.remake.merge import MOUNTS, drop, drop_item
from dsock.remake.table import FIELDS, at

# What of the first network the flags beside --network say.
ENDPOINT = {
    "--ip": "IPAMConfig.IPv4Address",
    "--ip6": "IPAMConfig.IPv6Address",
    "--link-local-ip": "IPAMConfig.LinkLocalIPs",
    "--network-alias": "Aliases",
    "--link": "Links",
    "--mac-address": "MacAddress",
}
OTHERS = {
    "--entrypoint": "Entrypoint",
    "--health-cmd": "Healthcheck.Test",
    "--no-healthcheck": "Healthcheck",
    "-t": "Tty",
    "-i": "OpenStdin",
}


def taken(body: Mapping[str, Any], flag: Collection[str], key: str) -> dict[str, Any]:
    """`body` without what `flag` (all that it can be written as) says under `key`, "" for all.

    The same body if it says nothing of it.
    """
    found = deepcopy(dict(body))
    if "--network" in flag:
        if not key:
            found["HostConfig"]["NetworkMode"] = "default"
            found.pop("NetworkingConfig", None)
        elif key != found["HostConfig"]["NetworkMode"]:
            drop_item(found, "NetworkingConfig.EndpointsConfig", key)
        return found
    for path in _paths(flag, key):
        if at(found, path) is None:
            continue
        if key:
            drop_item(found, path, key)
        else:
            drop(found, path)
    published = at(found, "HostConfig.PortBindings") or {}
    for port in at(body, "HostConfig.PortBindings") or ():
        if port not in published:  # it was exposed by that
            drop_item(found, "ExposedPorts", port)
    mode = found["HostConfig"].get("NetworkMode", "default")
    own = (at(found, "NetworkingConfig.EndpointsConfig") or {}).get(mode) or {}
    for path in (ENDPOINT[name] for name in flag if name in ENDPOINT):
        if at(own, path) is not None:
            (drop_item(own, path, key) if key else drop(own, path))
    return found


def _paths(flag: Collection[str], key: str) -> list[str]:
    paths = [field.path for field in FIELDS if field.flag in flag]
    paths += [OTHERS[name] for name in flag if name in OTHERS]
    return list(MOUNTS) if key and set(MOUNTS) & set(paths) else paths
