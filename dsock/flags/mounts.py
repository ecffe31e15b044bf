"""-v and --tmpfs: what is mounted, in docker's short form."""

from __future__ import annotations

import os
from collections.abc import Iterable

from dsock.errors import BadFlag


def volumes(specs: Iterable[str]) -> tuple[list[str], list[str]]:
    """(HostConfig's Binds, paths of anonymous volumes) of --volume. Raises BadFlag.

    A source that begins with a dot is a path from the current folder on.
    """
    binds, anonymous = [], []
    for spec in dict.fromkeys(specs):
        source = _source(spec)
        if not source:
            anonymous.append(spec)
        elif source.startswith("."):
            host, _, rest = spec.partition(":")
            binds.append(f"{os.path.abspath(host)}:{rest}")
        else:
            binds.append(spec)
    return binds, anonymous


def tmpfs(specs: Iterable[str]) -> dict[str, str]:
    """HostConfig's Tmpfs of --tmpfs: {path: mount options}."""
    split = (spec.partition(":") for spec in specs)
    return {path: options for path, _, options in split}


def _source(spec: str) -> str:
    """What is mounted, "" for an anonymous volume. Raises BadFlag."""
    if not spec:
        raise BadFlag("invalid empty volume spec", "write --volume SOURCE:PATH[:OPTIONS]")
    if len(spec) <= 2:
        return ""
    sections = _sections(spec)
    if not all(sections):
        raise BadFlag(
            f"invalid spec: {spec}: empty section between colons",
            "write --volume SOURCE:PATH[:OPTIONS]",
        )
    if len(sections) > 3:
        raise BadFlag(f"invalid spec: {spec}: too many colons")
    return sections[0] if len(sections) > 1 else ""


def _sections(spec: str) -> list[str]:
    """What stands between the colons; the colon after a lone letter is a drive's of Windows."""
    sections: list[str] = []
    drive = ""
    for part in spec.split(":"):
        if not drive and len(part) == 1 and part.isalpha():
            drive = f"{part}:"
            continue
        sections.append(drive + part)
        drive = ""
    return [*sections, drive[:1]] if drive else sections
