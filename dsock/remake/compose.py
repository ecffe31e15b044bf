"""A container's body as a service of a compose file.

https://github.com/compose-spec/compose-spec/blob/main/spec.md
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dsock.flags.mount import RECURSIVE
from dsock.flags.networks import is_user_defined
from dsock.remake import table, texts
from dsock.remake.record import Remade

Body = Mapping[str, Any]

# What a project's own containers are marked with: the next `up` writes them anew.
OWN_LABELS = "com.docker.compose."
# What has one value, not a list.
SINGLE = {
    "HostConfig.RestartPolicy", "HostConfig.Memory", "HostConfig.MemoryReservation",
    "HostConfig.MemorySwap", "HostConfig.ShmSize", "HostConfig.NanoCpus",
}  # fmt: skip
# What a number says as well as its text.
NUMBERS = {"cpu_shares", "cpu_period", "cpu_quota", "pids_limit", "oom_score_adj",
           "mem_swappiness", "memswap_limit"}  # fmt: skip


def file(made: list[Remade]) -> dict[str, Any]:
    """The whole file: each container as a service, its networks and volumes as they are."""
    services = {one.name: service(one) for one in made}
    networks = [name for one in services.values() for name in one.get("networks", ())]
    volumes = [name for one in made for name in _named_volumes(one.body)]
    found: dict[str, Any] = {"services": services}
    for key, names in (("networks", networks), ("volumes", volumes)):
        if names:  # "external": they are there already, and no project's
            found[key] = {name: {"name": name, "external": True} for name in names}
    escaped: dict[str, Any] = _escaped(found)
    return escaped


def service(made: Remade) -> dict[str, Any]:
    """One service, for `docker compose up`."""
    body = made.body
    host = body["HostConfig"]
    found: dict[str, Any] = {"image": body["Image"], "container_name": made.name}
    if "Entrypoint" in body:
        found["entrypoint"] = [] if body["Entrypoint"] == [""] else body["Entrypoint"]
    if "Cmd" in body:
        found["command"] = body["Cmd"]
    for field in table.FIELDS:
        value = table.at(body, field.path)
        if value is None or not field.compose:
            continue
        said = _said(field, value, body)
        if said not in ([], None):
            before = found.get(field.compose)
            found[field.compose] = [*before, *said] if isinstance(before, list) else said
    for key, put in _SPECIAL.items():
        said = put(body, host)
        if said:
            found[key] = [*found.get(key, ()), *said] if isinstance(said, list) else said
    return found


def unsaid(made: Remade) -> list[str]:
    """The flags of `run` that no service has."""
    host = made.body["HostConfig"]
    body, lost = made.body, []
    for key, flag in (
        ("AutoRemove", "--rm"),
        ("PublishAllPorts", "--publish-all"),
        ("CpusetMems", "--cpuset-mems"),
        ("VolumeDriver", "--volume-driver"),
        ("KernelMemory", "--kernel-memory"),
    ):
        if host.get(key):
            lost.append(f"HostConfig.{key} ({flag})")
    if len(texts.security(host.get("SecurityOpt", ()))) < len(host.get("SecurityOpt", ())):
        lost.append("HostConfig.SecurityOpt: a profile of seccomp is a file there")
    if any(key.startswith(OWN_LABELS) for key in body.get("Labels", {})):
        lost.append(f"Labels of {OWN_LABELS}*: compose writes its own")
    if any((m.get("VolumeOptions") or {}).get("DriverConfig") for m in host.get("Mounts", ())):
        lost.append("HostConfig.Mounts: how to make a volume that is not there (its driver)")
    if not is_user_defined(host.get("NetworkMode", "default")) and _own_endpoint(body):
        lost.append("the MAC address in the engine's own network (--mac-address)")
    if any(name.endswith(":ro") for name in host.get("VolumesFrom", ())):
        lost.append("HostConfig.VolumesFrom: read-only (compose drops it)")
    if host.get("MaskedPaths"):
        lost.append("HostConfig.MaskedPaths")
    return lost


def _said(field: table.Field, value: Any, body: Body) -> Any:
    if field.path == "Labels":
        return {key: text for key, text in value.items() if not key.startswith(OWN_LABELS)}
    if field.path in ("HostConfig.Annotations", "HostConfig.Sysctls", "HostConfig.StorageOpt"):
        return value
    if field.path == "ExposedPorts":
        published = table.at(body, "HostConfig.PortBindings") or {}
        return [port for port in value if port not in published]
    if isinstance(value, bool) or field.compose in NUMBERS:
        return value
    said = list(field.say(value))
    if field.say is texts.text or field.path in SINGLE:
        return said[0] if said else None
    return said


def _network_mode(body: Body, host: Body) -> str | None:
    mode: str = host.get("NetworkMode", "default")
    if is_user_defined(mode):
        return None
    return "bridge" if mode == "default" else mode


def _networks(body: Body, host: Body) -> dict[str, Any]:
    mode = host.get("NetworkMode", "default")
    if not is_user_defined(mode):
        return {}
    found = body.get("NetworkingConfig", {}).get("EndpointsConfig", {}) or {mode: {}}
    return {name: _endpoint(endpoint) for name, endpoint in found.items()}


def _own_endpoint(body: Body) -> Body:
    """The endpoint in the container's first network."""
    found = body.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    own: Body = found.get(body["HostConfig"].get("NetworkMode", "default"), {})
    return own


