"""What flags need of the engine: an older one would ignore them silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dsock.errors import DsockError, TooOld

START_INTERVAL = "1.44"
MAC_PER_NETWORK = "1.44"
SEVERAL_NETWORKS = "1.44"
NO_KERNEL_MEMORY = "1.42"


def speaks(version: str, needed: str) -> bool:
    """True if the API `version` is `needed` or later."""
    return _numbers(version) >= _numbers(needed)


def flag(name: str, needed: str, version: str) -> None:
    """Raises DsockError if the API `version` is one before `needed`, which the flag asks for."""
    if not speaks(version, needed):
        raise TooOld(
            f'"{name}" requires API version {needed}, but the engine speaks {version}',
            "a newer engine is needed",
        )


def check(body: Mapping[str, Any], version: str) -> None:
    """Raises DsockError if `body` says what the API `version` does not know yet."""
    for what, needed in _needs(body):
        if not speaks(version, needed):
            kind = TooOld if what.startswith("--") else DsockError
            raise kind(
                f"{what} requires API version {needed}, but the engine speaks {version}",
                "a newer engine is needed",
            )


def _needs(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(flag, first API version that knows it) of what the body holds."""
    host = body["HostConfig"]
    if host.get("Annotations"):
        yield "--annotation", "1.43"
    for mount in host.get("Mounts", ()):
        if mount.get("BindOptions", {}).get("ReadOnlyForceRecursive"):
            yield "bind-recursive=readonly", "1.44"
        if mount.get("VolumeOptions", {}).get("Subpath"):
            yield "volume-subpath", "1.45"
    for endpoint in body.get("NetworkingConfig", {}).get("EndpointsConfig", {}).values():
        if "MacAddress" in endpoint:
            yield "a network's mac-address", MAC_PER_NETWORK
        if endpoint.get("GwPriority"):
            yield "a network's gw-priority", "1.48"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
