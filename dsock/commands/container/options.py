"""The flags that `create` and `run` share, in docker's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from dsock import completion
from dsock.commands import trust
from dsock.options import Decorator

# The names of an option and what click is to know of it.
Flag = tuple[tuple[str, ...], dict[str, Any]]


def create_options(func: Callable[..., Any]) -> Callable[..., Any]:
    """Add every flag of `docker create`. The callback gets them as `**flags`, for
    `dsock.flags.create.body`: text as it was typed, None for what was not given."""
    return _with(_OPTIONS, func)


def create_options_but(*names: str) -> Decorator:
    """The same without the parameters `names`."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        func = create_options(func)
        params = func.__click_params__  # type: ignore[attr-defined]
        params[:] = [param for param in params if param.name not in names]
        return func

    return decorate


def update_options(func: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags of what can be changed later, for `dsock.flags.update.body`."""
    plain = {"default": None, "show_default": False}
    return _with([(n, {**a, **plain}) for n, a in _OPTIONS if CHANGEABLE & {*n}], func)


def _with(flags: Iterable[Flag], func: Callable[..., Any]) -> Callable[..., Any]:
    for names, attrs in reversed(list(flags)):
        func = click.option(*names, **attrs)(func)
    return func


def _text(*names: str, help: str, **attrs: Any) -> Flag:
    return names, {"help": help, **attrs}


def _list(*names: str, help: str, **attrs: Any) -> Flag:
    return _text(*names, help=help, multiple=True, **attrs)


def _switch(*names: str, help: str, **attrs: Any) -> Flag:
    return _text(*names, help=help, is_flag=True, **attrs)


CHANGEABLE = {
    "--blkio-weight", "--cpu-period", "--cpu-quota", "--cpu-rt-period", "--cpu-rt-runtime",
    "--cpu-shares", "--cpus", "--cpuset-cpus", "--cpuset-mems", "--kernel-memory", "--memory",
    "--memory-reservation", "--memory-swap", "--pids-limit", "--restart",
}  # fmt: skip
_OPTIONS: list[Flag] = [
    _list("--add-host", metavar="HOST:IP", help="Add a line to /etc/hosts; IP may be host-gateway"),
    _list("--annotation", metavar="KEY=VALUE", help="Hand an annotation to the OCI runtime"),
    _list("-a", "--attach", metavar="STREAM", help="Attach to STDIN, STDOUT or STDERR"),
    _text("--blkio-weight", metavar="N", help="Block IO weight, 10 to 1000; 0 for none"),
    _list("--blkio-weight-device", metavar="PATH:N", help="Block IO weight of a device"),
    _list("--cap-add", metavar="CAP", help="Add a Linux capability"),
    _list("--cap-drop", metavar="CAP", help="Drop a Linux capability"),
    _text("--cgroup-parent", metavar="CGROUP", help="Parent of the container's cgroup"),
    _text("--cgroupns", metavar="MODE", help="Cgroup namespace: host or private"),
    _text("--cidfile", metavar="FILE", help="Write the container's ID to a new file",
          shell_complete=completion.files),
    _text("--cpu-period", metavar="MICROSECONDS", help="Period of the CPU scheduler (CFS)"),
    _text("--cpu-quota", metavar="MICROSECONDS", help="CPU time in each period (CFS)"),
    _text("--cpu-rt-period", metavar="MICROSECONDS", help="Period of the real-time scheduler"),
    _text("--cpu-rt-runtime", metavar="MICROSECONDS", help="CPU time in each real-time period"),
    _text("-c", "--cpu-shares", metavar="N", help="CPU shares, relative to other containers"),
    _text("--cpus", metavar="DECIMAL", help="Number of CPUs, such as 1.5"),
    _text("--cpuset-cpus", metavar="LIST", help="CPUs to run on: 0-3 or 0,1"),
    _text("--cpuset-mems", metavar="LIST", help="Memory nodes to use: 0-3 or 0,1"),
    _list("--device", metavar="HOST[:PATH[:rwm]]", help="Add a device of the host"),
    _list("--device-cgroup-rule", metavar="RULE", help="Allow devices: 'c 42:* rmw'"),
    _list("--device-read-bps", metavar="PATH:SIZE", help="Limit bytes read from a device a second"),
    _list("--device-read-iops", metavar="PATH:N", help="Limit reads from a device a second"),
    _list("--device-write-bps", metavar="PATH:SIZE", help="Limit bytes written to one a second"),
    _list("--device-write-iops", metavar="PATH:N", help="Limit writes to a device a second"),
    (trust.FLAG, trust.HOW),
    _list("--dns", metavar="IP", help="Add a DNS server"),
    _list("--dns-opt", "dns_option", metavar="OPTION", help="Add a DNS option", hidden=True),
    _list("--dns-option", metavar="OPTION", help="Add a DNS option"),
    _list("--dns-search", metavar="DOMAIN", help="Add a DNS search domain"),
    _text("--domainname", metavar="NAME", help="NIS domain name of the container"),
    _list("--dotenv-file", metavar="FILE", help="Read variables from a file with quotes, ${NAME}s",
          shell_complete=completion.files),
    _text("--entrypoint", metavar="COMMAND", help="Replace the image's ENTRYPOINT; '' for none"),
    _list("-e", "--env", metavar="NAME[=VALUE]", help="Set a variable, or pass on one of yours"),
    _list("--env-file", metavar="FILE", help="Read variables from a file, one a line",
          shell_complete=completion.files),
    _list("--expose", metavar="PORT[/PROTO]", help="Expose a port or a range of ports"),
    _list("--gpus", metavar="REQUEST", help="GPUs to add: all, a number, or device=0"),
    _list("--group-add", metavar="GROUP", help="Join one more group"),
    _text("--health-cmd", metavar="COMMAND", help="Command that checks the container's health"),
    _text("--health-interval", metavar="DURATION", help="Time between two checks (ms|s|m|h)"),
    _text("--health-retries", metavar="N", help="Failures in a row that make it unhealthy"),
    _text("--health-start-interval", metavar="DURATION", help="Time between checks at the start"),
    _text("--health-start-period", metavar="DURATION", help="How long failures do not count"),
    _text("--health-timeout", metavar="DURATION", help="How long a check may take"),
    _text("-h", "--hostname", metavar="NAME", help="Host name of the container"),
    _text("--init/--no-init", default=None, help="Run an init that reaps processes"),
    _switch("-i", "--interactive", help="Keep stdin open"),
    _text("--ip", metavar="IP", help="IPv4 address in the container's network"),
    _text("--ip6", metavar="IP", help="IPv6 address in the container's network"),
    _text("--ipc", metavar="MODE", help="IPC namespace: host, private, shareable, container:NAME"),
    _text("--isolation", metavar="KIND", help="Isolation technology of the container"),
    _text("--kernel-memory", metavar="SIZE", help="Limit of kernel memory (deprecated)"),
    _list("-l", "--label", metavar="KEY[=VALUE]", help="Set a label"),
    _list("--label-file", metavar="FILE", help="Read labels from a file, one a line",
          shell_complete=completion.files),
    _list("--link", metavar="NAME[:ALIAS]", help="Add a link to another container"),
    _list("--link-local-ip", metavar="IP", help="Link-local address in the network"),
    _text("--log-driver", metavar="DRIVER", help="Where the container's output goes"),
    _list("--log-opt", metavar="KEY=VALUE", help="Option of the log driver"),
    _text("--mac-address", metavar="MAC", help="MAC address in the container's network"),
    _text("-m", "--memory", metavar="SIZE", help="Limit of memory, such as 64m"),
    _text("--memory-reservation", metavar="SIZE", help="Soft limit of memory"),
    _text("--memory-swap", metavar="SIZE", help="Limit of memory and swap together; -1 for none"),
    _text("--memory-swappiness", metavar="N", help="How readily to swap, 0 to 100"),
    _list("--mount", metavar="KEY=VALUE,...", help="Mount a folder, a volume or a tmpfs"),
    _text("--name", metavar="NAME", help="Name of the container"),
    _list("--net", "network", metavar="NETWORK", help="Connect to a network", hidden=True),
    _list("--network", metavar="NETWORK", help="Connect to a network",
          shell_complete=completion.networks),
    _list("--net-alias", "network_alias", metavar="NAME", help="Add an alias", hidden=True),
    _list("--network-alias", metavar="NAME", help="One more name in the network"),
    _switch("--no-healthcheck", help="Run no HEALTHCHECK of the image"),
    _switch("--oom-kill-disable", help="Keep the OOM killer away"),
    _text("--oom-score-adj", metavar="N", help="Score for the host's OOM killer, -1000 to 1000"),
    _text("--pid", metavar="MODE", help="PID namespace: host, container:NAME"),
    _text("--pids-limit", metavar="N", help="Limit of processes; -1 for none"),
    _text("--platform", metavar="OS[/ARCH[/VARIANT]]", help="Platform of the image"),
    _switch("--privileged", help="Give the container almost all rights on the host"),
    _list("-p", "--publish", metavar="[[IP:]PORT:]PORT[/PROTO]", help="Publish a port on the host"),
    _switch("-P", "--publish-all", help="Publish all exposed ports on random ports"),
    _text("--pull", metavar="WHEN", default="missing", show_default=True,
          help="Pull the image: always, missing or never"),
    _switch("-q", "--quiet", help="Show no progress of the pull"),
    _switch("--read-only", help="Make the root file system read-only"),
    _text("--restart", metavar="POLICY", default="no", show_default=True,
          help="no, always, unless-stopped or on-failure[:TIMES]"),
    _switch("--rm", help="Remove the container when it ends"),
    _text("--runtime", metavar="RUNTIME", help="OCI runtime"),
    _list("--security-opt", metavar="OPTION", help="seccomp=FILE, apparmor=..., label=..., ..."),
    _text("--shm-size", metavar="SIZE", help="Size of /dev/shm"),
    _text("--stop-signal", metavar="SIGNAL", help="Signal that stops the container",
          shell_complete=completion.signals),
    _text("--stop-timeout", metavar="SECONDS", help="How long to wait before it is killed"),
    _list("--storage-opt", metavar="KEY=VALUE", help="Option of the storage driver"),
    _list("--sysctl", metavar="KEY=VALUE", help="Set a sysctl"),
    _list("--tmpfs", metavar="PATH[:OPTIONS]", help="Mount a tmpfs"),
    _switch("-t", "--tty", help="Allocate a terminal"),
    _list("--ulimit", metavar="NAME=SOFT[:HARD]", help="Set a ulimit"),
    _switch("--use-api-socket", help="Give the container the engine's socket and credentials"),
    _text("-u", "--user", metavar="USER[:GROUP]", help="User to run as"),
    _text("--userns", metavar="MODE", help="User namespace: host"),
    _text("--uts", metavar="MODE", help="UTS namespace: host"),
    _list("-v", "--volume", metavar="[SOURCE:]PATH[:OPTIONS]", help="Mount a folder or a volume"),
    _text("--volume-driver", metavar="DRIVER", help="Driver of new volumes"),
    _list("--volumes-from", metavar="CONTAINER[:ro]", help="Mount what another container mounts",
          shell_complete=completion.containers),
    _text("-w", "--workdir", metavar="PATH", help="Working directory"),
]  # fmt: skip
