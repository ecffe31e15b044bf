"""--device, --device-cgroup-rule, --gpus: devices as HostConfig has them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import Any

from dsock.errors import BadFlag
from dsock.flags.values import bad, csv_fields, decimal, pairs

_RULE = re.compile(r"[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}")
_NAME = r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?"
_CDI = re.compile(
    rf"{_NAME}/[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?=[A-Za-z0-9](?:[\w.:-]*[A-Za-z0-9])?", re.A
)


def devices(texts: Iterable[str]) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """(Devices, DeviceRequests) of --device: HOST[:PATH[:rwm]], or VENDOR/CLASS=NAME of CDI.

    Raises BadFlag.
    """
    qualified = [text for text in texts if _CDI.fullmatch(text)]
    mapped = [_mapping(text) for text in texts if not _CDI.fullmatch(text)]
    return mapped, [{"Driver": "cdi", "DeviceIDs": qualified}] if qualified else []


def cgroup_rule(text: str) -> str:
    """A rule of --device-cgroup-rule: "c 42:* rmw". Raises BadFlag."""
    if not _RULE.fullmatch(text):
        reason = f"invalid device cgroup format '{text}'"
        raise bad("--device-cgroup-rule", text, reason, "write 'c 42:* rmw'")
    return text


def gpus(text: str) -> dict[str, Any]:
    """The DeviceRequest of --gpus: "all", "2", "device=0", or several fields. Raises BadFlag."""
    found: dict[str, Any] = {}
    for field in csv_fields(text, "--gpus"):
        key, equals, value = field.partition("=")
        if not equals:
            key, value = "count", key
        name = {"driver": "Driver", "count": "Count", "device": "DeviceIDs",
                "capabilities": "Capabilities", "options": "Options"}.get(key)  # fmt: skip
        if name is None:
            raise bad("--gpus", text, f"unexpected key '{key}' in '{field}'")
        if name in found:
            raise bad("--gpus", text, f"gpu request key '{key}' can be specified only once")
        found[name] = _gpu_value(key, value)
    if "Count" not in found and "DeviceIDs" not in found:
        found["Count"] = 1
    found.setdefault("Capabilities", [["gpu"]])
    found.setdefault("Options", {})
    return found


def _gpu_value(key: str, value: str) -> Any:
    if key == "count":
        return -1 if value == "all" else decimal(value, "--gpus")
    if key == "device":
        return value.split(",")
    if key == "capabilities":
        return [[*value.split(","), "gpu"]]
    return pairs(csv_fields(value, "--gpus")) if key == "options" else value


def _mapping(text: str) -> dict[str, str]:
    host, *rest = text.split(":")
    if not host or len(rest) > 2:
        raise BadFlag(f"bad format for path: {text}", "write --device HOST[:PATH[:rwm]]")
    mode = "rwm"
    if len(rest) == 2:
        path, mode = rest
        if not _is_mode(mode):
            raise BadFlag(f"bad mode specified: {mode}", "it is made of r, w and m")
    elif rest and _is_mode(rest[0]):
        host = path = _clean(host)
        mode = rest[0]
    elif rest:
        path = _clean(rest[0])
    else:
        host = path = _clean(host)
    if not path.startswith("/"):
        raise BadFlag(f"'{path}' is not an absolute path", f"in --device {text}")
    return {"PathOnHost": host, "PathInContainer": path or host, "CgroupPermissions": mode}


def _is_mode(text: str) -> bool:
    return 0 < len(text) == len(set(text)) and set(text) <= set("rwm")


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path)
    return "/" + cleaned.lstrip("/") if cleaned.startswith("/") else cleaned
