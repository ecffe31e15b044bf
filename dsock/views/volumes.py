"""How volumes look: the records of GET /volumes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dsock.render.gotimes import unix_time
from dsock.render.listing import View
from dsock.views.labels import label, labels
from dsock.views.units import duration, size

Record = Mapping[str, Any]

TABLE = "table {{.Driver}}\t{{.Name}}"
SIZED = TABLE + "\t{{.Size}}\t{{.Containers}}"
CLUSTER = "table {{.Name}}\t{{.Group}}\t{{.Driver}}\t{{.Availability}}\t{{.Status}}"
RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"


def format(source: str, quiet: bool, sized: bool = False) -> str:
    """What a --format stands for; `source` is not empty."""
    if source == "table":
        return "{{.Name}}" if quiet else SIZED if sized else TABLE
    if source == "raw":
        return "name: {{.Name}}" if quiet else RAW
    return source


def view(sized: bool = False) -> View:
    """The fields of a volume; `sized` if records have their UsageData, and the names of the
    containers that use them as "Containers"."""
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
        **(_USERS if sized else {}),
    }


_USERS: View = {"Containers": ("USED BY", lambda record: ",".join(record["Containers"]))}


def is_nameless(record: Record) -> bool:
    """True for a volume that nobody named."""
    return re.fullmatch("[0-9a-f]{64}", record.get("Name", "")) is not None


def age(record: Record, now: float) -> str:
    """ "2 weeks ago", "" where the engine does not know; `now` is a Unix time."""
    created = unix_time(record.get("CreatedAt") or "")
    return "" if created is None else duration(max(0.0, now - created)) + " ago"


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
