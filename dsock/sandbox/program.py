"""The engines that a sandbox can run: how each is started, and what each needs hidden."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """One engine's command line and what a sandbox has to know about it."""

    kind: str  # "docker" or "podman"
    command: tuple[str, ...]  # {folder} and {name} stand for those of the sandbox
    hidden: tuple[str, ...]  # folders of the host that it must find empty
    makes: tuple[str, ...] = ()  # what it makes outside of the sandbox, the deepest first
    environ: dict[str, str] = field(default_factory=dict)

    def argv(self, folder: Path) -> list[str]:
        return [part.format(folder=folder, name=folder.name) for part in self.command]


def docker(prefix: Path | None = None) -> Program:
    """dockerd, the installed one or one unpacked under `prefix`.

    A cgroup parent of its own, so that its cgroups can be told from the host's engine's. The
    driver is named because with systemd running it would ask the host's systemd for cgroups.
    """
    rootless = ("--rootless",) if os.getuid() else ()
    return Program(
        "docker",
        (
            "dockerd", "-H", "unix://{folder}/docker.sock", "-l", "error",
            "--data-root", "/run/docker-data", "--exec-root", "/run/docker",
            "--pidfile", "/run/docker.pid", "--cgroup-parent", "/dsock-{name}", *rootless,
        ),
        hidden=("/etc/docker",),
        makes=("/opt/containerd/bin", "/opt/containerd/lib", "/opt/containerd"),
        environ=_path(prefix),
    )  # fmt: skip


def podman() -> Program:
    """podman's service, which speaks the same API.

    Its locks lie in /dev/shm whatever its flags say. Without limits of its own in containers.conf
    it asks for higher ones than a container may have.
    """
    return Program(
        "podman",
        (
            "podman", "--root", "/run/podman/storage", "--runroot", "/run/podman/run",
            "--tmpdir", "/run/podman/tmp", "--network-config-dir", "/run/podman/net",
            "--cgroup-manager", "cgroupfs", "--events-backend", "file",
            "system", "service", "--time=0", "unix://{folder}/docker.sock",
        ),
        hidden=("/dev/shm", "/var/lib/containers", "/var/lib/cni"),
        environ={"PODMAN_IGNORE_CGROUPSV1_WARNING": "1"},
    )  # fmt: skip


def installed(kind: str | None) -> Program | None:
    """The engine of that kind if it is installed; of any kind, docker first, for None."""
    path = search_path()
    if kind in (None, "docker") and shutil.which("dockerd", path=path):
        return docker()
    if kind in (None, "podman") and shutil.which("podman", path=path):
        return podman()
    return None


def search_path() -> str:
    """PATH with the folders where engines are, which a user's may lack."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def _path(prefix: Path | None) -> dict[str, str]:
    if prefix is None:
        return {}
    return {"PATH": f"{prefix}/usr/sbin:{prefix}/usr/bin:{search_path()}"}
