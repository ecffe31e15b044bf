"""The rules about a container's rights, one function each, and all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dsock.audit import mounts
from dsock.audit.finding import Finding, Rule
from dsock.audit.mounts import Known
from dsock.audit.subject import Subject

PRIVILEGED = Rule(
    "privileged", "is privileged",
    "it has every capability and every device: mounting the host's disk makes it root there",
)  # fmt: skip
CAPABILITY = Rule(
    "capability", "has a capability beyond the engine's own list",
    "the kernel lets it do what only root on the host should",
)  # fmt: skip
NAMESPACE = Rule(
    "namespace", "shares a namespace of the host",
    "the wall between it and the host's processes, network or users is not there",
)  # fmt: skip
DEVICE = Rule(
    "device", "has a device of the host",
    "what is behind the device is read and written past the engine: a disk, the memory",
)  # fmt: skip
UNCONFINED = Rule(
    "unconfined", "runs without one of the kernel's guards",
    "a hole in the kernel or in a mount is reachable that the default profile closes",
)  # fmt: skip
REMOTE = Rule(
    "remote-engine", "is told of an engine on TCP without TLS",
    "anybody who reaches that port is root on its host",
)  # fmt: skip
LISTENER = Rule(
    "tcp-listener", "listens on TCP without TLS",
    "anybody who reaches that port is root on this host",
)  # fmt: skip

_CAPABILITIES = {
    "critical": {"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF"},
    "high": {"SYS_PTRACE", "SYS_BOOT", "MAC_ADMIN", "PERFMON", "CHECKPOINT_RESTORE"},
    "medium": {"NET_ADMIN", "SYS_TIME", "SYSLOG", "LINUX_IMMUTABLE", "MAC_OVERRIDE", "IPC_OWNER",
               "SYS_PACCT", "SYS_TTY_CONFIG", "AUDIT_CONTROL", "AUDIT_READ"},
}  # fmt: skip
# What the engine gives to everybody, so that asking for it changes nothing.
_USUAL = {
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
    "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}  # fmt: skip
_NAMESPACES = {"PidMode": "high", "UsernsMode": "high", "NetworkMode": "medium",
               "IpcMode": "medium", "UTSMode": "medium"}  # fmt: skip
_DISKS = ("/dev/sd", "/dev/hd", "/dev/vd", "/dev/xvd", "/dev/nvme", "/dev/mmcblk", "/dev/dm-",
          "/dev/mapper", "/dev/md", "/dev/loop", "/dev/mem", "/dev/kmem", "/dev/port",
          "/dev/disk")  # fmt: skip
_HARMLESS_DEVICES = ("/dev/fuse", "/dev/net/tun", "/dev/null", "/dev/zero", "/dev/snd", "/dev/dri")
_GUARDS = {"seccomp": "high", "apparmor": "high", "label": "medium", "systempaths": "high"}


def all_of(subject: Subject, known: Known) -> Iterator[Finding]:
    """Everything that is to be said of a container or a service."""
    yield from mounts.findings(subject, known)
    rules = SERVICE_RULES if subject.kind == "service" else CONTAINER_RULES
    for rule in rules:
        yield from rule(subject)


def privileged(subject: Subject) -> Iterator[Finding]:
    """--privileged."""
    if _host(subject).get("Privileged"):
        fix = f"dsock recreate {subject.name} --privileged=false"
        yield subject.finding(PRIVILEGED, "critical", "HostConfig.Privileged", "true", fix)


def capabilities(subject: Subject) -> Iterator[Finding]:
    """--cap-add."""
    yield from _added(subject, "HostConfig.CapAdd", _host(subject).get("CapAdd"))


def service_capabilities(subject: Subject) -> Iterator[Finding]:
    """--cap-add of a service."""
    where = "Spec.TaskTemplate.ContainerSpec"
    yield from _added(subject, f"{where}.CapabilityAdd", _spec(subject).get("CapabilityAdd"))


def namespaces(subject: Subject) -> Iterator[Finding]:
    """--pid, --network, --ipc, --uts and --userns host."""
    for key, severity in _NAMESPACES.items():
        if _host(subject).get(key) == "host":
            fix = subject.again(f"without the host's ({key})")
            yield subject.finding(NAMESPACE, severity, f"HostConfig.{key}", "host", fix)


def devices(subject: Subject) -> Iterator[Finding]:
    """--device, --device-cgroup-rule."""
    for at, device in enumerate(_host(subject).get("Devices") or ()):
        path = str(device.get("PathOnHost") or "")
        if path.startswith(_HARMLESS_DEVICES):
            continue
        severity = "critical" if path.startswith(_DISKS) or path == "/dev" else "medium"
        where = f"HostConfig.Devices[{at}].PathOnHost"
        yield subject.finding(DEVICE, severity, where, path, subject.again(f"without {path}"))
    for at, rule in enumerate(_host(subject).get("DeviceCgroupRules") or ()):
        severity = "critical" if str(rule).startswith(("a", "b ")) else "medium"
        where = f"HostConfig.DeviceCgroupRules[{at}]"
        yield subject.finding(DEVICE, severity, where, rule, subject.again("without the rule"))


def unconfined(subject: Subject) -> Iterator[Finding]:
    """--security-opt that takes a guard away. A privileged container has none anyway."""
    host = _host(subject)
    if host.get("Privileged"):
        return
    for at, option in enumerate(host.get("SecurityOpt") or ()):
        guard, _, value = str(option).replace(":", "=", 1).partition("=")
        if guard == "label" and "host" in (host.get("PidMode"), host.get("IpcMode")):
            continue  # the engine's own consequence
        if guard in _GUARDS and value in ("unconfined", "disable"):
            where, fix = f"HostConfig.SecurityOpt[{at}]", subject.again(f"without {option}")
            yield subject.finding(UNCONFINED, _GUARDS[guard], where, option, fix)
    for key in ("MaskedPaths", "ReadonlyPaths"):
        if host.get(key) == []:
            fix = subject.again("without systempaths=unconfined")
            yield subject.finding(UNCONFINED, "high", f"HostConfig.{key}", "[]", fix)


def service_unconfined(subject: Subject) -> Iterator[Finding]:
    """A service without seccomp or AppArmor."""
    guards = _spec(subject).get("Privileges") or {}
    for guard in ("Seccomp", "AppArmor"):
        mode = str((guards.get(guard) or {}).get("Mode") or "")
        if mode in ("unconfined", "disabled"):
            where = f"Spec.TaskTemplate.ContainerSpec.Privileges.{guard}.Mode"
            yield subject.finding(UNCONFINED, "high", where, mode, subject.again(f"with {guard}"))


def remote_engine(subject: Subject) -> Iterator[Finding]:
    """DOCKER_HOST in the environment: an engine that can be reached without a socket's file."""
    inner = "Spec.TaskTemplate.ContainerSpec.Env" if subject.kind == "service" else "Config.Env"
    config = _spec(subject) if subject.kind == "service" else subject.record.get("Config") or {}
    variables = [str(text) for text in config.get("Env") or ()]
    if any(text.startswith("DOCKER_TLS_VERIFY=") and text[-1] != "=" for text in variables):
        return
    for at, text in enumerate(variables):
        if text.startswith("DOCKER_HOST=tcp://"):
            fix = "dsock proxy --profile list --listen /run/dsock/engine.sock"
            yield subject.finding(REMOTE, "high", f"{inner}[{at}]", text, fix)


