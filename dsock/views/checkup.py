"""What `system doctor` finds: each check looks at facts and says what is wrong, and what to do."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dsock.flags.since import speaks
from dsock.render.gotimes import unix_time
from dsock.render.listing import View
from dsock.views import usage
from dsock.views.networks import is_builtin
from dsock.views.units import duration, size

Record = Mapping[str, Any]

OK, WARN, FAIL = "ok", "warn", "fail"
GIGABYTE = 10**9
OLDEST_API = "1.41"  # of Docker 20.10
SKEW_SECONDS, WRONG_SECONDS = 2.0, 60.0
# Of a file system: where people should look, and where engines begin to fail.
LITTLE_SPACE, NO_SPACE = 0.10, 0.02
MANY_BYTES = 5 * GIGABYTE

_SLOW_DRIVERS = {
    "vfs": "copies every layer in full",
    "devicemapper": "is gone from newer engines",
    "aufs": "is gone from newer engines",
    "overlay": "is gone from newer engines",
}
_TUNNEL = "ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST"
_FIXES = {  # what the engine's own warnings speak of
    "ip_forward": "sysctl -w net.ipv4.ip_forward=1",
    "ipv4 forwarding": "sysctl -w net.ipv4.ip_forward=1",
    "bridge-nf-call-ip6tables": "sysctl -w net.bridge.bridge-nf-call-ip6tables=1",
    "bridge-nf-call-iptables": "sysctl -w net.bridge.bridge-nf-call-iptables=1",
    "swap limit": "boot with swapaccount=1 on the kernel's command line",
    "memory limit": "boot with cgroup_enable=memory on the kernel's command line",
    "without encryption": "dockerd --tlsverify, or no -H tcp:// at all",
}


class Finding(NamedTuple):
    """What a check found; `fix` is the command that helps, "" where nothing is wrong."""

    status: str
    check: str
    message: str
    fix: str = ""


VIEW: View = {
    "Status": ("STATUS", lambda finding: finding.status),
    "Check": ("CHECK", lambda finding: finding.check),
    "Message": ("MESSAGE", lambda finding: finding.message),
    "Fix": ("FIX", lambda finding: finding.fix),
}


def socket(url: str, source: str) -> Finding:
    """Which engine is asked, and why; that it answers is known already."""
    said = f"{url} (from {source})"
    if url.startswith("tcp://") and "127.0.0.1" not in url and "localhost" not in url:
        return Finding(WARN, "socket", f"{said} is not encrypted", _TUNNEL)
    return Finding(OK, "socket", said)


def rights(path: str, mode: int, owner: str, group: str) -> Finding:
    """Who may use the socket at `path`, whose owner is root wherever containers run."""
    who = f"{stat.filemode(mode)} {owner}:{group}"
    if mode & stat.S_IWOTH:
        text = f"{who}: everybody on this host is root through it"
        return Finding(FAIL, "rights", text, f"chmod o= {path}")
    return Finding(OK, "rights", who)


def api(name: str, version: Record, spoken: str) -> Finding:
    """Which version of the API is spoken, of those that the engine called `name` knows."""
    known = f"{version.get('MinAPIVersion') or '?'} to {version.get('ApiVersion') or '?'}"
    said = f"{name} {version.get('Version', '?')} knows {known}, spoken is {spoken}"
    theirs = str(version.get("ApiVersion") or OLDEST_API)
    if not speaks(theirs, OLDEST_API):
        return Finding(WARN, "api", f"{said}: older than what dsock knows", "update the engine")
    if speaks(theirs, "1.44") and not speaks(spoken, "1.44"):
        return Finding(WARN, "api", f"{said}: newer flags are missed", "unset DOCKER_API_VERSION")
    return Finding(OK, "api", said)


def clock(info: Record, before: float, after: float) -> Finding:
    """The engine's clock beside the one here, which showed `before` and `after` the call."""
    theirs = unix_time(info.get("SystemTime") or "")
    if theirs is None:
        return Finding(OK, "clock", "the engine does not tell its time")
    off = theirs - after if theirs > after else before - theirs if theirs < before else 0.0
    if off <= SKEW_SECONDS:
        return Finding(OK, "clock", "the engine's and this one agree")
    direction = "ahead of" if theirs > after else "behind"
    said = f"the engine's is {duration(off).lower()} {direction} this one"
    return Finding(FAIL if off > WRONG_SECONDS else WARN, "clock", said, "timedatectl set-ntp true")


def disk(folder: str, free: int, total: int) -> Finding:
    """The room on the file system of the engine's `folder`, in bytes."""
    share = free / total if total else 1.0
    said = f"{size(free)} of {size(total)} free at {folder}"
    status = FAIL if share < NO_SPACE else WARN if share < LITTLE_SPACE else OK
    return Finding(status, "disk", said, "dsock system prune -a" if status != OK else "")


