"""Values of the API as the texts that flags read: the way back of `dsock.flags`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Say = Callable[[Any], Sequence[str | None]]

_UNITS = ((1 << 30, "g"), (1 << 20, "m"), (1 << 10, "k"))
_TIMES = ((3600 * 10**9, "h"), (60 * 10**9, "m"), (10**9, "s"), (10**6, "ms"), (10**3, "us"))


def text(value: object) -> list[str]:
    """One value as it is."""
    return [str(value)]


def switch(value: object) -> list[None]:
    """A flag that has no value."""
    return [None] if value else []


def each(values: Iterable[object]) -> list[str]:
    """One text a value."""
    return [str(value) for value in values]


def pairs(values: Mapping[str, str]) -> list[str]:
    """ "key=value" of each."""
    return [f"{key}={value}" for key, value in values.items()]


def labels(values: Mapping[str, str]) -> list[str]:
    """The same; "key" where the value is empty."""
    return [f"{key}={value}" if value else key for key, value in values.items()]


def size(count: int) -> list[str]:
    """Bytes: 67108864 is "64m"."""
    for unit, name in _UNITS:
        if count > 0 and count % unit == 0:
            return [f"{count // unit}{name}"]
    return [str(count)]


def cpus(nano: int) -> list[str]:
    """Billionths of a CPU: 1500000000 is "1.5"."""
    whole, rest = divmod(nano, 10**9)
    return [f"{whole}.{rest:09d}".rstrip("0").rstrip(".")]


def duration(nano: int) -> list[str]:
    """Nanoseconds: 90000000000 is "90s"."""
    for unit, name in _TIMES:
        if nano % unit == 0:
            return [f"{nano // unit}{name}"]
    return [f"{nano}ns"]


def restart(policy: Mapping[str, Any]) -> list[str]:
    """A RestartPolicy; none at all for "no"."""
    name, times = policy.get("Name", "no"), policy.get("MaximumRetryCount")
    return [] if name in ("no", "") else [f"{name}:{times}" if times else name]


def ports(bindings: Mapping[str, Iterable[Mapping[str, str]]]) -> list[str]:
    """PortBindings as --publish takes them."""
    found = []
    for port, hosts in bindings.items():
        inner = port.removesuffix("/tcp")
        for host in hosts or ({},):
            ip, outer = host.get("HostIp") or "", host.get("HostPort") or ""
            ip = f"[{ip}]" if ":" in ip else ip
            outside = f"{ip}:{outer}:" if ip else f"{outer}:" if outer else ""
            found.append(f"{outside}{inner}")
    return found


def tmpfs(mounts: Mapping[str, str]) -> list[str]:
    """PATH[:OPTIONS] of each."""
    return [f"{path}:{options}" if options else path for path, options in mounts.items()]


def devices(mapped: Iterable[Mapping[str, str]]) -> list[str]:
    """HOST[:PATH[:MODE]] of each device."""
    found = []
    for device in mapped:
        host, path = device["PathOnHost"], device["PathInContainer"]
        mode = device.get("CgroupPermissions") or "rwm"
        if mode != "rwm":
            found.append(f"{host}:{path}:{mode}")
        else:
            found.append(host if host == path else f"{host}:{path}")
    return found


def gpus(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    """DeviceRequests of GPUs as --gpus takes them."""
    return [_gpus(request) for request in requests if request.get("Driver") != "cdi"]


def cdi(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of devices of CDI, which --device takes."""
    names = (r.get("DeviceIDs") or () for r in requests if r.get("Driver") == "cdi")
    return [name for group in names for name in group]


def limits(ulimits: Iterable[Mapping[str, Any]]) -> list[str]:
    """NAME=SOFT[:HARD] of each."""
    return [
        f"{u['Name']}={u['Soft']}" + ("" if u["Hard"] == u["Soft"] else f":{u['Hard']}")
        for u in ulimits
    ]


def rates(devices: Iterable[Mapping[str, Any]]) -> list[str]:
    """PATH:NUMBER of each device."""
    return [f"{d['Path']}:{d.get('Rate', d.get('Weight'))}" for d in devices]


def sizes(devices: Iterable[Mapping[str, Any]]) -> list[str]:
    """PATH:SIZE of each device."""
    return [f"{d['Path']}:{size(d['Rate'])[0]}" for d in devices]


def security(options: Iterable[str]) -> list[str]:
    """SecurityOpt; a profile of seccomp is a file's content, which no flag can say."""
    return [text for text in options if not re.match(r"seccomp[=:]\s*\{", text)]


def fields(*parts: str) -> str:
    """A line of CSV; a field with a comma or a quote in it stands in quotes."""
    return ",".join(
        '"' + part.replace('"', '""') + '"' if set(part) & set(',"\n') else part for part in parts
    )


def _gpus(request: Mapping[str, Any]) -> str:
    parts = []
    ids, count = request.get("DeviceIDs"), request.get("Count")
    if request.get("Driver"):
        parts.append(f"driver={request['Driver']}")
    if ids:
        parts.append(f"device={','.join(ids)}")
    if count or not ids:
        parts.append(f"count={'all' if count in (-1, None) else count}")
    capabilities = [name for name in (request.get("Capabilities") or [[]])[0] if name != "gpu"]
    if capabilities:
        parts.append(f"capabilities={','.join(capabilities)}")
    if request.get("Options"):
        parts.append(f"options={fields(*pairs(request['Options']))}")
    return fields(*parts).removeprefix("count=") if len(parts) == 1 else fields(*parts)
