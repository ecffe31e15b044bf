"""Which part of the body each flag of `create` sets: the way back of `dsock.flags.create`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dsock.remake import texts
from dsock.remake.mounts import mounts


class Field(NamedTuple):
    """`flag` (as it is written) sets what is at `path` in the body, which `say` turns into the
    values to give it, None for a switch. `compose` is the key of a service that takes the same
    texts, "" for none."""

    flag: str
    path: str
    say: texts.Say = texts.text
    compose: str = ""


# In the order in which people write them. What is not here is in `words`: streams, networks,
# the command, health checks.
FIELDS = (
    Field("--rm", "HostConfig.AutoRemove", texts.switch),
    Field("--restart", "HostConfig.RestartPolicy", texts.restart, "restart"),
    Field("--runtime", "HostConfig.Runtime", compose="runtime"),
    Field("--isolation", "HostConfig.Isolation", compose="isolation"),
    Field("-p", "HostConfig.PortBindings", texts.ports, "ports"),
    Field("--publish-all", "HostConfig.PublishAllPorts", texts.switch),
    Field("--expose", "ExposedPorts", texts.each, "expose"),
    Field("-v", "HostConfig.Binds", texts.each, "volumes"),
    Field("-v", "Volumes", texts.each, "volumes"),
    Field("--mount", "HostConfig.Mounts", mounts),
    Field("--tmpfs", "HostConfig.Tmpfs", texts.tmpfs, "tmpfs"),
    Field("--volumes-from", "HostConfig.VolumesFrom", texts.each),
    Field("--volume-driver", "HostConfig.VolumeDriver"),
    Field("-e", "Env", texts.each, "environment"),
    Field("--label", "Labels", texts.labels, "labels"),
    Field("--annotation", "HostConfig.Annotations", texts.pairs, "annotations"),
    Field("--hostname", "Hostname", compose="hostname"),
    Field("--domainname", "Domainname", compose="domainname"),
    Field("--user", "User", compose="user"),
    Field("--group-add", "HostConfig.GroupAdd", texts.each, "group_add"),
    Field("--workdir", "WorkingDir", compose="working_dir"),
    Field("--init", "HostConfig.Init", texts.switch, "init"),
    Field("--mac-address", "MacAddress", compose="mac_address"),
    Field("--link", "HostConfig.Links", texts.each, "external_links"),
    Field("--add-host", "HostConfig.ExtraHosts", texts.each, "extra_hosts"),
    Field("--dns", "HostConfig.Dns", texts.each, "dns"),
    Field("--dns-search", "HostConfig.DnsSearch", texts.each, "dns_search"),
    Field("--dns-option", "HostConfig.DnsOptions", texts.each, "dns_opt"),
    Field("--memory", "HostConfig.Memory", texts.size, "mem_limit"),
    Field("--memory-reservation", "HostConfig.MemoryReservation", texts.size, "mem_reservation"),
    Field("--memory-swap", "HostConfig.MemorySwap", texts.size, "memswap_limit"),
    Field("--memory-swappiness", "HostConfig.MemorySwappiness", compose="mem_swappiness"),
    Field("--kernel-memory", "HostConfig.KernelMemory", texts.size),
    Field("--oom-kill-disable", "HostConfig.OomKillDisable", texts.switch, "oom_kill_disable"),
    Field("--oom-score-adj", "HostConfig.OomScoreAdj", compose="oom_score_adj"),
    Field("--pids-limit", "HostConfig.PidsLimit", compose="pids_limit"),
    Field("--shm-size", "HostConfig.ShmSize", texts.size, "shm_size"),
    Field("--cpus", "HostConfig.NanoCpus", texts.cpus, "cpus"),
    Field("--cpu-shares", "HostConfig.CpuShares", compose="cpu_shares"),
    Field("--cpu-period", "HostConfig.CpuPeriod", compose="cpu_period"),
    Field("--cpu-quota", "HostConfig.CpuQuota", compose="cpu_quota"),
    Field("--cpu-rt-period", "HostConfig.CpuRealtimePeriod", compose="cpu_rt_period"),
    Field("--cpu-rt-runtime", "HostConfig.CpuRealtimeRuntime", compose="cpu_rt_runtime"),
    Field("--cpuset-cpus", "HostConfig.CpusetCpus", compose="cpuset"),
    Field("--cpuset-mems", "HostConfig.CpusetMems"),
    Field("--blkio-weight", "HostConfig.BlkioWeight"),
    Field("--blkio-weight-device", "HostConfig.BlkioWeightDevice", texts.rates),
    Field("--device-read-bps", "HostConfig.BlkioDeviceReadBps", texts.sizes),
    Field("--device-write-bps", "HostConfig.BlkioDeviceWriteBps", texts.sizes),
    Field("--device-read-iops", "HostConfig.BlkioDeviceReadIOps", texts.rates),
    Field("--device-write-iops", "HostConfig.BlkioDeviceWriteIOps", texts.rates),
    Field("--ulimit", "HostConfig.Ulimits", texts.limits),
    Field("--privileged", "HostConfig.Privileged", texts.switch, "privileged"),
    Field("--read-only", "HostConfig.ReadonlyRootfs", texts.switch, "read_only"),
    Field("--cap-add", "HostConfig.CapAdd", texts.each, "cap_add"),
    Field("--cap-drop", "HostConfig.CapDrop", texts.each, "cap_drop"),
    Field("--security-opt", "HostConfig.SecurityOpt", texts.security, "security_opt"),
    Field("--device", "HostConfig.Devices", texts.devices, "devices"),
    Field("--device", "HostConfig.DeviceRequests", texts.cdi, "devices"),
    Field("--gpus", "HostConfig.DeviceRequests", texts.gpus),
    Field("--device-cgroup-rule", "HostConfig.DeviceCgroupRules", texts.each,
          "device_cgroup_rules"),
    Field("--sysctl", "HostConfig.Sysctls", texts.pairs, "sysctls"),
    Field("--ipc", "HostConfig.IpcMode", compose="ipc"),
    Field("--pid", "HostConfig.PidMode", compose="pid"),
    Field("--uts", "HostConfig.UTSMode", compose="uts"),
    Field("--userns", "HostConfig.UsernsMode", compose="userns_mode"),
    Field("--cgroupns", "HostConfig.CgroupnsMode", compose="cgroup"),
    Field("--cgroup-parent", "HostConfig.CgroupParent", compose="cgroup_parent"),
    Field("--log-driver", "HostConfig.LogConfig.Type"),
    Field("--log-opt", "HostConfig.LogConfig.Config", texts.pairs),
    Field("--storage-opt", "HostConfig.StorageOpt", texts.pairs, "storage_opt"),
    Field("--health-interval", "Healthcheck.Interval", texts.duration),
    Field("--health-timeout", "Healthcheck.Timeout", texts.duration),
    Field("--health-start-period", "Healthcheck.StartPeriod", texts.duration),
    Field("--health-start-interval", "Healthcheck.StartInterval", texts.duration),
    Field("--health-retries", "Healthcheck.Retries"),
    Field("--stop-signal", "StopSignal", compose="stop_signal"),
    Field("--stop-timeout", "StopTimeout"),
)  # fmt: skip


def at(body: Mapping[str, Any], path: str) -> Any:
    """What is at `path` in `body`, None for nothing."""
    found: Any = body
    for key in path.split("."):
        found = (found or {}).get(key)
    return found
