"""How an image's history looks: the records of GET /images/{name}/history."""

from __future__ import annotations

from collections.abc import Mapping
from time import localtime, strftime
from typing import Any

from dsock.render.listing import View
from dsock.render.width import ellipsis
from dsock.views.units import duration, short_id, size

Record = Mapping[str, Any]

TABLE = "table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}"
MACHINE = TABLE.replace("CreatedSince", "CreatedAt")

# Builds that give the same bytes each time write some date before 2000 into an image.
_MEANT = 946684800


def format(source: str, quiet: bool, human: bool) -> str:
    """What a --format stands for; `source` is not empty."""
    if source != "table":
        return source
    return "{{.ID}}" if quiet else TABLE if human else MACHINE


def view(full: bool, human: bool, now: float) -> View:
    """The fields of a layer; `full` cuts nothing (--no-trunc), `now` is a Unix time."""
    return {
        "ID": ("IMAGE", _id if full else _short_id),
        "CreatedSince": ("CREATED", (lambda record: _since(record, now)) if human else _at),
        "CreatedAt": ("CREATED AT", _at),
        "CreatedBy": ("CREATED BY", by if full else lambda record: ellipsis(by(record), 45)),
        "Size": ("SIZE", _size if human else lambda record: str(record.get("Size", 0))),
        "Comment": ("COMMENT", lambda record: record.get("Comment", "")),
    }


def by(record: Record) -> str:
    """What made the layer."""
    return str(record.get("CreatedBy", "")).replace("\t", " ")


def _id(record: Record) -> str:
    return str(record.get("Id", ""))


def _short_id(record: Record) -> str:
    text = _id(record)
    return short_id(text) if text.startswith("sha256:") else text[:12]


def _since(record: Record, now: float) -> str:
    created = record.get("Created", 0)
    return duration(now - created) + " ago" if created > _MEANT else "N/A"


def _at(record: Record) -> str:
    """The time in local time as RFC 3339 has it."""
    moment = localtime(record.get("Created", 0))
    text = f"{moment.tm_year:04}{strftime('-%m-%dT%H:%M:%S%z', moment)}"
    return f"{text[:-5]}Z" if text.endswith("+0000") else f"{text[:-2]}:{text[-2:]}"


def _size(record: Record) -> str:
    return size(record.get("Size", 0))
