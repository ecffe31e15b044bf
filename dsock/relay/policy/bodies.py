"""The bodies that calls may have, by route."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dsock.relay.policy import create
from dsock.relay.policy.create import Create, Needs
from dsock.relay.policy.denied import Denied
from dsock.relay.policy.fields import (
    Test,
    anything,
    check,
    each,
    fits,
    inside,
    nothing,
    one_of,
    refuse,
)
from dsock.relay.policy.target import NAME


@dataclass(frozen=True)
class Exec:
    """What a policy grants to commands in running containers."""

    commands: tuple[str, ...] | None = None  # the words joined by spaces; * is any text
    users: tuple[str, ...] | None = None
    privileged: bool = False


@dataclass(frozen=True)
class Make:
    """What a policy grants to new volumes and networks."""

    drivers: tuple[str, ...] = ()  # besides local, and bridge


@dataclass(frozen=True)
class Unlimited:
    """Any JSON body."""


Grant = Create | Exec | Make | Unlimited
# The routes with a JSON body that is looked into, and what a policy may say about it.
GRANTS: Mapping[str, type[Create] | type[Exec] | type[Make]] = {
    "POST /containers/create": Create,
    "POST /containers/{id}/exec": Exec,
    "POST /volumes/create": Make,
    "POST /networks/create": Make,
}
# JSON bodies that are looked into, with nothing to say about them.
FIXED = {"POST /exec/{id}/start", "POST /containers/{id}/update", "POST /commit", "POST /auth",
         "POST /networks/{network}/connect", "POST /networks/{network}/disconnect"}  # fmt: skip
# JSON bodies that nobody looks into here: a policy has to say `body: any`.
OPAQUE = {"POST /services/create", "POST /services/{service}/update", "POST /secrets/create",
          "POST /secrets/{secret}/update", "POST /configs/create", "POST /configs/{config}/update",
          "POST /swarm/init", "POST /swarm/join", "POST /swarm/update", "POST /swarm/unlock",
          "POST /nodes/{node}/update", "POST /plugins/pull", "POST /plugins/{plugin}/upgrade",
          "POST /plugins/{plugin}/set", "PUT /volumes/{volume}"}  # fmt: skip
ARCHIVES = {"POST /build", "POST /images/load", "PUT /containers/{id}/archive",
            "POST /plugins/create"}  # fmt: skip


def takes_json(route: str) -> bool:
    """Whether a call has a JSON body, which is then read whole."""
    return route in GRANTS or route in FIXED or route in OPAQUE


def judge(route: str, body: Any, grant: Grant | None) -> Needs:
    """What the engine has to be asked about a body. Raises Denied if it asks for too much."""
    if isinstance(grant, Unlimited):
        return Needs()
    if route == "POST /containers/create":
        return create.container(body, grant if isinstance(grant, Create) else Create())
    if route in ("POST /networks/{network}/connect", "POST /networks/{network}/disconnect"):
        _connection(body)
    elif route == "POST /containers/{id}/exec":
        _exec(body, grant if isinstance(grant, Exec) else Exec())
    elif route in ("POST /volumes/create", "POST /networks/create"):
        drivers = grant.drivers if isinstance(grant, Make) else ()
        _make(route, body, drivers)
    elif route == "POST /commit":
        create.config(body)
    elif route in _TABLES:
        check({} if body is None else body, _TABLES[route])
    else:
        raise Denied(f"{route} needs `body: any` in the policy")
    return Needs()


def _exec(body: Any, grant: Exec) -> None:
    check(body, {**_EXEC, "Privileged": anything if grant.privileged else nothing})
    words = body.get("Cmd") or []
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Denied("Cmd is no list of words", 400)
    if grant.commands is not None and not fits(" ".join(words), grant.commands):
        raise Denied("the command is none that the policy lists")
    user = str(body.get("User") or "")
    if grant.users is not None and not fits(user, grant.users):
        refuse("User", user)


def _make(route: str, body: Any, drivers: tuple[str, ...]) -> None:
    volume = route == "POST /volumes/create"
    driver = one_of("local" if volume else "bridge", *drivers)
    check(body, {**(_VOLUME if volume else _NETWORK), "Driver": driver})


def _connection(body: Any) -> None:
    settings = inside(create.endpoint_settings())
    check(body, {"Container": anything, "Force": anything, "EndpointConfig": settings})
    name = body.get("Container")
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        raise Denied("Container is no name", 400)


_EXEC_FIELDS = """AttachStdin AttachStdout AttachStderr Tty Cmd Env WorkingDir User DetachKeys
    Detach ConsoleSize"""
_UPDATE_FIELDS = """Memory MemoryReservation MemorySwap KernelMemory NanoCpus CpuPeriod CpuQuota
    CpuShares CpusetCpus CpusetMems PidsLimit BlkioWeight RestartPolicy CpuCount CpuPercent
    MemorySwappiness IOMaximumIOps IOMaximumBandwidth"""
_UPDATE_EMPTY = """CgroupParent Devices DeviceCgroupRules DeviceRequests Ulimits OomKillDisable
    CpuRealtimePeriod CpuRealtimeRuntime BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceReadIOps
    BlkioDeviceWriteBps BlkioDeviceWriteIOps KernelMemoryTCP Init"""
_AUTH_FIELDS = "username password email serveraddress auth identitytoken registrytoken"


def _fields(names: str, test: Test) -> dict[str, Test]:
    return dict.fromkeys(names.split(), test)


_EXEC = _fields(_EXEC_FIELDS, anything)
_VOLUME: dict[str, Test] = {
    "Name": anything, "Labels": anything, "DriverOpts": nothing, "ClusterVolumeSpec": nothing,
}  # fmt: skip
_IPAM_CONFIG: dict[str, Test] = {
    "Subnet": anything, "IPRange": anything, "Gateway": anything, "AuxiliaryAddresses": nothing,
}  # fmt: skip
_IPAM: dict[str, Test] = {
    "Driver": one_of("default"), "Options": nothing, "Config": each(inside(_IPAM_CONFIG)),
}  # fmt: skip
_NETWORK: dict[str, Test] = {
    "Name": anything, "Labels": anything, "CheckDuplicate": anything, "Internal": anything,
    "Attachable": anything, "EnableIPv6": anything, "EnableIPv4": anything, "IPAM": inside(_IPAM),
    "Scope": one_of("local"), "Options": nothing, "ConfigFrom": nothing, "ConfigOnly": nothing,
    "Ingress": nothing,
}  # fmt: skip
_TABLES: dict[str, dict[str, Test]] = {
    "POST /exec/{id}/start": _fields("Detach Tty ConsoleSize", anything),
    "POST /containers/{id}/update": {
        **_fields(_UPDATE_FIELDS, anything), **_fields(_UPDATE_EMPTY, nothing),
    },
    "POST /auth": _fields(_AUTH_FIELDS, anything),
}  # fmt: skip
