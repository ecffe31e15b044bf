"""How networks look: the records of GET /networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.render.gotimes import iso_timestamp
from dsock.render.listing import View
from dsock.views.labels import label, labels
from dsock.views.units import short_id

Record = Mapping[str, Any]

# Podman calls its bridge after itself.
PREDEFINED = ("bridge", "host", "none", "default", "podman")

TABLE = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}"
RAW = "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n"


def format(source: str, quiet: bool) -> str:
    """What a --format stands for; `source` is not empty."""
    if source == "table":
        return "{{.ID}}" if quiet else TABLE
    if source == "raw":
        return "network_id: {{.ID}}" if quiet else RAW
    return source


def view(full: bool) -> View:
    """The fields of a network; `full` cuts no id (--no-trunc)."""
    return {
        "ID": ("NETWORK ID", _id if full else _short_id),
        "Name": ("NAME", lambda record: record.get("Name", "")),
        "Driver": ("DRIVER", lambda record: record.get("Driver", "")),
        "Scope": ("SCOPE", lambda record: record.get("Scope", "")),
        "IPv4": ("IPV4", lambda record: _bool(record.get("EnableIPv4"))),
        "IPv6": ("IPV6", lambda record: _bool(record.get("EnableIPv6"))),
        "Internal": ("INTERNAL", lambda record: _bool(record.get("Internal"))),
        "Labels": ("LABELS", labels),
        "Label": ("", label),
        "CreatedAt": ("CREATED AT", lambda record: iso_timestamp(record.get("Created", ""))),
    }


def _id(record: Record) -> str:
    return str(record.get("Id", ""))


def _short_id(record: Record) -> str:
    return short_id(record.get("Id", ""))


def _bool(value: object) -> str:
    return "true" if value else "false"


def is_builtin(record: Record) -> bool:
    """True for a network that the engine always has."""
    return record.get("Name") in PREDEFINED


def subnets(record: Record) -> str:
    """Its subnets, "172.17.0.0/16, fd00::/64"."""
    configs = (record.get("IPAM") or {}).get("Config") or ()
    return ", ".join([config["Subnet"] for config in configs if config.get("Subnet")])
