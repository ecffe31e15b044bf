"""The flags of `volume create` for a swarm's volumes, which its nodes share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.flags.values import given, pairs, size

SINCE = "1.42"
# Any of these makes the volume the swarm's.
MARKS = ("availability", "group", "limit_bytes", "required_bytes", "scope", "sharing", "type")
FLAGS = (*MARKS, "secret", "topology_preferred", "topology_required")


def cluster_volume(flags: Mapping[str, Any]) -> dict[str, Any] | None:
    """ClusterVolumeSpec of POST /volumes/create; None for a volume of the engine's own. Flags
    that were not given are None. Raises BadFlag."""
    if all(flags[mark] is None for mark in MARKS):
        return None
    kind = {"mount": "MountVolume", "block": "BlockVolume"}.get(_or(flags["type"], "block"))
    topology = {
        "Requisite": [_segments(text) for text in flags["topology_required"]],
        "Preferred": [_segments(text) for text in flags["topology_preferred"]],
    }
    limits = {
        "RequiredBytes": size(flags["required_bytes"], "--required-bytes"),
        "LimitBytes": size(flags["limit_bytes"], "--limit-bytes"),
    }
    secrets = sorted(pairs(flags["secret"]).items())
    return {
        "AccessMode": {
            "Scope": _or(flags["scope"], "single"),
            "Sharing": _or(flags["sharing"], "none"),
            **({kind: {}} if kind else {}),
        },
        "Availability": _or(flags["availability"], "active"),
        **given(
            {
                "Group": flags["group"],
                "AccessibilityRequirements": given(topology),
                "CapacityRange": given(limits),
                "Secrets": [{"Key": key, "Secret": secret} for key, secret in secrets],
            }
        ),
    }


def _or(text: str | None, default: str) -> str:
    return default if text is None else text


def _segments(text: str) -> dict[str, Any]:
    """ "region=north,zone=1" as the API has it."""
    return {"Segments": pairs(text.split(","))}
