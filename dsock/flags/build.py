"""The flags of `build` as the query of POST /build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dsock.errors import DsockError
from dsock.flags import references
from dsock.flags.addresses import extra_host
from dsock.flags.environment import build_args, labels
from dsock.flags.resources import swap, ulimits
from dsock.flags.values import bad, csv_fields, integer, size


def query(
    flags: Mapping[str, Any], environ: Mapping[str, str], proxies: Mapping[str, str]
) -> dict[str, object]:
    """What `flags` say, without what the context decides (dockerfile, remote). None and empty
    for what is not said. `proxies` is what config.json has for this engine.

    Raises BadFlag.
    """
    network, isolation = flags["network"], flags["isolation"]
    platform = flags["platform"]
    return {
        "t": tuple(map(_tag, flags["tag"])),
        "q": flags["quiet"] or None,
        "nocache": flags["no_cache"] or None,
        "pull": flags["pull"] or None,
        "rm": None if flags["rm"] else False,
        "forcerm": flags["force_rm"] or None,
        "squash": flags["squash"] or None,
        "target": flags["target"],
        "platform": platform.lower() if platform else None,
        "buildargs": build_args(flags["build_arg"], environ, proxies),
        "labels": labels((), flags["label"]),
        "cachefrom": _words(flags["cache_from"], "--cache-from"),
        "networkmode": None if network == "default" else network,
        "extrahosts": tuple(map(extra_host, flags["add_host"])),
        "securityopt": tuple(_words(flags["security_opt"], "--security-opt")),
        "isolation": None if isolation == "default" else isolation,
        "cgroupparent": flags["cgroup_parent"],
        "memory": size(flags["memory"], "--memory"),
        "memswap": swap(flags["memory_swap"]),
        "shmsize": size(flags["shm_size"], "--shm-size"),
        "cpushares": integer(flags["cpu_shares"], "--cpu-shares"),
        "cpuperiod": integer(flags["cpu_period"], "--cpu-period"),
        "cpuquota": integer(flags["cpu_quota"], "--cpu-quota"),
        "cpusetcpus": flags["cpuset_cpus"],
        "cpusetmems": flags["cpuset_mems"],
        "ulimits": ulimits(flags["ulimit"]),
        "version": "1",  # the classic builder, which needs nothing but this call
    }


def _tag(text: str) -> str:
    try:
        references.parse(text)
    except DsockError as err:
        raise bad("--tag", text, err.message, err.hint) from None
    return text


def _words(texts: Iterable[str], flag: str) -> list[str]:
    """The words of a flag that may be given several times, with commas between them too."""
    return [word for text in texts if text for word in csv_fields(text, flag)]
