"""How images look: the records of GET /images/json, a row for each name an image has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dsock.errors import DsockError
from dsock.flags import references
from dsock.render.gotimes import timestamp
from dsock.render.listing import View
from dsock.views.units import duration, short_id, size

Record = Mapping[str, Any]

TABLE = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
DIGESTS = TABLE.replace("{{.Tag}}", "{{.Tag}}\t{{.Digest}}")
RAW = """repository: {{.Repository}}
tag: {{.Tag}}
image_id: {{.ID}}
created_at: {{.CreatedAt}}
virtual_size: {{.Size}}
"""
RAW_DIGESTS = RAW.replace("image_id", "digest: {{.Digest}}\nimage_id")
NONE = "<none>"


class Row(NamedTuple):
    """One line of the listing."""

    image: Record
    repository: str
    tag: str
    digest: str


def format(source: str, quiet: bool, digests: bool) -> str:
    """What a --format stands for; `source` is not empty."""
    if source == "table":
        return "{{.ID}}" if quiet else DIGESTS if digests else TABLE
    if source == "raw":
        return "image_id: {{.ID}}" if quiet else RAW_DIGESTS if digests else RAW
    if digests and source.startswith("table") and "{{.Digest}}" not in source:
        return source + "\t{{.Digest}}"
    return source


def rows(images: Iterable[Record], format: str, digests: bool) -> Iterator[Row]:
    """A row for each tag; for each digest too if `digests` or the format shows them."""
    with_digests = digests or "{{.Digest}}" in format
    for image in images:
        yield from _rows(image, digests, with_digests)


def view(full: bool, now: float) -> View:
    """The fields of a row; `full` cuts no id (--no-trunc), `now` is a Unix time."""
    return {
        "ID": ("IMAGE ID", _id if full else _short_id),
        "Repository": ("REPOSITORY", lambda row: row.repository),
        "Tag": ("TAG", lambda row: row.tag),
        "Digest": ("DIGEST", lambda row: row.digest),
        "CreatedSince": (
            "CREATED",
            lambda row: duration(now - row.image.get("Created", 0)) + " ago",
        ),
        "CreatedAt": ("CREATED AT", lambda row: timestamp(row.image.get("Created", 0))),
        "Size": ("SIZE", lambda row: size(row.image.get("Size", 0))),
        "Containers": ("CONTAINERS", _containers),
        "VirtualSize": ("SIZE", lambda row: size(row.image.get("Size", 0), 4)),
        "SharedSize": ("SHARED SIZE", _shared_size),
        "UniqueSize": ("UNIQUE SIZE", _unique_size),
    }


def _rows(image: Record, digests: bool, with_digests: bool) -> Iterator[Row]:
    tags = [found for found in map(_parsed, image.get("RepoTags") or ()) if found and found.tag]
    others = [found for found in map(_parsed, image.get("RepoDigests") or ()) if found]
    if not (image.get("RepoTags") or image.get("RepoDigests")) or nameless(image):
        yield Row(image, NONE, NONE, NONE)
        return
    by_name: dict[str, list[str]] = {}
    for found in others:
        if found.digest:
            by_name.setdefault(found.familiar_name, []).append(found.digest)
    for name in dict.fromkeys(found.familiar_name for found in tags):
        known = by_name.pop(name, [])
        for tag in [found.tag or "" for found in tags if found.familiar_name == name]:
            for digest in (with_digests and known) or [NONE]:
                yield Row(image, name, tag, digest)
    for name, known in by_name.items():
        for digest in known if digests else [""]:
            yield Row(image, name, NONE, digest)


def nameless(image: Record) -> bool:
    """How engines before API 1.43 write an image without a name."""
    return image.get("RepoTags") == ["<none>:<none>"] and (
        image.get("RepoDigests") == ["<none>@<none>"]
    )


def _parsed(text: str) -> references.Reference | None:
    try:
        return references.parse(text)
    except DsockError:
        return None


def _id(row: Row) -> str:
    return str(row.image.get("Id", ""))


def _short_id(row: Row) -> str:
    return short_id(row.image.get("Id", ""))


def _containers(row: Row) -> str:
    count = row.image.get("Containers", 0)
    return "N/A" if count == -1 else str(count)


def _shared_size(row: Row) -> str:
    shared = row.image.get("SharedSize", 0)
    return "N/A" if shared == -1 else size(shared, 4)


def _unique_size(row: Row) -> str:
    total, shared = row.image.get("Size", 0), row.image.get("SharedSize", 0)
    return "N/A" if -1 in (total, shared) else size(total - shared, 4)
