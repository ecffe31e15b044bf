"""The engine's own endpoints, one function each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.engine.request import Request


def ping() -> Request:
    """GET /_ping: "OK"; headers tell the engine's name, versions and system."""
    return Request("GET", "/_ping")


def version() -> Request:
    """GET /version: the engine's versions and those of its components."""
    return Request("GET", "/version")


def info() -> Request:
    """GET /info: counts, drivers, limits of the engine."""
    return Request("GET", "/info")


def events(
    since: str | None = None,
    until: str | None = None,
    filters: Mapping[str, Any] | None = None,
    stream: bool | None = None,
) -> Request:
    """GET /events: a JSON stream. `since` and `until` are "seconds.nanoseconds", both inclusive;
    with either of them the engine first repeats what it remembers (256 events). Without `stream`
    it does only that; Docker does not know this one."""
    query = {"since": since, "until": until, "filters": filters, "stream": stream}
    return Request("GET", "/events", query, streams=True)


def disk_usage(kinds: tuple[str, ...] = ()) -> Request:
    """GET /system/df: slow on an engine with much data. `kinds` (container, image, volume,
    build-cache) are all that is looked at; engines before API 1.42 look at everything."""
    return Request("GET", "/system/df", {"type": kinds})


def prune_build_cache(
    all: bool = False, filters: Mapping[str, Any] | None = None, keep: int | None = None
) -> Request:
    """POST /build/prune: {"CachesDeleted", "SpaceReclaimed"}. `keep` is how many bytes to leave;
    engines since API 1.48 know it by another name."""
    query = {
        "all": all or None,
        "filters": filters,
        "keep-storage": keep or None,
        "reserved-space": keep or None,
    }
    return Request("POST", "/build/prune", query, dry_answer={})


def auth(credentials: Mapping[str, str]) -> Request:
    """POST /auth: {"Status", "IdentityToken"} if the registry takes `credentials`, an AuthConfig
    {"username", "password", "serveraddress"}."""
    return Request("POST", "/auth", json=dict(credentials), dry_answer={})
