"""What a new container may be: everything that leads out of it is refused, unless the policy
grants it by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dsock.relay.policy.denied import Denied
from dsock.relay.policy.fields import (
    Test,
    allowed,
    anything,
    check,
    each,
    empty,
    fits,
    inside,
    nothing,
    null,
    one_of,
    refuse,
)
from dsock.relay.policy.mounts import Host, paths, tmpfs

NAMESPACES = ("network", "pid", "ipc", "uts", "userns", "cgroupns")
_SECURITY = ("no-new-privileges", "no-new-privileges:true", "no-new-privileges=true")
_LOGGERS = ("json-file", "local", "journald", "none")


@dataclass(frozen=True)
class Create:
    """What a policy grants to new containers. In patterns * is any text; None is no limit."""

    images: tuple[str, ...] | None = None
    users: tuple[str, ...] | None = None
    commands: tuple[str, ...] | None = None  # of entrypoint and command, joined by spaces
    memory: int | None = None  # bytes that each must be limited to, or fewer
    binds: tuple[str, ...] = ()  # "/srv/data", "/srv/conf:ro"
    volumes: bool = True  # named ones, of the local driver, without options
    ports: bool = True
    networks: tuple[str, ...] = ("default", "bridge", "none")
    host: tuple[str, ...] = ()  # NAMESPACES that may be the host's
    capabilities: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sysctls: tuple[str, ...] = ()
    security: tuple[str, ...] = ()
    runtimes: tuple[str, ...] = ()
    extra_hosts: bool = False
    gpus: bool = False
    privileged: bool = False

    @property
    def loose(self) -> bool:
        """True if it grants what makes somebody root of the host."""
        risky = {"pid", "network", "userns", "ipc", "uts", "cgroupns"} & set(self.host)
        opens = any("unconfined" in one or "*" in one for one in self.security)
        return bool(self.privileged or risky or opens or self.capabilities or self.devices
                    or any(bind.removesuffix(":ro") in ("/", "/etc", "/run", "/var", "/var/run",
                           "/proc", "/sys", "/dev", "/root") for bind in self.binds))  # fmt: skip


@dataclass
class Needs:
    """What the engine has to be asked before a body may pass."""

    volumes: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)


def container(body: Any, grant: Create) -> Needs:
    """Raises Denied if a body of POST /containers/create asks for more than `grant`."""
    needs = Needs()
    check(body, {**_CONFIG, **_outer(grant, needs)})
    if grant.images is not None and not fits(
        _tagged(body.get("Image")), tuple(map(_tagged, grant.images))
    ):
        refuse("Image", body.get("Image"))
    if grant.users is not None and not fits(str(body.get("User") or "root"), grant.users):
        refuse("User", body.get("User") or "root")
    if grant.commands is not None:
        argv = [*_argv(body, "Entrypoint"), *_argv(body, "Cmd")]
        if not fits(" ".join(argv), grant.commands):
            raise Denied("the command is none that the policy lists")
        nothing(body.get("Healthcheck"), "Healthcheck")  # it is a command too
    memory = (body.get("HostConfig") or {}).get("Memory") or 0
    if grant.memory is not None and not (type(memory) is int and 0 < memory <= grant.memory):
        raise Denied(f"HostConfig.Memory has to be set, to {grant.memory} bytes at most")
    return needs


def config(body: Any) -> None:
    """Raises Denied unless a body is null or the Config of an image, as POST /commit has it."""
    if body is not None:
        check(body, {**_CONFIG, "MacAddress": nothing})


def network(name: Any, where: str, grant: Create, needs: Needs) -> None:
    """Raises Denied if a container may not be in that network; what is to be asked goes to
    `needs`."""
    if empty(name):
        return
    if name == "host":
        if "network" not in grant.host:
            refuse(where, name)
        return
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_. -]*", name):
        refuse(where, name)
    if not fits(name, grant.networks):
        refuse(where, name)
    needs.networks.add(name)


def endpoint_settings() -> dict[str, Test]:
    """The fields of an endpoint: names in the network, and nothing that others could be hit by."""
    empties = ("IPAMConfig Links DriverOpts NetworkID EndpointID Gateway IPAddress MacAddress "
               "IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen")  # fmt: skip
    return {**dict.fromkeys(empties.split(), nothing), "Aliases": anything,
            "DNSNames": nothing, "GwPriority": anything}  # fmt: skip


def _outer(grant: Create, needs: Needs) -> dict[str, Test]:
    """The fields whose test depends on the policy."""

    def networks(value: Any, where: str) -> None:
        for name, settings in (value or {}).items() if isinstance(value or {}, dict) else [(1, 1)]:
            network(name, where, grant, needs)
            inside(endpoint_settings())(settings, f"{where}.{name}")

    return {
        "HostConfig": inside({**_HOST, **_granted(grant, needs)}),
        "NetworkingConfig": inside({"EndpointsConfig": networks}),
    }


def _granted(grant: Create, needs: Needs) -> dict[str, Test]:
    host = Host(grant.binds, grant.volumes)

    def bind(value: Any, where: str) -> None:
        needs.volumes |= {host.bind(value, where)} - {""}

    def mount(value: Any, where: str) -> None:
        needs.volumes |= {host.mount(value, where)} - {""}

    def capability(value: Any, where: str) -> None:
        names = tuple(one.upper().removeprefix("CAP_") for one in grant.capabilities)
        if not isinstance(value, str) or value.upper().removeprefix("CAP_") not in names:
            refuse(where, value)

    def device(value: Any, where: str) -> None:
        inner = allowed(*grant.devices)
        check(value, {"PathOnHost": inner, "PathInContainer": anything,
                      "CgroupPermissions": anything}, where)  # fmt: skip

    def sysctls(value: Any, where: str) -> None:
        for key in value or {} if isinstance(value or {}, dict) else [1]:
            allowed(*grant.sysctls)(key, where)

    def namespace(name: str, *others: str) -> Test:
        return one_of(*others, *(["host"] if name in grant.host else []))

    return {
        "Binds": each(bind), "Mounts": each(mount), "CapAdd": each(capability),
        "Devices": each(device), "Sysctls": sysctls,
        "GroupAdd": each(allowed(*grant.groups)),
        "SecurityOpt": each(allowed(*_SECURITY, *grant.security)),
        "Runtime": one_of("runc", *grant.runtimes),
        "NetworkMode": lambda value, where: network(value, where, grant, needs),
        "PidMode": namespace("pid"), "UTSMode": namespace("uts"),
        "UsernsMode": namespace("userns"), "CgroupnsMode": namespace("cgroupns", "private"),
        "IpcMode": namespace("ipc", "private", "shareable", "none"),
        "ExtraHosts": anything if grant.extra_hosts else nothing,
        "DeviceRequests": anything if grant.gpus else nothing,
        "PortBindings": anything if grant.ports else nothing,
        "PublishAllPorts": anything if grant.ports else nothing,
        "Privileged": anything if grant.privileged else nothing,
    }  # fmt: skip


def _argv(body: Any, key: str) -> list[str]:
    value = body.get(key) or []
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Denied(f"{key} is no list of words", 400)
    return words


def _logging(value: Any, where: str) -> None:
    """HostConfig.LogConfig: options only for drivers that write to nowhere else."""
    table = {"Type": one_of(*_LOGGERS), "Config": anything}
    named = isinstance(value, dict) and value.get("Type")
    inside(table if named else {**table, "Config": nothing})(value, where)


def _tagged(image: Any) -> str:
    """An image's name with its tag, so that "busybox" is the same as "busybox:latest"."""
    name = str(image or "")
    last = name.rpartition("/")[2]
    return name if ":" in last or "*" in last or "@" in name else f"{name}:latest"


