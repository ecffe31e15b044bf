"""HostConfig of a container, less what its engine adds by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.flags import since
from dsock.flags.values import given
from dsock.remake.habits import Habits

Record = Mapping[str, Any]

# Of the networks, of the terminal at that time, and of a file that is written once.
ELSEWHERE = {"NetworkMode", "ConsoleSize", "ContainerIDFile", "Cgroup"}
# Not set is something else than zero.
POINTERS = {"MemorySwappiness", "Init", "MaskedPaths", "ReadonlyPaths"}
# What all engines mask, and what only some of them do.
MASKED = {"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"}
ALSO_MASKED = {
    "/proc/asound", "/proc/interrupts", "/proc/latency_stats", "/proc/timer_stats",
    "/proc/sched_debug", "/proc/scsi", "/sys/devices/virtual/powercap",
}  # fmt: skip
READONLY = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}


def read(config: Record, habits: Habits) -> dict[str, Any]:
    """The HostConfig to send, without its NetworkMode."""
    defaults = habits.host
    found = {
        key: value
        for key, value in config.items()
        if key not in ELSEWHERE and value != defaults.get(key, ...) and not _unset(key, value)
    }
    for key, core, known in (
        ("MaskedPaths", MASKED, MASKED | ALSO_MASKED),
        ("ReadonlyPaths", READONLY, READONLY),
    ):
        paths = set(found.get(key, ()))
        if config.get("Privileged") or core <= paths <= known:
            found.pop(key, None)
    if found.get("MemorySwap") == 2 * found.get("Memory", 0):
        found.pop("MemorySwap", None)
    if habits.speaks(since.NO_KERNEL_MEMORY):
        found.pop("KernelMemory", None)
    if "Links" in found:
        found["Links"] = [_link(text) for text in found["Links"]]
    if "RestartPolicy" in found:
        policy = found["RestartPolicy"]
        found["RestartPolicy"] = {key: value for key, value in policy.items() if value}
    if habits.podman:
        _tidy(found)
    if "DeviceRequests" in found:
        requests = found["DeviceRequests"]
        found["DeviceRequests"] = [{k: v for k, v in r.items() if v or v == {}}
                                   for r in requests]  # fmt: skip
    if "LogConfig" in found:
        found["LogConfig"] = given(found["LogConfig"])
    return {key: value for key, value in found.items() if not _unset(key, value)}


def _tidy(host: dict[str, Any]) -> None:
    """Take out what Podman adds to values that were given."""
    host["Ulimits"] = [u for u in host.get("Ulimits", ()) if "RLIMIT_" not in u["Name"]]
    host["Binds"] = [_bind(text) for text in host.get("Binds", ())]
    own = ("io.container.manager", "io.podman.", "org.opencontainers.image.", "org.systemd.")
    annotations = host.get("Annotations", {})
    host["Annotations"] = {k: text for k, text in annotations.items() if not k.startswith(own)}


def _bind(text: str) -> str:
    source, _, rest = text.partition(":")
    path, _, options = rest.partition(":")
    added = ("rprivate", "nosuid", "nodev", "rbind", "rw")
    said = ",".join(word for word in options.split(",") if word not in added)
    return f"{source}:{path}:{said}" if said else f"{source}:{path}"


def _unset(key: str, value: Any) -> bool:
    if value is None:
        return True
    return key not in POINTERS and value in (False, 0, "", [], {})


def _link(text: str) -> str:
    """ "/db:/web/data" is what the engine made of "db:data"."""
    target, _, alias = text.partition(":")
    return f"{target.removeprefix('/')}:{alias.rpartition('/')[2]}"