def leftovers(df: Record) -> Finding:
    """What the prunes would give back."""
    containers = [c for c in df.get("Containers") or () if c.get("State") in ("exited", "dead")]
    idle = sum(c.get("SizeRw") or 0 for c in containers)
    volumes, images = usage.reclaimable_volumes(df), max(0, usage.reclaimable_images(df))
    cache = usage.cache_size(df)
    parts = [
        f"{size(count)} of {what}"
        for count, what in (
            (images, "unused images"),
            (idle, "stopped containers"),
            (volumes, "unused volumes"),
            (cache, "build cache"),
        )
        if count
    ]
    said = ", ".join(parts) or "nothing to clean up"
    if images + idle + volumes + cache < MANY_BYTES:
        return Finding(OK, "leftovers", said)
    return Finding(WARN, "leftovers", said, "dsock system prune -a --volumes --dry-run")


def storage(info: Record) -> Finding:
    """The driver of the layers, and whether its file system is fit for it."""
    driver, details = info.get("Driver", ""), dict(info.get("DriverStatus") or ())
    on = details.get("Backing Filesystem") or details.get("Backing filesystem")
    said = f"{driver} on {on}" if on else str(driver)
    if str(details.get("Supports d_type", "true")).lower() == "false":
        return Finding(FAIL, "storage", f"{said} loses files without d_type", "mkfs.xfs -n ftype=1")
    slow = _SLOW_DRIVERS.get(driver)
    if slow and not (driver == "overlay" and "Using metacopy" in details):  # Podman's name for it
        fix = """set {"storage-driver": "overlay2"} in /etc/docker/daemon.json"""
        return Finding(WARN, "storage", f"{said} {slow}", fix)
    return Finding(OK, "storage", said)


def cgroups(info: Record) -> Finding:
    """What limits containers."""
    driver, version = info.get("CgroupDriver", ""), info.get("CgroupVersion") or "1"
    said = f"version {version}, driver {driver}"
    if driver == "none":
        fix = "systemctl edit user@.service: Delegate=cpu cpuset io memory pids"
        return Finding(WARN, "cgroups", f"{said}: limits do nothing", fix)
    missing = [
        name
        for key, name in (("MemoryLimit", "memory"), ("PidsLimit", "pids"), ("CPUShares", "cpu"))
        if info.get(key) is False
    ]
    if missing:
        fix = f"boot with cgroup_enable={missing[0]} on the kernel's command line"
        return Finding(WARN, "cgroups", f"{said}: no limits of {', '.join(missing)}", fix)
    return Finding(OK, "cgroups", said)


def warnings(info: Record) -> list[Finding]:
    """What the engine itself warns of."""
    out = []
    for text in map(str, info.get("Warnings") or ()):
        said = text.removeprefix("WARNING: ").removeprefix("[DEPRECATION NOTICE]: ").strip()
        fixes = [fix for words, fix in _FIXES.items() if words in said.lower()]
        status = FAIL if "without encryption" in said or "forward" in said else WARN
        out.append(Finding(status, "host", said, fixes[0] if fixes else "dsock info"))
    return out or [Finding(OK, "host", "the engine warns of nothing")]


def logs(info: Record, containers: Iterable[Record]) -> Finding:
    """Logs that grow for as long as their container runs; `containers` as inspect has them."""
    growing = []
    for container in containers:
        config = container.get("HostConfig", {}).get("LogConfig") or {}
        options = config.get("Config") or {}
        if config.get("Type") == "json-file" and "max-size" not in options:
            growing.append(str(container.get("Name", "")).removeprefix("/"))
    driver = info.get("LoggingDriver") or "the engine's own"
    if not growing:
        return Finding(
            OK, "logs", f"{driver} by default; none of a running container grows for ever"
        )
    fix = """set {"log-opts": {"max-size": "10m"}} in /etc/docker/daemon.json, then recreate"""
    return Finding(WARN, "logs", f"never rotated: {_some(growing)}", fix)


def health(containers: Sequence[Record]) -> Finding:
    """Containers that are not well, of GET /containers/json."""
    bad = [c for c in containers if "(unhealthy)" in c.get("Status", "")]
    bad += [c for c in containers if c.get("State") in ("restarting", "dead")]
    running = sum(c.get("State") == "running" for c in containers)
    if not bad:
        return Finding(OK, "containers", f"{running} of {len(containers)} run, all of them well")
    names = [(c.get("Names") or [c["Id"][:12]])[0].removeprefix("/") for c in bad]
    told = f"unhealthy, restarting or dead: {_some(names)}"
    return Finding(WARN, "containers", told, f"dsock logs --tail 50 {names[0]}")


def networks(records: Iterable[Record]) -> Finding:
    """How many networks there are of the thirty or so that the default addresses are enough for."""
    own = [r for r in records if not is_builtin(r) and r.get("Driver") == "bridge"]
    said = f"{len(own)} of the user's own"
    if len(own) < 25:
        return Finding(OK, "networks", said)
    return Finding(
        WARN, "networks", f"{said}: addresses run out at about 30", "dsock network prune"
    )


def _some(names: Sequence[str], count: int = 3) -> str:
    more = f" and {len(names) - count} more" if len(names) > count else ""
    return ", ".join(names[:count]) + more
