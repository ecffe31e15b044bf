"""Who an event is about, whichever engine wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dsock.views.happenings import short_id

# These have a lane each; of anything else all share one.
OWN_LANE = ("container", "network", "volume")


class Actor(NamedTuple):
    """`kind` and `key` tell it apart; `container` is the id of one that it is done to."""

    kind: str
    key: str
    name: str
    container: str = ""


def actor(event: Mapping[str, Any]) -> Actor:
    """Who a complete event (`views.events.complete`) is about.

    Podman says of a network its name in "network" and, if a container joins, that one's id where
    Docker has the network's; of a volume only the name.
    """
    kind, ident = event["Type"], event["Actor"]["ID"]
    attributes = event["Actor"]["Attributes"] or {}
    name, container = attributes.get("name", ""), attributes.get("container", "")
    if kind == "network" and attributes.get("network"):
        name = attributes["network"]
        joins = event["Action"] in ("connect", "disconnect")
        return Actor(kind, name, name, ident if joins else container)
    if kind == "dsock":
        kind = "container"
    if kind not in OWN_LANE:
        return Actor(kind, "", f"{kind}s" if kind else "?", container)
    if kind == "volume":
        ident = ident or name
    return Actor(kind, ident, name or short_id(ident), container)
