"""What of the host is mounted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dsock.audit import paths
from dsock.audit.finding import Finding, Rule
from dsock.audit.subject import Subject

SOCKET = Rule(
    "socket",
    "holds the socket of a container runtime",
    "whoever talks to it can start a container with the host's root folder; read-only (:ro) makes"
    " no difference, a socket is talked to and not written",
)
HOST_PATH = Rule(
    "host-path",
    "has a part of the host's file system",
    "what is written there the host runs or trusts, what is read there are keys and passwords",
)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What else the engine has: `volumes` by name, `containers` by name and id."""

    volumes: Mapping[str, Record] = field(default_factory=dict)
    containers: Mapping[str, Record] = field(default_factory=dict)


class Mount(NamedTuple):
    """A part of the host inside of a container."""

    source: str
    writable: bool
    path: str  # where the record says so
    said: str


def findings(subject: Subject, known: Known) -> Iterator[Finding]:
    """What a container or service has of the host; each path once."""
    seen: set[str] = set()
    for mount in [*_mounts(subject.record, known.volumes), *_inherited(subject.record, known)]:
        where = paths.canonical(mount.source)
        if where in seen:
            continue
        seen.add(where)
        socket = paths.socket_in(where)
        if socket:
            yield subject.finding(SOCKET, "critical", mount.path, mount.said, _proxy(subject))
        # A folder that holds a socket may hold much else: /, /run.
        severity = paths.severity(where, mount.writable)
        if severity and (not socket or severity in ("critical", "high")):
            fix = subject.again(f"mount less than {where}, or with :ro")
            yield subject.finding(HOST_PATH, severity, mount.path, mount.said, fix)


def _mounts(record: Record, volumes: Mapping[str, Record]) -> Iterator[Mount]:
    for at, mount in enumerate(record.get("Mounts") or ()):
        path, writable = f"Mounts[{at}]", bool(mount.get("RW", True))
        yield from _one(mount, path, writable, volumes)
    host = record.get("HostConfig") or {}
    for at, text in enumerate(host.get("Binds") or ()):
        source, _, rest = text.partition(":")
        options = rest.partition(":")[2].split(",")
        path = f"HostConfig.Binds[{at}]"
        if source.startswith("/"):
            yield Mount(source, "ro" not in options, path, text)
        else:
            yield from _volume(source, path, "ro" not in options, volumes)
    specs = [("HostConfig.Mounts", host.get("Mounts"))]
    template = (record.get("Spec") or {}).get("TaskTemplate") or {}
    inner = (template.get("ContainerSpec") or {}).get("Mounts")
    specs.append(("Spec.TaskTemplate.ContainerSpec.Mounts", inner))
    for where, mounts in specs:
        for at, mount in enumerate(mounts or ()):
            yield from _one(mount, f"{where}[{at}]", not mount.get("ReadOnly"), volumes)


def _inherited(record: Record, known: Known) -> Iterator[Mount]:
    """What comes from other containers, with --volumes-from. Docker lists it as the container's
    own, Podman does not."""
    seen: set[str] = set()
    waiting = list(enumerate((record.get("HostConfig") or {}).get("VolumesFrom") or ()))
    while waiting:
        at, text = waiting.pop(0)
        ref = str(text).partition(":")[0]
        other = known.containers.get(ref)
        if other is None or ref in seen:
            continue
        seen.add(ref)
        for mount in _mounts(other, known.volumes):
            said = f"{mount.said} of {ref}"
            yield mount._replace(path=f"HostConfig.VolumesFrom[{at}]", said=said)
        further = (other.get("HostConfig") or {}).get("VolumesFrom") or ()
        waiting += [(at, name) for name in further]


def _one(
    mount: Record, path: str, writable: bool, volumes: Mapping[str, Record]
) -> Iterator[Mount]:
    source = str(mount.get("Source") or "")
    if mount.get("Type") == "bind":
        yield Mount(source, writable, f"{path}.Source", source)
        return
    if mount.get("Type") != "volume":
        return
    driver = ((mount.get("VolumeOptions") or {}).get("DriverConfig") or {}).get("Options") or {}
    device = _device(driver)
    if device:
        inner = f"{path}.VolumeOptions.DriverConfig.Options.device"
        yield Mount(device, writable, inner, device)
    yield from _volume(str(mount.get("Name") or source), path, writable, volumes)


def _volume(name: str, path: str, writable: bool, volumes: Mapping[str, Record]) -> Iterator[Mount]:
    """A volume that is a folder of the host under another name."""
    device = _device((volumes.get(name) or {}).get("Options") or {})
    if device:
        yield Mount(device, writable, path, f"volume {name} is {device}")


def _device(options: Mapping[str, Any]) -> str:
    flags = str(options.get("o") or "").replace(" ", "").split(",")
    device = str(options.get("device") or "")
    return device if {"bind", "rbind"} & set(flags) and device.startswith("/") else ""


def _proxy(subject: Subject) -> str:
    return (
        f"dsock proxy --profile list --listen /run/dsock/{subject.name}.sock"
        "   # and mount that one instead"
    )
