"""What a prune would remove: found in the engine's lists as the engine itself would find it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dsock.flags.prune import Takes
from dsock.render.gotimes import unix_time
from dsock.views.networks import is_builtin
from dsock.views.units import duration, short_id, size

Record = Mapping[str, Any]

_ENDED = ("created", "exited", "dead", "configured", "stopped", "initialized")
_KEPT_CACHES = ("internal", "frontend")


class Leftover(NamedTuple):
    """An object that nobody uses: what it is removed by, and what a person knows it by."""

    refs: tuple[str, ...]
    name: str
    created: float | None  # Unix time, None where the engine does not know
    size: int | None  # bytes that its removal gives back at most

    def line(self, now: float) -> str:
        """ "web, 2 weeks old, 1.5MB"."""
        parts = [self.name]
        if self.created is not None:
            parts.append(f"{duration(max(0.0, now - self.created)).lower()} old")
        if self.size is not None:
            parts.append(size(self.size))
        return ", ".join(parts)


def containers(records: Iterable[Record], takes: Takes) -> Iterator[Leftover]:
    """Those that do not run, of GET /containers/json with all of them and their sizes."""
    for record in records:
        if record.get("State") in _ENDED and takes(record.get("Labels") or {}, record["Created"]):
            names = [name for name in record.get("Names") or () if "/" not in name[1:]]
            name = f"{short_id(record['Id'])} {names[0].removeprefix('/') if names else ''}"
            found = record.get("SizeRw") or 0
            yield Leftover((record["Id"],), f"container {name.strip()}", record["Created"], found)


def networks(records: Iterable[Record], used: Collection[str], takes: Takes) -> Iterator[Leftover]:
    """Those of GET /networks that are no part of the engine and whose id and name are not
    `used`."""
    for record in records:
        ref, name = record["Id"], record["Name"]
        created = unix_time(record.get("Created", ""))
        if is_builtin(record) or record.get("ConfigOnly") or record.get("Ingress"):
            continue
        if ref not in used and name not in used and takes(record.get("Labels") or {}, created):
            yield Leftover((ref,), f"network {short_id(ref)} {name}", created, None)


def volumes(
    records: Iterable[Record], sizes: Mapping[str, int], takes: Takes, all: bool
) -> Iterator[Leftover]:
    """Those of GET /volumes with dangling=true, without `all` only those without a name."""
    for record in records:
        name, labels = record["Name"], record.get("Labels") or {}
        created = unix_time(record.get("CreatedAt") or "")
        if record.get("Driver", "local") != "local":
            continue
        if (all or "com.docker.volume.anonymous" in labels) and takes(labels, created):
            yield Leftover((name,), f"volume {name}", created, sizes.get(name))


def images(
    records: Iterable[Record], used: Collection[str], takes: Takes, all: bool
) -> Iterator[Leftover]:
    """Those of GET /images/json that no container is made from (`used` has the ids of the
    others, without sha256:), without `all` only those without a tag."""
    for record in records:
        tags = [tag for tag in record.get("RepoTags") or () if tag != "<none>:<none>"]
        digests = [ref for ref in record.get("RepoDigests") or () if not ref.startswith("<none>")]
        ref = record["Id"]
        if ref.removeprefix("sha256:") in used or (tags and not all):
            continue
        if takes(record.get("Labels") or {}, record["Created"]):
            refs = tuple(tags or digests or (ref,))
            name = " ".join([f"image {short_id(ref)}", *tags])
            yield Leftover(refs, name, record["Created"], record.get("Size"))


def caches(records: Iterable[Record], takes: Takes, all: bool) -> list[Leftover]:
    """Those of GET /system/df that no build uses, each before those that it was built on."""
    found: list[Leftover] = []
    for record in records:
        used = unix_time(record.get("LastUsedAt") or record.get("CreatedAt") or "")
        shown = record.get("Type") in _KEPT_CACHES or record.get("Shared")
        if not record.get("InUse") and (all or not shown) and takes({}, used):
            name = f"build cache {record['ID']} {record.get('Description', '')}".strip()
            created = unix_time(record.get("CreatedAt") or "")
            found.append(Leftover((record["ID"],), name, created, record.get("Size")))
    return sorted(found, key=lambda leftover: leftover.created or 0.0, reverse=True)
