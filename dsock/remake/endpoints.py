"""The networks of a container, less what their drivers gave it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.flags import since
from dsock.flags.networks import BUILT_IN
from dsock.flags.values import given
from dsock.remake.habits import Habits

Record = Mapping[str, Any]


def read(container: Record, habits: Habits) -> tuple[str, dict[str, dict[str, Any]]]:
    """(NetworkMode, {network: EndpointSettings}), the network of the mode first.

    Where the container has left that one, the mode is the first of those that it is in.
    """
    mode: str = container["HostConfig"]["NetworkMode"]
    if mode.startswith("container:"):
        return mode, {}
    # Podman calls its default network so.
    networks = container["NetworkSettings"]["Networks"] or {}
    there = {"bridge" if name == "podman" else name: networks[name] for name in networks}
    own = _network(mode, there)
    if own is None:
        own = next(iter(there), "none")
        mode = own
    elif mode not in BUILT_IN:
        mode = own
    names = [own, *(name for name in there if name != own)]
    found = {name: _asked(there.get(name) or {}, container) for name in names}
    if habits.speaks(since.MAC_PER_NETWORK):
        if mode == "bridge":
            mode = "default"  # which these engines call so
        found[own] |= given({"MacAddress": container["Config"].get("MacAddress")})
        if not container["State"]["Running"]:  # else every one has an address, chosen or not
            for name in names[1:]:
                found[name] |= given({"MacAddress": there[name].get("MacAddress")})
    return mode, {mode if name == own else name: endpoint for name, endpoint in found.items()}


def _network(mode: str, there: Record) -> str | None:
    """The name of the network that `mode` names, perhaps by ID; None if it is not in it."""
    name = "bridge" if mode == "default" else mode
    if name in there or name in ("host", "none"):
        return name
    ids = {endpoint.get("NetworkID") or "": key for key, endpoint in there.items()}
    return next((key for id_, key in ids.items() if len(mode) >= 12 and id_.startswith(mode)), None)


def _asked(endpoint: Record, container: Record) -> dict[str, Any]:
    short = container["Id"][:12]
    return given(
        {
            "IPAMConfig": given(endpoint.get("IPAMConfig") or {}),
            "Links": endpoint.get("Links"),
            "Aliases": [name for name in endpoint.get("Aliases") or () if name != short],
            "DriverOpts": endpoint.get("DriverOpts"),
            "GwPriority": endpoint.get("GwPriority") or None,
        }
    )