def _endpoint(endpoint: Body) -> dict[str, Any] | None:
    ipam = endpoint.get("IPAMConfig", {})
    found = {
        "aliases": endpoint.get("Aliases"),
        "ipv4_address": ipam.get("IPv4Address"),
        "ipv6_address": ipam.get("IPv6Address"),
        "link_local_ips": ipam.get("LinkLocalIPs"),
        "mac_address": endpoint.get("MacAddress"),
        "driver_opts": endpoint.get("DriverOpts"),
        "gw_priority": endpoint.get("GwPriority"),
    }
    return {key: value for key, value in found.items() if value} or None


def _mounts(body: Body, host: Body) -> list[dict[str, Any]]:
    found = []
    for mount in host.get("Mounts", ()):
        said = {"type": mount["Type"], "source": mount.get("Source"), "target": mount["Target"]}
        said["read_only"] = mount.get("ReadOnly")
        said["consistency"] = mount.get("Consistency")
        bind, volume = mount.get("BindOptions") or {}, mount.get("VolumeOptions") or {}
        tmpfs = mount.get("TmpfsOptions") or {}
        recursive = [text for text, key in RECURSIVE.items() if bind.get(key)]
        said["bind"] = _given(propagation=bind.get("Propagation"), recursive="".join(recursive))
        said["volume"] = _given(
            nocopy=volume.get("NoCopy"), subpath=volume.get("Subpath"), labels=volume.get("Labels")
        )
        said["tmpfs"] = _given(size=tmpfs.get("SizeBytes"), mode=tmpfs.get("Mode"))
        found.append(_given(**said))
    return found


def _healthcheck(body: Body, host: Body) -> dict[str, Any]:
    check = body.get("Healthcheck") or {}
    if check.get("Test") == ["NONE"]:
        return {"disable": True}
    times = {"interval": "Interval", "timeout": "Timeout", "start_period": "StartPeriod",
             "start_interval": "StartInterval"}  # fmt: skip
    said = {name: texts.duration(check[key])[0] for name, key in times.items() if check.get(key)}
    if "start_interval" in said:  # compose wants both
        said.setdefault("start_period", "0s")
    return _given(test=check.get("Test"), **said, retries=check.get("Retries"))


def _logging(body: Body, host: Body) -> dict[str, Any]:
    log = host.get("LogConfig") or {}
    return _given(driver=log.get("Type"), options=log.get("Config"))


def _ulimits(body: Body, host: Body) -> dict[str, Any]:
    return {u["Name"]: {"soft": u["Soft"], "hard": u["Hard"]} for u in host.get("Ulimits", ())}


def _block_io(body: Body, host: Body) -> dict[str, Any]:
    weights = [{"path": d["Path"], "weight": d["Weight"]}
               for d in host.get("BlkioWeightDevice", ())]  # fmt: skip
    rates = {
        name: [{"path": d["Path"], "rate": d["Rate"]} for d in host.get(key, ())]
        for name, key in (
            ("device_read_bps", "BlkioDeviceReadBps"),
            ("device_write_bps", "BlkioDeviceWriteBps"),
            ("device_read_iops", "BlkioDeviceReadIOps"),
            ("device_write_iops", "BlkioDeviceWriteIOps"),
        )
    }
    return _given(weight=host.get("BlkioWeight"), weight_device=weights, **rates)


def _gpus(body: Body, host: Body) -> list[dict[str, Any]]:
    return [
        _given(
            driver=r.get("Driver"),
            count="all" if r.get("Count") == -1 else r.get("Count"),
            device_ids=r.get("DeviceIDs"),
            capabilities=_capabilities(r),
            options=r.get("Options"),
        )
        for r in host.get("DeviceRequests", ())
        if r.get("Driver") != "cdi"
    ]


def _capabilities(request: Body) -> list[str]:
    """Without "gpu", which compose adds to those of `gpus`."""
    names = [name for group in request.get("Capabilities") or () for name in group]
    return [name for name in names if name != "gpu"]


def _security(body: Body, host: Body) -> list[str]:
    open_ = host.get("MaskedPaths") == [] and host.get("ReadonlyPaths") == []
    return ["systempaths=unconfined"] if open_ else []


def _volumes_from(body: Body, host: Body) -> list[str]:
    return [f"container:{name}" for name in host.get("VolumesFrom", ())]


_SPECIAL: dict[str, Callable[[Body, Body], Any]] = {
    "network_mode": _network_mode,
    "networks": _networks,
    "volumes": _mounts,
    "external_links": lambda body, host: _own_endpoint(body).get("Links"),
    "volumes_from": _volumes_from,
    "stdin_open": lambda body, host: bool(body.get("OpenStdin")),
    "tty": lambda body, host: bool(body.get("Tty")),
    "healthcheck": _healthcheck,
    "logging": _logging,
    "ulimits": _ulimits,
    "blkio_config": _block_io,
    "gpus": _gpus,
    "security_opt": _security,
    "stop_grace_period": lambda body, host: (
        f"{body['StopTimeout']}s" if "StopTimeout" in body else None
    ),
}


def _named_volumes(body: Body) -> list[str]:
    host = body["HostConfig"]
    binds = [bind.partition(":")[0] for bind in host.get("Binds", ())]
    mounts = [m.get("Source") for m in host.get("Mounts", ()) if m["Type"] == "volume"]
    return [name for name in (*binds, *mounts) if name and name[0] not in "/."]


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, False)}


def _escaped(value: Any) -> Any:
    """A dollar is two in a compose file: one would be replaced by the user's variable."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    return value
