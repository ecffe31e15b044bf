"""--mount: one mount in docker's long form, KEY=VALUE,..., as the API's Mount."""

from __future__ import annotations

import os
from typing import Any

from dsock.errors import BadFlag
from dsock.flags.values import bad, csv_fields, size, switch

FLAG = "--mount"
HINT = "write type=bind,source=/host,target=/path or type=volume,source=NAME,target=/path"
RECURSIVE = {
    "disabled": "NonRecursive",
    "writable": "ReadOnlyNonRecursive",
    "readonly": "ReadOnlyForceRecursive",
}
# Keys that only a mount of their type may have, and where their values go.
OPTIONS = {
    "bind": "BindOptions",
    "volume": "VolumeOptions",
    "tmpfs": "TmpfsOptions",
    "image": "ImageOptions",
}


def mount(text: str) -> dict[str, Any]:
    """The Mount that `text` says. Raises BadFlag."""
    found: dict[str, Any] = {"Type": "volume"}
    for field in csv_fields(text, FLAG):
        key, equals, value = field.partition("=")
        try:
            _take(found, key.lower(), value if equals else None)
        except KeyError:
            reason = (
                f"unexpected key '{key}' in '{field}'"
                if equals
                else f"invalid field '{field}' must be a key=value pair"
            )
            raise bad(FLAG, text, reason, HINT) from None
    _check(found, text)
    return found


def _take(found: dict[str, Any], key: str, value: str | None) -> None:
    """Put one field where it belongs. Raises KeyError for one that does not exist."""
    prefix, _, option = key.partition("-")
    if (key, value) == ("bind-recursive", "enabled"):  # as it is anyway
        return
    if key in ("readonly", "ro"):
        found["ReadOnly"] = value is None or switch(value, f"{FLAG} {key}")
    elif key in ("volume-nocopy", "bind-nonrecursive"):
        name = "NoCopy" if option == "nocopy" else "NonRecursive"
        _options(found, prefix)[name] = value is None or switch(value, f"{FLAG} {key}")
    elif value is None:
        raise KeyError(key)
    elif key == "type":
        found["Type"] = value.lower()
    elif key in ("source", "src"):
        found["Source"] = os.path.abspath(value) if value.startswith(".") else value
    elif key in ("target", "dst", "destination"):
        found["Target"] = value
    elif key == "consistency":
        found["Consistency"] = value.lower()
    elif prefix in OPTIONS and option:
        _option(_options(found, prefix), key, value)
    else:
        raise KeyError(key)


def _option(options: dict[str, Any], key: str, value: str) -> None:
    match key:
        case "bind-propagation":
            options["Propagation"] = value.lower()
        case "bind-recursive":
            if value not in RECURSIVE:
                raise _invalid(key, value, f"it is enabled, {', '.join(RECURSIVE)}")
            options[RECURSIVE[value]] = True
        case "volume-subpath" | "image-subpath":
            options["Subpath"] = value
        case "volume-driver":
            options["DriverConfig"]["Name"] = value
        case "volume-label":
            _add(options, "Labels", value)
        case "volume-opt":
            _add(options["DriverConfig"], "Options", value)
        case "tmpfs-size":
            options["SizeBytes"] = size(value, FLAG)
        case "tmpfs-mode":
            if not value.isascii() or not value.isdigit() or set(value) & set("89"):
                raise _invalid(key, value, "it is an octal number, such as 1770")
            options["Mode"] = int(value, 8)
        case _:
            raise KeyError(key)


def _check(found: dict[str, Any], text: str) -> None:
    kind = found["Type"]
    if not kind:
        raise bad(FLAG, text, "type is required", HINT)
    if not found.get("Target"):
        raise bad(FLAG, text, "target is required", HINT)
    for prefix, name in OPTIONS.items():
        if name in found and prefix != kind:
            raise bad(FLAG, text, f"cannot mix '{prefix}-*' options with mount type '{kind}'")
    bind = found.get("BindOptions", {})
    for name, value in (
        ("ReadOnlyNonRecursive", "writable"),
        ("ReadOnlyForceRecursive", "readonly"),
    ):
        if bind.get(name) and not found.get("ReadOnly"):
            raise bad(FLAG, text, f"option 'bind-recursive={value}' requires 'readonly'")
    if bind.get("ReadOnlyForceRecursive") and bind.get("Propagation") != "rprivate":
        raise bad(
            FLAG, text, "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate'"
        )


def _options(found: dict[str, Any], prefix: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"DriverConfig": {}} if prefix == "volume" else {}
    options: dict[str, Any] = found.setdefault(OPTIONS[prefix], empty)
    return options


def _add(parent: dict[str, Any], name: str, assignment: str) -> None:
    key, _, value = assignment.partition("=")
    if key:
        parent.setdefault(name, {})[key] = value


def _invalid(key: str, value: str, hint: str) -> BadFlag:
    return BadFlag(f"invalid value for {key}: {value}", hint)
