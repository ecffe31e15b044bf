"""What a container uses, in numbers, counted as docker counts: records of
GET /containers/{id}/stats, of Linux containers with version 1 or 2 of cgroups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Record = Mapping[str, Any]

# Go's zero of a time: the engine has measured nothing before.
NEVER = "0001-01-01T00:00:00Z"


class Usage(NamedTuple):
    """`cpu` is in percent of one CPU, the others but `processes` in bytes: memory without the
    cache that the kernel could drop, and network and disks since the container's start."""

    cpu: float
    memory: int
    limit: int
    received: int
    sent: int
    read: int
    written: int
    processes: int
    # The first record of a stream: its cpu is the mean since the host's start, no news of now.
    first: bool = False

    @property
    def memory_percent(self) -> float:
        return self.memory / self.limit * 100 if self.limit else 0.0


def usage(record: Record) -> Usage:
    """The numbers of a record."""
    memory = _part(record, "memory_stats")
    networks = [_map(network) for network in _part(record, "networks").values()]
    read, written = _disks(_part(record, "blkio_stats"))
    return Usage(
        cpu=_cpu(record),
        memory=_memory(memory),
        limit=_number(memory.get("limit")),
        received=sum(_number(network.get("rx_bytes")) for network in networks),
        sent=sum(_number(network.get("tx_bytes")) for network in networks),
        read=read,
        written=written,
        processes=_number(_part(record, "pids_stats").get("current")),
        first=record.get("preread") == NEVER != record.get("read"),
    )


def _cpu(record: Record) -> float:
    now, before = _part(record, "cpu_stats"), _part(record, "precpu_stats")
    used, system = _used(now) - _used(before), _system(now) - _system(before)
    if used <= 0 or system <= 0:
        return 0.0
    cpus = _number(now.get("online_cpus"))
    return used / system * (cpus or len(_part(now, "cpu_usage").get("percpu_usage") or ())) * 100


def _used(cpu: Record) -> int:
    return _number(_part(cpu, "cpu_usage").get("total_usage"))


def _system(cpu: Record) -> int:
    return _number(cpu.get("system_cpu_usage"))


def _memory(memory: Record) -> int:
    used, stats = _number(memory.get("usage")), _part(memory, "stats")
    # Version 1 of cgroups has the former, which counts children too; 2 has the latter only.
    for name in ("total_inactive_file", "inactive_file"):
        if name in stats and _number(stats[name]) < used:
            return used - _number(stats[name])
    return used


def _disks(disks: Record) -> tuple[int, int]:
    entries: Iterable[Any] = disks.get("io_service_bytes_recursive") or ()
    sums = {"r": 0, "w": 0}
    for entry in map(_map, entries):
        operation = str(entry.get("op", ""))[:1].lower()
        if operation in sums:
            sums[operation] += _number(entry.get("value"))
    return sums["r"], sums["w"]


def _part(record: Record, key: str) -> Record:
    return _map(record.get(key))


def _map(value: Any) -> Record:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