_FREE = """Hostname Domainname User AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce
    Env Cmd Entrypoint Image WorkingDir Labels StopSignal StopTimeout Shell ArgsEscaped OnBuild
    ExposedPorts NetworkDisabled Healthcheck"""
_FREE_HOST = """RestartPolicy AutoRemove ReadonlyRootfs Init ShmSize Memory MemoryReservation
    MemorySwap KernelMemory KernelMemoryTCP MemorySwappiness NanoCpus CpuCount CpuPercent CpuPeriod
    CpuQuota CpuShares CpusetCpus CpusetMems PidsLimit BlkioWeight Ulimits Dns DnsOptions DnsSearch
    ConsoleSize CapDrop IOMaximumIOps IOMaximumBandwidth"""
_EMPTY_HOST = """CgroupParent Cgroup VolumesFrom Links ContainerIDFile Annotations StorageOpt
    DeviceCgroupRules OomKillDisable OomScoreAdj CpuRealtimePeriod CpuRealtimeRuntime
    BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceReadIOps BlkioDeviceWriteBps
    BlkioDeviceWriteIOps"""
_CONFIG: dict[str, Test] = {
    **dict.fromkeys(_FREE.split(), anything), "Volumes": paths, "MacAddress": nothing,
}  # fmt: skip
_HOST: dict[str, Test] = {
    **dict.fromkeys(_FREE_HOST.split(), anything), **dict.fromkeys(_EMPTY_HOST.split(), nothing),
    # Lists that replace the engine's: an empty one takes all masks away.
    "MaskedPaths": null, "ReadonlyPaths": null,
    "Isolation": one_of("default"), "VolumeDriver": one_of("local"), "Tmpfs": tmpfs,
    "LogConfig": _logging,
}  # fmt: skip
