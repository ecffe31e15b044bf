"""Anonymous volumes of a container, named so that another one can take them over."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from dsock.remake.merge import bind_target


def carried(body: Mapping[str, Any], container: Mapping[str, Any]) -> dict[str, Any]:
    """`body` with each anonymous volume that the `container` (its record) has, by name."""
    found = deepcopy(dict(body))
    host = found["HostConfig"]
    there = {
        mount["Destination"]: mount
        for mount in container.get("Mounts") or ()
        if mount.get("Type") == "volume" and mount.get("Name")
    }
    for mount in host.get("Mounts", ()):
        if mount["Type"] == "volume" and not mount.get("Source") and mount["Target"] in there:
            mount["Source"] = there[mount["Target"]]["Name"]
    taken = {bind_target(text) for text in host.get("Binds", ())}
    taken |= {mount["Target"] for mount in host.get("Mounts", ())}
    declared = container["Config"].get("Volumes") or {}
    new = [
        {"Type": "volume", "Source": mount["Name"], "Target": target}
        | ({} if mount.get("RW", True) else {"ReadOnly": True})
        for target, mount in there.items()
        if target in declared and target not in taken
    ]
    for mount in new:  # else it would be a new one beside
        found.get("Volumes", {}).pop(mount["Target"], None)
    if new:
        host["Mounts"] = [*host.get("Mounts", ()), *new]
    return found
