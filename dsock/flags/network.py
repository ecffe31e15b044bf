"""The flags of `network create` and `network connect` as the API's bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.errors import DsockError
from dsock.flags.addresses import link
from dsock.flags.environment import labels
from dsock.flags.ipam import ipam
from dsock.flags.since import speaks
from dsock.flags.values import given, pairs, words

CHOICES = "1.48"  # the API that knows --ipv4 and --gw-priority
UNIQUE = "1.44"  # from here on no two networks have one name; before, it has to be asked for


def create_body(name: str, flags: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The body of POST /networks/create for an engine of an API `version`. Raises BadFlag,
    DsockError for what cannot be or what the engine is too old for."""
    if flags["ipv4"] is False:
        _need(version, "--ipv4=false")
    of_another = flags["config_from"]
    body = {
        "Name": name,
        **given(
            {
                "CheckDuplicate": not speaks(version, UNIQUE),
                "Driver": flags["driver"],
                "Scope": flags["scope"],
                "Internal": flags["internal"],
                "Attachable": flags["attachable"],
                "Ingress": flags["ingress"],
                "ConfigOnly": flags["config_only"],
                "ConfigFrom": {"Network": of_another} if of_another else None,
                "Options": pairs(flags["opt"]),
                "Labels": labels((), flags["label"]),
                "IPAM": ipam(flags),
            }
        ),
    }
    for key in ("ipv4", "ipv6"):
        if flags[key] is not None:
            body[f"Enable{key.replace('ip', 'IP')}"] = flags[key]
    return body


def endpoint(flags: Mapping[str, Any], version: str) -> dict[str, Any]:
    """EndpointConfig of POST /networks/{id}/connect. Raises BadFlag, DsockError as above."""
    if flags["gw_priority"] is not None:
        _need(version, "--gw-priority")
    options = {}
    for text in words(flags, "driver_opt"):
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise DsockError("invalid key/value pair format in driver options", "write KEY=VALUE")
        options[key] = value
    addresses = {
        "IPv4Address": flags["ip"],
        "IPv6Address": flags["ip6"],
        "LinkLocalIPs": words(flags, "link_local_ip"),
    }
    named = {
        "Links": [link(text) for text in flags["link"]],
        "Aliases": words(flags, "alias"),
        "GwPriority": flags["gw_priority"],
    }
    # The engine keeps and shows these two as it gets them: empty, as docker's are.
    return {"IPAMConfig": given(addresses), "DriverOpts": options, **given(named)}


def _need(version: str, flag: str) -> None:
    if not speaks(version, CHOICES):
        raise DsockError(
            f'"{flag}" requires API version {CHOICES}, but the engine speaks {version}',
            "a newer engine is needed",
        )
