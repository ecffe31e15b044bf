"""How containers look: the records of GET /containers/json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from dsock.errors import DsockError
from dsock.flags.filters import health
from dsock.render.gostrings import quoted
from dsock.render.gotimes import timestamp
from dsock.render.govalues import NIL
from dsock.render.listing import View
from dsock.render.width import ellipsis
from dsock.views.labels import label, labels
from dsock.views.ports import ports
from dsock.views.units import duration, short_id, size

Record = Mapping[str, Any]

TABLE = (
    "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"
)
RAW = """container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
"""


def format(source: str, quiet: bool, sized: bool) -> str:
    """What a --format stands for: "" and "table" are the usual columns; -q wins over all."""
    if source in ("", "table"):
        return "{{.ID}}" if quiet else TABLE + "\t{{.Size}}" * sized
    if source == "raw":
        return "container_id: {{.ID}}" if quiet else RAW + "size: {{.Size}}\n" * sized
    return "{{.ID}}" if quiet else source


def view(full: bool, now: float) -> View:
    """The fields of a container; `full` cuts nothing (--no-trunc), `now` is a Unix time."""
    ids, images, commands, names, mounts = (
        (_id, _image, _command, _names, _mounts)
        if full
        else (_short_id, _short_image, _short_command, _short_names, _short_mounts)
    )
    return {
        "ID": ("CONTAINER ID", ids),
        "Image": ("IMAGE", images),
        "Command": ("COMMAND", commands),
        "CreatedAt": ("CREATED AT", lambda record: timestamp(record.get("Created", 0))),
        "RunningFor": ("CREATED", lambda record: duration(now - record.get("Created", 0)) + " ago"),
        "State": ("STATE", lambda record: record.get("State", "")),
        "Status": ("STATUS", lambda record: record.get("Status", "")),
        "Ports": ("PORTS", lambda record: ports(record.get("Ports"))),
        "Names": ("NAMES", names),
        "Size": ("SIZE", _size),
        "Labels": ("LABELS", labels),
        "Label": ("", label),
        "Mounts": ("MOUNTS", mounts),
        "LocalVolumes": ("LOCAL VOLUMES", _local_volumes),
        "Networks": ("NETWORKS", _networks),
        "Platform": ("PLATFORM", _platform),
        "HealthStatus": ("HEALTH STATUS", health),
    }


def _id(record: Record) -> str:
    return str(record.get("Id", ""))


def _short_id(record: Record) -> str:
    return str(record.get("Id", "")[:12])


def _image(record: Record) -> str:
    return record.get("Image") or "<no image>"


def _short_image(record: Record) -> str:
    return _short_reference(record.get("Image", ""), record.get("ImageID", ""))


@cache
def _short_reference(image: str, image_id: str) -> str:
    """An image's name without its digest, or the start of its id where that is its name."""
    if not image:
        return "<no image>"
    short = short_id(image)
    if short == short_id(image_id):
        return short
    if "/" not in image and "@" not in image:
        return image  # as nobody could write it shorter
    from dsock.flags import references  # compiles a grammar

    try:
        found = references.parse(image)
    except DsockError:
        return image
    return f"{found.familiar_name}:{found.tag}" if found.tag else found.familiar_name


def _command(record: Record) -> str:
    return quoted(record.get("Command", ""))


def _short_command(record: Record) -> str:
    return _cut_command(record.get("Command", ""))


@cache
def _cut_command(command: str) -> str:
    return quoted(ellipsis(command, 20))


def _names(record: Record) -> str:
    return ",".join([name.removeprefix("/") for name in record.get("Names") or ()])


def _short_names(record: Record) -> str:
    """The name; not those that links gave it, such as /other/alias."""
    names: Sequence[str] = record.get("Names") or ()
    for name in names:
        if "/" not in name[1:]:
            return name.removeprefix("/")
    return _names(record)


def _size(record: Record) -> str:
    own, all_of_it = record.get("SizeRw", 0), record.get("SizeRootFs", 0)
    return f"{size(own)} (virtual {size(all_of_it)})" if all_of_it > 0 else size(own)


def _mounts(record: Record) -> str:
    return ",".join([_mount(mount) for mount in record.get("Mounts") or ()])


def _short_mounts(record: Record) -> str:
    return ",".join([ellipsis(_mount(mount), 15) for mount in record.get("Mounts") or ()])


def _mount(mount: Record) -> str:
    return mount.get("Name") or mount.get("Source") or ""


def _local_volumes(record: Record) -> str:
    mounts: Sequence[Record] = record.get("Mounts") or ()
    return str(sum(mount.get("Driver") == "local" for mount in mounts))


def _networks(record: Record) -> str:
    return ",".join((record.get("NetworkSettings") or {}).get("Networks") or ())


def _platform(record: Record) -> object:
    found = (record.get("ImageManifestDescriptor") or {}).get("platform")
    return Platform(found) if found else NIL


class Platform:
    """Where an image runs: "linux/arm64/v8" in text, an object in JSON."""

    def __init__(self, found: Record) -> None:
        self._found = found

    def go_json(self) -> dict[str, Any]:
        """Its JSON, in the order of the OCI's type."""
        keys = ("architecture", "os", "os.version", "os.features", "variant")
        return {key: self._found[key] for key in keys if self._found.get(key) or key in keys[:2]}

    def __str__(self) -> str:
        found = self._found
        system = found.get("os") or "unknown"
        if found.get("os.version"):
            system += f"({found['os.version']})"
        return "/".join(filter(None, (system, found.get("architecture"), found.get("variant"))))