def engine(url: str, info: Mapping[str, Any]) -> Iterator[Finding]:
    """What the engine itself says of its listeners (GET /info), and how it was reached."""
    subject = Subject("engine", str(info.get("Name") or "engine"), str(info.get("ID") or ""), info)
    fix = "dockerd --tlsverify --tlscacert CA --tlscert CERT --tlskey KEY -H tcp://0.0.0.0:2376"
    said = False
    for at, warning in enumerate(info.get("Warnings") or ()):
        if "without encryption" in str(warning):
            said = True
            yield subject.finding(LISTENER, "critical", f"Warnings[{at}]", warning.strip(), fix)
    if url.startswith("tcp://") and not said:
        yield subject.finding(LISTENER, "critical", "DOCKER_HOST", url, fix)


CONTAINER_RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    privileged, capabilities, namespaces, devices, unconfined, remote_engine,
)  # fmt: skip
SERVICE_RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    service_capabilities, service_unconfined, remote_engine,
)  # fmt: skip


def _added(subject: Subject, path: str, names: Any) -> Iterator[Finding]:
    if _host(subject).get("Privileged"):
        return  # it has them all
    for at, name in enumerate(names or ()):
        plain = str(name).upper().removeprefix("CAP_")
        if plain in _USUAL:
            continue
        severity = next((s for s, known in _CAPABILITIES.items() if plain in known), "medium")
        fix = subject.again(f"without --cap-add {plain}")
        yield subject.finding(CAPABILITY, severity, f"{path}[{at}]", name, fix)


def _host(subject: Subject) -> Mapping[str, Any]:
    return subject.record.get("HostConfig") or {}


def _spec(subject: Subject) -> Mapping[str, Any]:
    template = (subject.record.get("Spec") or {}).get("TaskTemplate") or {}
    return template.get("ContainerSpec") or {}
