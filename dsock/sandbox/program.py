"""The engines that a sandbox can run: how each is started, and what each needs hidden."""

from __future__ import annotations

import json
import os
import resource
import shutil
from dataclasses import dataclass, field
from pathlib import Path

LIMITS = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
HYBRID = "/sys/fs/cgroup/unified"  # version 2 beside version 1, which crun refuses


@dataclass(frozen=True, slots=True)
class Program:
    """One engine's command line and what a sandbox has to know about it."""

    kind: str  # "docker" or "podman"
    command: tuple[str, ...]  # {folder} and {name} stand for those of the sandbox
    hidden: tuple[str, ...]  # folders of the host that it must find empty
    makes: tuple[str, ...] = ()  # what it makes outside of the sandbox, the deepest first
    environ: dict[str, str] = field(default_factory=dict)
    config: str = ""  # what the file `config` in the sandbox's folder holds

    def argv(self, folder: Path) -> list[str]:
        """The command line for the sandbox in `folder`."""
        return [part.format(folder=folder, name=folder.name) for part in self.command]

    def env(self, folder: Path) -> dict[str, str]:
        """The environment for the sandbox in `folder`."""
        own = {name: value.format(folder=folder) for name, value in self.environ.items()}
        return {**os.environ, "PATH": search_path(), **own}


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

    Its locks lie in /dev/shm whatever its flags say. Its default limits for a container may be
    higher than those of this process, and without root it may make no control groups.
    """
    limits = [f"{name}={_most(kind)}:{_most(kind)}" for name, kind in LIMITS.items()]
    state = ("/var/lib",) if os.getuid() else ("/var/lib/containers", "/var/lib/cni")
    hybrid = (HYBRID,) if os.path.isdir(HYBRID) else ()
    cgroups = 'cgroups = "disabled"\n' if os.getuid() else ""
    return Program(
        "podman",
        (
            "podman", "--root", "/run/podman/storage", "--runroot", "/run/podman/run",
            "--tmpdir", "/run/podman/tmp", "--network-config-dir", "/run/podman/net",
            "--cgroup-manager", "cgroupfs", "--events-backend", "file",
            "system", "service", "--time=0", "unix://{folder}/docker.sock",
        ),
        hidden=("/dev/shm", *state, *hybrid),
        environ={
            "CONTAINERS_CONF": "{folder}/config",
            "PODMAN_IGNORE_CGROUPSV1_WARNING": "1",
            "TMPDIR": "/run",
        },
        config=f"[containers]\ndefault_ulimits = {json.dumps(limits)}\n{cgroups}",
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


def _most(kind: int) -> int:
    """What a container may have of it: this process's hard limit, but a number."""
    hard = resource.getrlimit(kind)[1]
    return hard if 0 < hard < 1 << 20 else 1 << 20
