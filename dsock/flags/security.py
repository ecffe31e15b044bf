"""--cap-add, --security-opt and the namespaces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dsock.errors import BadFlag

_BUILT_IN_SECCOMP = ("unconfined", "builtin")
# A string of JSON, kept, or the space between two tokens.
_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+')


def capabilities(names: Iterable[str]) -> list[str]:
    """ "chown", "ALL" -> ["ALL", "CAP_CHOWN"]: as the engine spells them, each once."""
    upper = (name.upper() for name in names)
    return sorted({n if n == "ALL" or n.startswith("CAP_") else f"CAP_{n}" for n in upper})


def security_options(texts: Iterable[str]) -> dict[str, Any]:
    """HostConfig's part of --security-opt. A seccomp profile is read from its file.

    Raises BadFlag.
    """
    found: dict[str, Any] = {}
    options = []
    for text in texts:
        if text == "systempaths=unconfined":  # what the engine would mask stays to be seen
            found["MaskedPaths"] = found["ReadonlyPaths"] = []
        else:
            options.append(_option(text))
    return {"SecurityOpt": options, **found} if options else found


def namespaces(flags: Mapping[str, Any]) -> dict[str, str | None]:
    """HostConfig's namespaces. Raises BadFlag for a mode that does not exist."""
    pid = flags["pid"] or ""
    kind, colon, container = pid.partition(":")
    if pid and pid != "host" and not (kind == "container" and colon and container):
        raise BadFlag("--pid: invalid PID mode", "it is host or container:NAME")
    if flags["uts"] not in (None, "", "host"):
        raise BadFlag("--uts: invalid UTS mode", "it is host")
    if flags["userns"] not in (None, "", "host"):
        raise BadFlag("--userns: invalid USER mode", "it is host")
    if flags["cgroupns"] not in (None, "", "host", "private"):
        raise BadFlag("--cgroupns: invalid CGROUP mode", "it is host or private")
    return {
        "IpcMode": flags["ipc"],
        "PidMode": flags["pid"],
        "UTSMode": flags["uts"],
        "UsernsMode": flags["userns"],
        "CgroupnsMode": flags["cgroupns"],
    }


def _option(text: str) -> str:
    key, equals, value = text.partition("=")
    if key == "no-new-privileges":
        return text
    if not equals:
        key, _, value = text.partition(":")
    if not value:
        raise BadFlag(
            f'invalid --security-opt: "{text}"', "write KEY=VALUE, such as apparmor=unconfined"
        )
    if key == "seccomp" and value not in _BUILT_IN_SECCOMP:
        return f"seccomp={_profile(value)}"
    return text


def _profile(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        json.loads(text)
    except OSError as err:
        reason = (err.strerror or str(err)).lower()
        raise BadFlag(f"opening seccomp profile ({path}) failed: {reason}") from None
    except ValueError as err:
        raise BadFlag(f"seccomp profile ({path}) is not JSON: {err}") from None
    return _SPACE.sub(r"\1", text)
