"""A line of flags, read as `dsock create` reads it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from dsock import tree
from dsock.commands.container.options import create_options
from dsock.flags import create


def flags(line: str) -> dict[str, Any]:
    """What create_options makes of the flags in `line`, written as in a shell."""
    found: dict[str, Any] = {}

    @tree.command(interspersed=False)
    @create_options
    def command(**given: Any) -> None:
        found.update(given)

    command.main(shlex.split(line), standalone_mode=False, obj=object())
    return found


def body(line: str, environ: Mapping[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """The body of a `create LINE busybox`."""
    return create.body("busybox", (), flags(line), environ or {}, **options)


def host(line: str, **options: Any) -> dict[str, Any]:
    """The HostConfig of a line, less what every container has."""
    found: dict[str, Any] = body(line, **options)["HostConfig"]
    return {
        key: value
        for key, value in found.items()
        if (key, value) not in (("NetworkMode", "default"), ("RestartPolicy", {"Name": "no"}))
    }
