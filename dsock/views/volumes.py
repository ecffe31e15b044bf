"""How volumes look: the records of GET /volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.render.listing import View
from dsock.views.labels import label, labels
from dsock.views.units import size

Record = Mapping[str, Any]

TABLE = "table {{.Driver}}\t{{.Name}}"
RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"


def format(source: str, quiet: bool) -> str:
    """What a --format stands for; `source` is not empty."""
    if source == "table":
        return "{{.Name}}" if quiet else TABLE
    if source == "raw":
        return "name: {{.Name}}" if quiet else RAW
    return source


def view() -> View:
    """The fields of a volume."""
    return {
        "Name": ("VOLUME NAME", lambda record: record.get("Name", "")),
        "Driver": ("DRIVER", lambda record: record.get("Driver", "")),
        "Scope": ("SCOPE", lambda record: record.get("Scope", "")),
        "Mountpoint": ("MOUNTPOINT", lambda record: record.get("Mountpoint", "")),
        "Labels": ("LABELS", labels),
        "Label": ("", label),
        "Links": ("LINKS", _links),
        "Size": ("SIZE", _size),
        "Group": ("GROUP", lambda record: _cluster(record, "Group")),
        "Availability": ("AVAILABILITY", lambda record: _cluster(record, "Availability")),
        "Status": ("STATUS", _status),
    }


def _links(record: Record) -> str:
    usage = record.get("UsageData")
    return str(usage.get("RefCount", 0)) if usage else "N/A"


def _size(record: Record) -> str:
    usage = record.get("UsageData")
    return size(usage.get("Size", 0), 4) if usage else "N/A"


def _cluster(record: Record, key: str) -> str:
    cluster = record.get("ClusterVolume")
    return str((cluster.get("Spec") or {}).get(key, "")) if cluster else "N/A"


def _status(record: Record) -> str:
    cluster = record.get("ClusterVolume")
    if not cluster:
        return "N/A"
    if not (cluster.get("Info") or {}).get("VolumeID"):
        return "pending creation"
    nodes = len(cluster.get("PublishStatus") or ())
    if not nodes:
        return "created"
    return "in use (1 node)" if nodes == 1 else f"in use ({nodes} nodes)"
