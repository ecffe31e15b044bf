"""What of the host a container may see: binds, mounts, volumes."""

from __future__ import annotations

import os
import posixpath
import re
from typing import Any

from dsock.relay.policy.denied import Denied
from dsock.relay.policy.fields import Test, anything, check, inside, nothing, one_of, refuse

_VOLUME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_OPTIONS = {"ro", "rw", "z", "Z", "private", "rprivate", "nocopy", "cached", "delegated",
            "consistent", ""}  # fmt: skip
_TMPFS = (
    r"(ro|rw|noexec|nosuid|nodev|noatime|nodiratime|relatime|"
    r"(size|mode|uid|gid|nr_inodes)=[0-9A-Za-z]+%?|)"
)


class Host:
    """Which paths of the host may be bound: "/srv/data", or "/srv/conf:ro" for reading only."""

    def __init__(self, binds: tuple[str, ...], volumes: bool) -> None:
        self.binds = binds
        self.volumes = volumes

    def path(self, source: str, read_only: bool, where: str) -> None:
        """Raises Denied unless `source` is one of the paths or below one of them."""
        if posixpath.normpath(source) != source or source.startswith("//"):
            raise Denied(f"{where}: {source!r} is not in its shortest form")
        real = os.path.realpath(source)  # of links that this side can see
        for bind in self.binds:
            allowed = bind.removesuffix(":ro")
            fits = all(_below(path, allowed) for path in (source, real))
            if fits and (read_only or not bind.endswith(":ro")):
                return
        refuse(where, source)

    def volume(self, name: str, where: str) -> str:
        """The volume's name. Raises Denied if it is none, or if there may be none."""
        if not self.volumes or not re.fullmatch(_VOLUME, name):
            refuse(where, name)
        return name

    def bind(self, text: Any, where: str) -> str:
        """ "source:target:options": the name of the volume that it needs, "" for a path."""
        parts = text.split(":") if isinstance(text, str) else []
        if len(parts) not in (2, 3) or not parts[1].startswith("/"):
            raise Denied(f"{where}: {text!r} is no SOURCE:TARGET[:OPTIONS]")
        options = set(parts[2].split(",")) if len(parts) == 3 else set()
        if not options <= _OPTIONS:
            refuse(where, text)
        if not parts[0].startswith("/"):
            return self.volume(parts[0], where)
        self.path(parts[0], "ro" in options, where)
        return ""

    def mount(self, mount: Any, where: str) -> str:
        """One of HostConfig.Mounts: the name of the volume that it needs, "" for none."""
        kind = mount.get("Type") if isinstance(mount, dict) else None
        if kind not in _MOUNTS:
            refuse(f"{where}.Type", kind)
        check(mount, _MOUNTS[kind], where)
        source = mount.get("Source") or ""
        if not isinstance(source, str):
            raise Denied(f"{where}.Source is no text", 400)
        if kind == "bind":
            self.path(source, mount.get("ReadOnly") is True, where)
        elif kind == "volume" and source:
            return self.volume(source, where)
        return ""


def tmpfs(value: Any, where: str) -> None:
    """HostConfig.Tmpfs: {path: options}."""
    for options in (value or {}).values() if isinstance(value or {}, dict) else [None]:
        if not isinstance(options, str) or not re.fullmatch(rf"{_TMPFS}(,{_TMPFS})*", options):
            refuse(where, options)


def paths(value: Any, where: str) -> None:
    """Config.Volumes: {path in the container: {}}, each a new volume without a name."""
    for path, options in (value or {}).items() if isinstance(value or {}, dict) else [("", 1)]:
        if not path.startswith("/") or ":" in path or options:
            refuse(where, path)


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


_ALL: dict[str, Test] = {
    "Type": anything, "Source": anything, "Target": anything, "ReadOnly": anything,
    "Consistency": anything, "BindOptions": nothing, "VolumeOptions": nothing,
    "TmpfsOptions": nothing, "ImageOptions": nothing, "ClusterOptions": nothing,
}  # fmt: skip
_BIND: dict[str, Test] = {
    "Propagation": one_of("private", "rprivate"), "NonRecursive": anything,
    "ReadOnlyNonRecursive": nothing, "ReadOnlyForceRecursive": anything,
    "CreateMountpoint": nothing,
}  # fmt: skip
_NEW_VOLUME: dict[str, Test] = {
    "NoCopy": anything, "Labels": nothing, "Subpath": nothing,
    "DriverConfig": inside({"Name": one_of("local"), "Options": nothing}),
}  # fmt: skip
_TMPFS_OPTIONS: dict[str, Test] = {
    "SizeBytes": anything, "Mode": anything, "Options": nothing,
}  # fmt: skip
_MOUNTS: dict[Any, dict[str, Test]] = {
    "bind": {**_ALL, "BindOptions": inside(_BIND)},
    "volume": {**_ALL, "VolumeOptions": inside(_NEW_VOLUME)},
    "tmpfs": {**_ALL, "Source": nothing, "TmpfsOptions": inside(_TMPFS_OPTIONS)},
}  # fmt: skip
