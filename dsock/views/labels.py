"""The labels of any record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def labels(record: Mapping[str, Any]) -> str:
    """All of them as "key=value", in order, with commas between."""
    found = record.get("Labels")
    return ",".join(sorted([f"{key}={value}" for key, value in found.items()])) if found else ""


def label(record: Mapping[str, Any], name: str) -> str:
    """The value of one, "" if it is not there."""
    return str((record.get("Labels") or {}).get(name, ""))
