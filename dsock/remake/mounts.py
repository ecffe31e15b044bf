"""HostConfig's Mounts as --mount takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dsock.flags.mount import OPTIONS, RECURSIVE
from dsock.remake.texts import fields

Mount = Mapping[str, Any]


def mounts(found: Iterable[Mount]) -> list[str]:
    """KEY=VALUE,... of each."""
    return [fields(*_parts(mount)) for mount in found]


def _parts(mount: Mount) -> Iterator[str]:
    kind = mount["Type"]
    yield f"type={kind}"
    for key, name in (("Source", "source"), ("Target", "target"), ("Consistency", "consistency")):
        if mount.get(key):
            yield f"{name}={mount[key]}"
    if mount.get("ReadOnly"):
        yield "readonly"
    options = mount.get(OPTIONS.get(kind, "")) or {}
    if options.get("NonRecursive"):
        yield "bind-nonrecursive"
    if options.get("NoCopy"):
        yield "volume-nocopy"
    if options.get("Propagation"):
        yield f"bind-propagation={options['Propagation']}"
    for value, name_ in RECURSIVE.items():
        if name_ and name_ != "NonRecursive" and options.get(name_):
            yield f"bind-recursive={value}"
    if options.get("Subpath"):
        yield f"{kind}-subpath={options['Subpath']}"
    driver = options.get("DriverConfig") or {}
    if driver.get("Name"):
        yield f"volume-driver={driver['Name']}"
    for key, value in (options.get("Labels") or {}).items():
        yield f"volume-label={key}={value}"
    for key, value in (driver.get("Options") or {}).items():
        yield f"volume-opt={key}={value}"
    if options.get("SizeBytes"):
        yield f"tmpfs-size={options['SizeBytes']}"
    if options.get("Mode"):
        yield f"tmpfs-mode={options['Mode']:o}"
