"""The control groups of a sandbox's containers: the only trace that the kernel keeps."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
DYING_SECONDS = 5.0


def podman_containers(init: int) -> list[str]:
    """The ids of the containers that podman has inside the sandbox of that first process.

    Read from its files: podman keeps its groups beside those of the host's podman, and only the
    ids tell them apart.
    """
    found: list[str] = []
    for path in Path(f"/proc/{init}/root/run/podman/storage").glob("*-containers/containers.json"):
        with suppress(OSError, ValueError):
            found += [record["id"] for record in json.loads(path.read_bytes())]
    return found


def thaw(name: str, containers: list[str]) -> None:
    """Let paused containers of the killed sandbox `name` go on, to their end: on version 1 a frozen
    process does not even die."""
    for folder in map(Path, _folders(name, containers)):
        with suppress(OSError):
            (folder / "freezer.state").write_text("THAWED")
            deadline = time.monotonic() + DYING_SECONDS
            while (folder / "cgroup.procs").read_bytes() and time.monotonic() < deadline:
                time.sleep(0.01)


def remove_cgroups(name: str, containers: list[str]) -> None:
    """Remove the empty groups of the sandbox `name`, under each hierarchy (v1) or the one (v2).

    A group with a process in it cannot be removed, so nothing alive is ever touched.
    """
    for folder in _folders(name, containers):
        with suppress(OSError):
            os.rmdir(folder)


def _folders(name: str, containers: list[str]) -> Iterator[str]:
    """The groups of the sandbox `name`, the deepest first."""
    names = [
        f"dsock-{name}",
        *(f"libpod_parent/libpod-{id_}" for id_ in containers),
        "libpod_parent",
    ]
    for group in (path for name in names for path in (ROOT / name, *ROOT.glob(f"*/{name}"))):
        yield from (folder for folder, _, _ in os.walk(group, topdown=False))
