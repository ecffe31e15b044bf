"""Paths of the host: what who has them can do."""

from __future__ import annotations

import posixpath
import re

# Sockets of container runtimes: who can write to one can start a container that is root.
SOCKETS = (
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/buildkit/buildkitd.sock",
    "/run/cri-dockerd.sock",
    "/run/balena-engine.sock",
    "/run/balena.sock",
)
_USERS_SOCKET = r"/run/user/\d+/(docker\.sock|podman(/podman\.sock)?|containerd.*)"
_USERS_FOLDER = r"/run/user(/\d+)?"

# Writing in these is running as root: programs, accounts, jobs, the kernel, data of runtimes.
_TREES = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr",
    "/var/lib/containerd", "/var/lib/containers", "/var/lib/docker", "/var/lib/kubelet",
    "/var/spool/cron",
)  # fmt: skip
# Reading these is enough: passwords, keys, the memory and the files of everybody.
_SECRETS = (
    "/dev", "/etc/gshadow", "/etc/shadow", "/etc/ssh", "/etc/ssl/private", "/etc/sudoers", "/proc",
    "/root", "/var/lib/containers", "/var/lib/docker", "/var/lib/kubelet",
)  # fmt: skip
_WHOLE = ("/", "/etc", "/home", "/var", "/var/lib")
_HOME = r"/home/[^/]+(/\.ssh(/.*)?)?"
# Files below them that everybody mounts and that give nothing away.
_HARMLESS = (
    "/etc/localtime", "/etc/timezone", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
    "/etc/ssl/certs", "/usr/share", "/etc/machine-id", "/etc/os-release", "/dev/shm", "/dev/null",
    "/dev/log",
)  # fmt: skip


def canonical(path: str) -> str:
    """`path` without dots and double slashes, /var/run as the /run that it is a link to."""
    clean = posixpath.normpath("/" + path.lstrip("/"))
    return re.sub(r"^/var/run(?=/|$)", "/run", clean)


def socket_in(path: str) -> str | None:
    """The socket of a runtime that `path` is or holds, None for none."""
    where = canonical(path)
    if re.fullmatch(_USERS_SOCKET, where):
        return where
    for socket in SOCKETS:
        if _holds(where, socket):
            return socket
    # A rootless engine's, wherever it is.
    if posixpath.basename(where) in ("docker.sock", "podman.sock", "containerd.sock"):
        return where
    return "/run/user/*/docker.sock" if re.fullmatch(_USERS_FOLDER, where) else None


def severity(path: str, writable: bool) -> str | None:
    """How bad it is that a container has `path` of the host; None if there is nothing to it."""
    where = canonical(path)
    if any(_holds(harmless, where) for harmless in _HARMLESS):
        return None
    home = re.fullmatch(_HOME, where) is not None
    if where in _WHOLE or home or any(_holds(secret, where) for secret in _SECRETS):
        return "critical" if writable else "high"
    if not writable:
        return None
    return "critical" if any(_holds(tree, where) for tree in _TREES) else "info"


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
