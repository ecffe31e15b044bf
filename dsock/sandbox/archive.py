"""An image as `docker save` writes it: the form that every engine loads."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

Member = tuple[tarfile.TarInfo, bytes]


def file(name: str, data: bytes, mode: int = 0o644) -> Member:
    """A regular file of root's. Its time is 1970, so that equal contents give equal images."""
    member = tarfile.TarInfo(name.lstrip("/"))
    member.size, member.mode = len(data), mode
    return member, data


def link(name: str, target: str) -> Member:
    member = tarfile.TarInfo(name.lstrip("/"))
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member, b""


def folder(name: str, mode: int = 0o755) -> Member:
    member = tarfile.TarInfo(name.lstrip("/"))
    member.type, member.mode = tarfile.DIRTYPE, mode
    return member, b""


def image(name: str, layers: list[list[Member]], config: dict[str, Any], created: float) -> bytes:
    """The archive of one image, `name`:latest.

    `config` is the part that `inspect` shows as Config; `created` is in seconds since 1970. The
    name is written in full: Podman would take a short one for localhost's.
    """
    tars = [_tar([*_parents(layer), *layer]) for layer in layers]
    when = datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = {
        "architecture": _architecture(),
        "os": "linux",
        "created": when,
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{_digest(tar)}" for tar in tars]},
        "history": [{"created": when, "created_by": "dsock sandbox"} for _ in tars],
    }
    facts = json.dumps(record).encode()
    facts_name = f"{_digest(facts)}.json"
    manifest = {
        "Config": facts_name,
        "RepoTags": [f"docker.io/library/{name}:latest"],
        "Layers": [f"{_digest(tar)}.tar" for tar in tars],
    }
    return _tar(
        [
            *(file(f"{_digest(tar)}.tar", tar) for tar in tars),
            file(facts_name, facts),
            file("manifest.json", json.dumps([manifest]).encode()),
        ]
    )


def _parents(layer: list[Member]) -> list[Member]:
    """The folders above the layer's members: what is not named is made for root alone."""
    named = {member.name for member, _ in layer}
    above = {str(path) for name in named for path in PurePosixPath(name).parents}
    return [folder(path) for path in sorted(above - named - {"."})]


def _tar(members: Iterable[Member]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for member, data in members:
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _architecture() -> str:
    """This machine in Go's words."""
    import platform

    machine = platform.machine()
    return {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}.get(machine, machine)
