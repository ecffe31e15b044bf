"""How disk usage looks: the answer of GET /system/df."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dsock.errors import DsockError
from dsock.flags import references
from dsock.render.gotimes import iso_timestamp, unix_time
from dsock.render.listing import View
from dsock.views import containers, images, volumes
from dsock.views.images import NONE, Row
from dsock.views.units import duration, short_id, size

Record = Mapping[str, Any]
Parts = dict[str, tuple[View, list[Any]]]

TABLE = "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}"
RAW = """type: {{.Type}}
total: {{.TotalCount}}
active: {{.Active}}
size: {{.Size}}
reclaimable: {{.Reclaimable}}
"""
# The tables of -v: title, part, columns.
TABLES = {
    "Images": (
        "Images space usage:",
        images.TABLE + "\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}",
    ),
    "Containers": (
        "Containers space usage:",
        "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}"
        "\t{{.Status}}\t{{.Names}}",
    ),
    "Volumes": ("Local Volumes space usage:", "table {{.Name}}\t{{.Links}}\t{{.Size}}"),
    "BuildCache": (
        "Build cache usage: {}",
        "table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}"
        "\t{{.UsageCount}}\t{{.Shared}}",
    ),
}
_RAW_CACHE = """build_cache_id: {{.ID}}
parent_id: {{.Parent}}
build_cache_type: {{.CacheType}}
description: {{.Description}}
created_at: {{.CreatedAt}}
created_since: {{.CreatedSince}}
last_used_at: {{.LastUsedAt}}
last_used_since: {{.LastUsedSince}}
usage_count: {{.UsageCount}}
in_use: {{.InUse}}
shared: {{.Shared}}
"""
RAW_IN_FULL = "".join(
    f"{{{{range .{part}}}}}type: {kind}\n{raw}\n{{{{end -}}}}\n"
    for part, kind, raw in (
        ("Images", "Image", images.format("raw", quiet=False, digests=True)),
        ("Containers", "Container", containers.format("raw", quiet=False, sized=True)),
        ("Volumes", "Volume", volumes.format("raw", quiet=False)),
        ("BuildCache", "Build Cache", _RAW_CACHE),
    )
).removesuffix("\n")


def summary(usage: Record) -> list[Record]:
    """A record for each kind of object, as docker counts them."""
    return [_images(usage), _containers(usage), _volumes(usage), _caches(usage)]


def view() -> View:
    """The fields of a record of the summary."""
    fields = {
        "Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE",
        "Reclaimable": "RECLAIMABLE",
    }  # fmt: skip
    return {name: (header, lambda r, n=name: r[n]) for name, header in fields.items()}


def parts(usage: Record, full: bool, now: float) -> Parts:
    """{field: (view, records)} of everything; `full` cuts nothing, `now` is a Unix time."""
    found = [{**record, "SizeRootFs": 0} for record in _list(usage, "Containers")]
    return {
        "Images": (images.view(full, now), list(_rows(_list(usage, "Images")))),
        "Containers": (containers.view(full, now), found),
        "Volumes": (volumes.view(), _list(usage, "Volumes")),
        "BuildCache": (_cache_view(full, now), sorted(_list(usage, "BuildCache"), key=_last_used)),
    }


def cache_size(usage: Record) -> int:
    """Bytes of the build cache that are in no image."""
    found = _list(usage, "BuildCache")
    return sum(cache.get("Size", 0) for cache in found if not cache.get("Shared"))


def reclaimable_images(usage: Record) -> int:
    """Bytes of the images that no container is made from."""
    used = 0
    for image in _list(usage, "Images"):
        if image.get("Containers") and -1 not in (image.get("Size"), image.get("SharedSize")):
            used += image.get("Size", 0) - image.get("SharedSize", 0)
    return int(usage.get("LayersSize") or 0) - used


def reclaimable_volumes(usage: Record) -> int:
    """Bytes of the volumes that no container has."""
    return sum(_bytes(v) for v in _list(usage, "Volumes") if not _usage(v).get("RefCount"))


def _list(usage: Record, key: str) -> list[Any]:
    return list(usage.get(key) or ())


def _images(usage: Record) -> Record:
    found = _list(usage, "Images")
    active = sum((image.get("Containers") or 0) > 0 for image in found)
    total = int(usage.get("LayersSize") or 0)
    return _record("Images", len(found), active, total, reclaimable_images(usage))


def _containers(usage: Record) -> Record:
    found = _list(usage, "Containers")
    total = sum(container.get("SizeRw") or 0 for container in found)
    active = [c for c in found if c.get("State") in ("running", "paused", "restarting")]
    used = sum(container.get("SizeRw") or 0 for container in active)
    return _record("Containers", len(found), len(active), total, total - used)


def _volumes(usage: Record) -> Record:
    found = _list(usage, "Volumes")
    active = sum((_usage(volume).get("RefCount") or 0) > 0 for volume in found)
    total = sum(map(_bytes, found))
    return _record("Local Volumes", len(found), active, total, reclaimable_volumes(usage))


def _caches(usage: Record) -> Record:
    found = _list(usage, "BuildCache")
    total = cache_size(usage)
    used = [cache for cache in found if cache.get("InUse")]
    free = total - sum(cache.get("Size", 0) for cache in used if not cache.get("Shared"))
    record = _record("Build Cache", len(found), len(used), total, free)
    return {**record, "Reclaimable": size(free, 4)}


def _record(kind: str, count: int, active: int, total: int, free: int) -> Record:
    share = f" ({_percent(free, total)}%)" if total > 0 else ""
    return {
        "Type": kind,
        "TotalCount": str(count),
        "Active": str(active),
        "Size": size(total, 4),
        "Reclaimable": f"{size(free, 4)}{share}",
    }


def _percent(part: int, total: int) -> int:
    return int(part * 100 / total)  # towards zero, as Go divides


def _usage(volume: Record) -> Record:
    return volume.get("UsageData") or {}


def _bytes(volume: Record) -> int:
    return max(0, _usage(volume).get("Size") or 0)


def _rows(records: Iterable[Record]) -> Iterator[Row]:
    """A row for each image, by its first name; none for one whose name is none."""
    for image in records:
        repository, tag = NONE, NONE
        tags = image.get("RepoTags") or ()
        if tags and not images.nameless(image):
            try:
                found = references.parse(tags[0])
            except DsockError:
                continue
            if found.tag:
                repository, tag = found.familiar_name, found.tag
        yield Row(image, repository, tag, "")


def _last_used(cache: Record) -> tuple[float, str]:
    return unix_time(cache.get("LastUsedAt") or "") or 0.0, cache.get("ID", "")


def _cache_view(full: bool, now: float) -> View:
    return {
        "ID": ("CACHE ID", lambda r: (r["ID"] if full else short_id(r["ID"])) + "*" * r["InUse"]),
        "Parent": ("PARENT", lambda r: r.get("Parent", "")),
        "CacheType": ("CACHE TYPE", lambda r: r.get("Type", "")),
        "Description": ("DESCRIPTION", lambda r: r.get("Description", "")),
        "CreatedAt": ("CREATED AT", lambda r: iso_timestamp(r.get("CreatedAt") or "")),
        "CreatedSince": ("CREATED", lambda r: _ago(r.get("CreatedAt"), now)),
        "LastUsedAt": ("LAST USED AT", _last_used_at),
        "LastUsedSince": ("LAST USED", lambda r: _ago(r.get("LastUsedAt"), now)),
        "Size": ("SIZE", lambda r: size(r.get("Size", 0))),
        "UsageCount": ("USAGE", lambda r: str(r.get("UsageCount", 0))),
        "InUse": ("IN USE", lambda r: str(bool(r.get("InUse"))).lower()),
        "Shared": ("SHARED", lambda r: str(bool(r.get("Shared"))).lower()),
    }


def _last_used_at(cache: Record) -> str:
    return iso_timestamp(cache["LastUsedAt"]) if cache.get("LastUsedAt") else ""


def _ago(time: str | None, now: float) -> str:
    moment = unix_time(time or "")
    return "" if moment is None else f"{duration(now - moment)} ago"
