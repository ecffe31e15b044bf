"""When an event happened and who it is about, whichever engine wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dsock.views.events import complete
from dsock.views.happenings import short_id

# These have a lane each; of anything else all share one.
OWN_LANE = ("container", "network", "volume")


Pair = tuple[dict[str, Any], Mapping[str, Any]]  # a complete event, and as it came


def in_order(events: Iterable[Mapping[str, Any]]) -> list[Pair]:
    """`events` by the time at which they happened, which `timeNano` tells of each; of the same
    time as they came. A gap is where it ends: what was seen first after it comes next."""
    pairs: list[Pair] = []
    for event in events:
        whole = complete(dict(event))
        when = whole["timeNano"] or whole["time"] * 1_000_000_000
        if (whole["Type"], whole["Action"]) == ("dsock", "gap"):
            when = gap_of(whole, event)[1] or when
        pairs.append(({**whole, "timeNano": when}, event))
    return sorted(pairs, key=lambda pair: pair[0]["timeNano"])


def gap_of(event: Mapping[str, Any], raw: Mapping[str, Any]) -> tuple[int, int]:
    """From when to when a gap is, in nanoseconds; 0 where it is not told."""
    attributes = event["Actor"]["Attributes"] or {}
    begin, end = (str(raw.get(key) or attributes.get(key) or "") for key in ("from", "to"))
    return (int(begin), int(end)) if begin.isdecimal() and end.isdecimal() else (0, 0)


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
        kind = attributes.get("type", "container")
    if kind not in OWN_LANE:
        return Actor(kind, "", f"{kind}s" if kind else "?", container)
    if kind == "volume":
        ident = ident or name
    return Actor(kind, ident, name or short_id(ident), container)
