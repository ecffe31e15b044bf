"""--network and what belongs to it: NetworkMode and the endpoints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dsock.errors import BadFlag
from dsock.flags.addresses import link, mac
from dsock.flags.values import bad, csv_fields, decimal

DEFAULT = "default"
# Networks that are not objects of their own: no aliases, no addresses to choose.
BUILT_IN = ("default", "bridge", "host", "none")

_LONG = re.compile(r"\w+=\w+(,\w+=\w+)*", re.A)
_CONFLICTS = {
    "Aliases": "--network-alias and per-network alias",
    "Links": "--link and per-network links",
    "IPv4Address": "--ip and per-network IPv4 address",
    "IPv6Address": "--ip6 and per-network IPv6 address",
    "MacAddress": "--mac-address and per-network MAC address",
    "LinkLocalIPs": "--link-local-ip and per-network link-local IP addresses",
}

Endpoint = dict[str, Any]


def endpoints(flags: Mapping[str, Any], per_network_mac: bool) -> tuple[str, dict[str, Endpoint]]:
    """(NetworkMode, EndpointsConfig) of the flags; {} where there is nothing to say.

    --ip, --link and the like are for the first network, and so is --mac-address unless the
    engine knows it only as the container's. Raises BadFlag.
    """
    networks = [_network(text) for text in flags["network"]] or [(DEFAULT, {})]
    first = networks[0][0]
    found: dict[str, Endpoint] = {}
    for i, (name, settings) in enumerate(networks):
        if not name.strip():
            raise BadFlag("no name set for network")
        if name in found:
            raise BadFlag(f'network "{name}" is specified multiple times')
        if i == 0:
            own = _of_flags(name, settings, flags)
            if not per_network_mac:
                own.pop("MacAddress", None)
            settings = {**settings, **own}
        found[name] = _endpoint(name, settings)
    if len({is_user_defined(name) for name in found}) > 1:
        raise BadFlag(
            "conflicting options: cannot attach both user-defined and non-user-defined"
            " network-modes"
        )
    if len(found) == 1 and not found[first]:
        return first, {}
    return first, found


def _network(text: str) -> tuple[str, Endpoint]:
    """(name, settings) of a --network, short or name=NAME,KEY=VALUE,..."""
    if not _LONG.search(text):
        return text, {}
    found: Endpoint = {}
    for field in csv_fields(text, "--network"):
        key, equals, value = field.partition("=")
        if not equals:
            raise bad("--network", text, f"invalid field {field}", "write name=NAME,alias=WEB")
        _take(found, text, key.strip().lower(), value.strip().lower())
    name = found.pop("Name", "")
    if not name:
        raise bad("--network", text, "network name/id is not specified", "write name=NAME,...")
    return name, found


def _take(found: Endpoint, text: str, key: str, value: str) -> None:
    match key:
        case "name":
            found["Name"] = value
        case "alias":
            found.setdefault("Aliases", []).append(value)
        case "ip":
            found["IPv4Address"] = value
        case "ip6":
            found["IPv6Address"] = value
        case "mac-address":
            found["MacAddress"] = mac(value)
        case "link-local-ip":
            found.setdefault("LinkLocalIPs", []).append(value)
        case "gw-priority":
            found["GwPriority"] = decimal(value, "--network")
        case "driver-opt":
            option, equals, setting = value.partition("=")
            if not equals:
                raise bad("--network", text, "invalid key value pair format in driver options")
            found.setdefault("DriverOpts", {})[option.strip()] = setting.strip()
        case _:
            raise bad("--network", text, f"invalid field key {key}")


def _of_flags(name: str, settings: Endpoint, flags: Mapping[str, Any]) -> Endpoint:
    """What the flags beside --network say about the first one."""
    links = [link(text) for text in flags["link"]]
    found = {
        "Aliases": list(flags["network_alias"]),
        "Links": links if is_user_defined(name) else [],
        "IPv4Address": flags["ip"],
        "IPv6Address": flags["ip6"],
        "MacAddress": flags["mac_address"] and mac(flags["mac_address"]),
        "LinkLocalIPs": list(flags["link_local_ip"]),
    }
    found = {key: value for key, value in found.items() if value}
    for key in found:
        if settings.get(key):
            raise BadFlag(f"conflicting options: cannot specify both {_CONFLICTS[key]}")
    return found


def _endpoint(name: str, settings: Endpoint) -> Endpoint:
    """EndpointSettings as the API has them."""
    if not is_user_defined(name) and settings.get("Aliases"):
        raise BadFlag(
            "network-scoped aliases are only supported for user-defined networks",
            "docker network create NAME, then --network NAME",
        )
    addresses = ("IPv4Address", "IPv6Address", "LinkLocalIPs")
    ipam = {key: settings[key] for key in addresses if settings.get(key)}
    rest = {key: value for key, value in settings.items() if key not in addresses}
    return {"IPAMConfig": ipam, **rest} if ipam else rest


def is_user_defined(name: str) -> bool:
    """True for a network that somebody made: it has aliases and addresses to choose."""
    return name not in BUILT_IN and not name.startswith("container:")
