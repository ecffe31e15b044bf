"""Limits: memory, CPU, block IO, ulimits, as HostConfig has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dsock.errors import BadFlag
from dsock.flags.values import UINT16, UINT64, bad, decimal, integer, nano_cpus, size

ULIMITS = {
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc",
    "rss", "rtprio", "rttime", "sigpending", "stack",
}  # fmt: skip


def resources(flags: Mapping[str, Any]) -> dict[str, Any]:
    """HostConfig's limits; None and [] for what is not limited. Raises BadFlag."""
    return {
        "Memory": size(flags["memory"], "--memory"),
        "MemoryReservation": size(flags["memory_reservation"], "--memory-reservation"),
        "MemorySwap": swap(flags["memory_swap"]),
        "MemorySwappiness": _swappiness(flags["memory_swappiness"]),
        "OomKillDisable": flags["oom_kill_disable"],
        "OomScoreAdj": integer(flags["oom_score_adj"], "--oom-score-adj"),
        "PidsLimit": integer(flags["pids_limit"], "--pids-limit"),
        "ShmSize": size(flags["shm_size"], "--shm-size"),
        "NanoCpus": nano_cpus(flags["cpus"]),
        "CpuShares": integer(flags["cpu_shares"], "--cpu-shares"),
        "CpuPeriod": integer(flags["cpu_period"], "--cpu-period"),
        "CpuQuota": integer(flags["cpu_quota"], "--cpu-quota"),
        "CpuRealtimePeriod": integer(flags["cpu_rt_period"], "--cpu-rt-period"),
        "CpuRealtimeRuntime": integer(flags["cpu_rt_runtime"], "--cpu-rt-runtime"),
        "CpusetCpus": flags["cpuset_cpus"],
        "CpusetMems": flags["cpuset_mems"],
        "BlkioWeight": integer(flags["blkio_weight"], "--blkio-weight", UINT16),
        "BlkioWeightDevice": [_weight(text) for text in flags["blkio_weight_device"]],
        "BlkioDeviceReadBps": [_bps(t, "--device-read-bps") for t in flags["device_read_bps"]],
        "BlkioDeviceWriteBps": [_bps(t, "--device-write-bps") for t in flags["device_write_bps"]],
        "BlkioDeviceReadIOps": [_iops(t, "--device-read-iops") for t in flags["device_read_iops"]],
        "BlkioDeviceWriteIOps": [
            _iops(t, "--device-write-iops") for t in flags["device_write_iops"]
        ],
        "Ulimits": ulimits(flags["ulimit"]),
    }


def ulimits(texts: Iterable[str]) -> list[dict[str, Any]]:
    """NAME=SOFT[:HARD] as [{"Name", "Soft", "Hard"}], by name; the last of a name counts."""
    found = {limit["Name"]: limit for limit in map(_ulimit, texts)}
    return [found[name] for name in sorted(found)]


def _ulimit(text: str) -> dict[str, Any]:
    name, equals, limits = text.partition("=")
    if not equals:
        raise bad("--ulimit", text, f"invalid ulimit argument: {text}", "write nofile=1024:2048")
    if name not in ULIMITS:
        raise bad("--ulimit", text, f"invalid ulimit type: {name}", ", ".join(sorted(ULIMITS)))
    values = [decimal(value, "--ulimit") for value in limits.split(":")]
    if len(values) > 2:
        raise bad("--ulimit", text, "too many limits, it is SOFT[:HARD]")
    soft, hard = values[0], values[-1]
    if hard != -1 and (soft == -1 or soft > hard):  # -1: no limit
        raise bad(
            "--ulimit", text,
            f"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}",
        )  # fmt: skip
    return {"Name": name, "Soft": soft, "Hard": hard}


def swap(text: str | None) -> int | None:
    """Bytes of --memory-swap, -1 for no limit. Raises BadFlag."""
    return -1 if text == "-1" else size(text, "--memory-swap")


def _swappiness(text: str | None) -> int | None:
    found = integer(text, "--memory-swappiness")
    if found is None or found == -1:  # -1: as the host is set
        return None
    if not 0 <= found <= 100:
        raise BadFlag(f"invalid value: {found}. Valid memory swappiness range is 0-100")
    return found


def _weight(text: str) -> dict[str, Any]:
    path, value = _device(text, "--blkio-weight-device")
    weight = decimal(value, "--blkio-weight-device", UINT16)
    if weight and not 10 <= weight <= 1000:
        raise bad("--blkio-weight-device", text, "a weight is 10 to 1000, or 0")
    return {"Path": path, "Weight": weight}


def _bps(text: str, flag: str) -> dict[str, Any]:
    path, value = _device(text, flag)
    return {"Path": path, "Rate": size(value, flag)}


def _iops(text: str, flag: str) -> dict[str, Any]:
    path, value = _device(text, flag)
    return {"Path": path, "Rate": decimal(value, flag, UINT64)}


def _device(text: str, flag: str) -> tuple[str, str]:
    path, colon, value = text.partition(":")
    if not colon or not path:
        raise bad(flag, text, f"bad format: {text}", "write /dev/sda:VALUE")
    if not path.startswith("/dev/"):
        raise bad(flag, text, f"bad format for device path: {text}", "it begins with /dev/")
    return path, value
