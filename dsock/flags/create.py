"""All flags of `create` and `run` as the body of POST /containers/create."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def body(
    image: str,
    command: Sequence[str],
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    detach: bool = False,
) -> dict[str, Any]:
    """The body of POST /containers/create for docker's flags. Raises BadFlag."""
    config: dict[str, Any] = {"Image": image, **_streams(flags, detach)}
    if command:
        config["Cmd"] = list(command)
    return {**config, "HostConfig": {}}


def _streams(flags: Mapping[str, Any], detach: bool) -> dict[str, bool]:
    """Who is attached when the container starts; a detached container has nobody."""
    attach = {stream.lower() for stream in flags["attach"]}
    stdin = bool(flags["interactive"])
    return {
        "AttachStdin": not detach and (stdin or "stdin" in attach),
        "AttachStdout": not detach and (not attach or "stdout" in attach),
        "AttachStderr": not detach and (not attach or "stderr" in attach),
        "Tty": bool(flags["tty"]),
        "OpenStdin": stdin,
        "StdinOnce": not detach and stdin,
    }
