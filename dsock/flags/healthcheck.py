"""--health-*: Config's Healthcheck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.errors import BadFlag
from dsock.flags.values import integer, nanoseconds


def healthcheck(flags: Mapping[str, Any]) -> dict[str, Any] | None:
    """The Healthcheck of the flags, None to keep the image's; times in nanoseconds.

    Raises BadFlag.
    """
    found: dict[str, Any] = {
        "Test": ["CMD-SHELL", flags["health_cmd"]] if flags["health_cmd"] else None,
        "Interval": nanoseconds(flags["health_interval"], "--health-interval"),
        "Timeout": nanoseconds(flags["health_timeout"], "--health-timeout"),
        "StartPeriod": nanoseconds(flags["health_start_period"], "--health-start-period"),
        "StartInterval": nanoseconds(flags["health_start_interval"], "--health-start-interval"),
        "Retries": integer(flags["health_retries"], "--health-retries"),
    }
    found = {key: value for key, value in found.items() if value}
    if flags["no_healthcheck"]:
        if found:
            raise BadFlag("--no-healthcheck conflicts with --health-* options")
        return {"Test": ["NONE"]}
    if found.get("Retries", 0) < 0:
        raise BadFlag("--health-retries cannot be negative")
    return found or None
