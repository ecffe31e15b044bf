"""What a sandbox needs from this system, and how it is installed here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dsock.errors import DsockError
from dsock.sandbox.program import Program, installed, search_path

# ID of /etc/os-release: how it installs, and its packages of (docker, podman, newuidmap, crun).
SYSTEMS = {
    "debian": ("apt-get install", ("docker.io", "podman", "uidmap", "crun")),
    "fedora": ("dnf install", ("moby-engine", "podman", "shadow-utils", "crun")),
    "rhel": ("dnf install", ("podman", "podman", "shadow-utils", "crun")),
    "alpine": ("apk add", ("docker", "podman", "shadow-uidmap", "crun")),
    "arch": ("pacman -S", ("docker", "podman", "shadow", "crun")),
    "suse": ("zypper install", ("docker", "podman", "shadow", "crun")),
}


def find(kind: str | None) -> Program:
    """The installed engine of that kind, for None of any.

    Raises DsockError, with what to install, if something that a sandbox needs is missing.
    """
    program = installed(kind)
    if program is None:
        what = {None: "no engine is", "docker": "dockerd is not", "podman": "podman is not"}[kind]
        raise DsockError(f"{what} installed on this system", _install(1 if kind == "podman" else 0))
    if os.getuid() != 0:
        _check_user(program)
    return program


def _check_user(program: Program) -> None:
    """Without root, a sandbox is root in a user namespace, with a range of ids of its own."""
    import pwd

    if program.kind == "podman" and not shutil.which("crun", path=search_path()):
        raise DsockError("a sandbox without root needs crun for podman", _install(3))
    if not shutil.which("newuidmap", path=search_path()):
        raise DsockError("a sandbox without root needs newuidmap", _install(2))
    user = pwd.getpwuid(os.getuid()).pw_name
    for table in ("/etc/subuid", "/etc/subgid"):
        lines = Path(table).read_text().splitlines() if os.path.exists(table) else []
        if not any(line.split(":")[0] in (user, str(os.getuid())) for line in lines):
            raise DsockError(
                f"a sandbox without root needs ids of its own, and {user} has none in {table}",
                f"as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}",
            )


def _install(package: int) -> str:
    """How the package is installed here, from /etc/os-release."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        lines = []
    facts = {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
    for system in (facts.get("ID", ""), *facts.get("ID_LIKE", "").split()):
        if system in SYSTEMS:
            how, packages = SYSTEMS[system]
            return f"install it: {how} {packages[package]}"
    return "install Docker (https://docs.docker.com/engine/install/) or Podman"
