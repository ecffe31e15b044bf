"""The engines of the tests: the installed Docker 20.10, and newer ones that are fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

from dsock.sandbox import program
from dsock.sandbox.program import Program

CHECKOUT = Path(__file__).parents[2]
NAMES = ("docker-20.10", "docker-28.5", "podman-5.8")


def get(name: str) -> Program:
    """The engine of that name. Raises AssertionError if it is not there: that is no skip."""
    if name == "docker-20.10":
        assert shutil.which("dockerd", path=program.search_path()), "apt-get install docker.io"
        return program.docker()
    if name == "docker-28.5":
        return program.docker(fetched() / name)
    return _podman(fetched() / name)


def docker_cli() -> str:
    """docker's own command line, 28.5, to compare with."""
    return str(fetched() / "docker-28.5/usr/bin/docker")


@cache
def fetched() -> Path:
    """Where the fetched engines are. The first time it takes some 15 s and Debian's mirror."""
    folder = Path(os.environ.get("DSOCK_ENGINES", CHECKOUT / ".engines"))
    subprocess.run([CHECKOUT / ".ci/fetch-engines", folder], check=True, timeout=600)
    return folder


def _podman(root: Path) -> Program:
    """Podman needs a newer libc than the host's: its whole /usr is laid over the host's, inside."""
    installed = program.podman()
    script = f"""
        mkdir -p /etc/containers
        mount --bind {root}/etc/containers /etc/containers
        mount --bind {root}/usr /usr
        exec "$0" "$@"
    """
    return replace(
        installed,
        command=("sh", "-ec", script.replace("{", "{{").replace("}", "}}"), *installed.command),
        makes=("/etc/containers",),
    )
