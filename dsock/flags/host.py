"""HostConfig: what of a container belongs to its host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dsock.errors import BadFlag
from dsock.flags import addresses, devices, mounts, security, since
from dsock.flags.mount import mount
from dsock.flags.resources import resources
from dsock.flags.values import bad, decimal, given, pairs, size

Flags = Mapping[str, Any]

# Sysctls of a namespace, which a container may have; others are the host's.
SYSCTLS = {
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall",
    "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
}  # fmt: skip


def host_config(flags: Flags, version: str) -> dict[str, Any]:
    """HostConfig of the flags, without what ports, volumes and networks put there.

    Raises BadFlag.
    """
    mapped, requests = devices.devices(flags["device"])
    found = given(
        {
            "ContainerIDFile": flags["cidfile"],
            "RestartPolicy": _restart(flags),
            "AutoRemove": flags["rm"],
            "PublishAllPorts": flags["publish_all"],
            "Mounts": [mount(text) for text in flags["mount"]],
            "Tmpfs": mounts.tmpfs(flags["tmpfs"]),
            "VolumesFrom": list(flags["volumes_from"]),
            "VolumeDriver": flags["volume_driver"],
            "Links": [addresses.link(text) for text in flags["link"]],
            "ExtraHosts": [addresses.extra_host(text) for text in flags["add_host"]],
            "Dns": [addresses.dns_server(text) for text in flags["dns"]],
            "DnsSearch": [addresses.dns_search(text) for text in flags["dns_search"]],
            "DnsOptions": list(flags["dns_option"]),
            "LogConfig": _log(flags),
            "Privileged": flags["privileged"],
            "ReadonlyRootfs": flags["read_only"],
            "CapAdd": security.capabilities(flags["cap_add"]),
            "CapDrop": security.capabilities(flags["cap_drop"]),
            "GroupAdd": list(flags["group_add"]),
            **security.namespaces(flags),
            "CgroupParent": flags["cgroup_parent"],
            "Sysctls": pairs(map(_sysctl, flags["sysctl"])),
            "Devices": mapped,
            "DeviceCgroupRules": list(map(devices.cgroup_rule, flags["device_cgroup_rule"])),
            "DeviceRequests": [*map(devices.gpus, flags["gpus"]), *requests],
            **resources(flags),
            "KernelMemory": _kernel_memory(flags, version),
            "StorageOpt": _storage(flags["storage_opt"]),
            "Runtime": flags["runtime"],
            "Isolation": flags["isolation"],
            "Annotations": pairs(flags["annotation"]),
        }
    )
    found |= security.security_options(flags["security_opt"])
    if flags["init"] is not None:  # False: not even if the engine's default is an init
        found["Init"] = flags["init"]
    return found


def _restart(flags: Flags) -> dict[str, Any]:
    policy = restart_policy(flags["restart"])
    if flags["rm"] and policy.get("Name", "no") != "no":
        raise BadFlag("conflicting options: cannot specify both --restart and --rm")
    return policy


def restart_policy(text: str) -> dict[str, Any]:
    """ "on-failure:3" as {"Name", "MaximumRetryCount"}. Raises BadFlag."""
    name, colon, times = text.partition(":")
    if colon and not name:
        raise BadFlag("invalid restart policy format: no policy provided before colon")
    retries = decimal(times, "--restart") if times else None
    return given({"Name": name, "MaximumRetryCount": retries})


def _log(flags: Flags) -> dict[str, Any]:
    if flags["log_driver"] == "none" and flags["log_opt"]:
        raise BadFlag("invalid logging opts for driver none", "leave out --log-opt")
    return given({"Type": flags["log_driver"], "Config": pairs(flags["log_opt"])})


def _storage(texts: Sequence[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise BadFlag(f"invalid storage option: {text}", "write --storage-opt KEY=VALUE")
    return pairs(texts)


def _sysctl(text: str) -> str:
    key, equals, _ = text.partition("=")
    if not equals or not (key in SYSCTLS or key.startswith(("net.", "fs.mqueue."))):
        raise bad("--sysctl", text, f"sysctl '{text}' is not allowed")
    return text


def _kernel_memory(flags: Flags, version: str) -> int | None:
    """The limit for engines that still know it; the kernels have given it up as well."""
    found = size(flags["kernel_memory"], "--kernel-memory")
    return None if since.speaks(version, since.NO_KERNEL_MEMORY) else found
