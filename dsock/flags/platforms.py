"""--platform: "linux/arm64/v8" as the API's objects write it.

The grammar and its aliases: https://pkg.go.dev/github.com/containerd/platforms
"""

from __future__ import annotations

import os
import re

from dsock.errors import DsockError

_SYSTEM = re.compile(r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?")
_PART = re.compile(r"[A-Za-z0-9_.-]+")
_SYSTEMS = {
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux",
    "nacl", "netbsd", "openbsd", "plan9", "solaris", "windows", "zos",
}  # fmt: skip
_MACHINES = {
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv",
    "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
}  # fmt: skip
# Other names of a machine, and the variant that the name implies.
_ALIASES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "i386": ("386", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}


def parse(text: str) -> dict[str, str]:
    """{"architecture", "os", "variant", "os.version"} of a platform, the last two if given.

    A single word is a system or an architecture. Raises DsockError for what docker refuses.
    """
    first, *rest = text.split("/")
    system = _SYSTEM.fullmatch(first)
    if system is None or len(rest) > 2 or not all(map(_PART.fullmatch, rest)):
        raise DsockError(f"{text!r} is an invalid platform", "write OS[/ARCH[/VARIANT]]")
    name = {"macos": "darwin"}.get(system[1].lower(), system[1].lower())
    if not rest:
        if name in _SYSTEMS:
            rest = [re.sub("^armv.*", "arm", os.uname().machine)]
        elif _ALIASES.get(name, (name,))[0] in _MACHINES:
            name, rest = "linux", [name]
        else:
            raise DsockError(f"{text!r}: unknown operating system or architecture")
    machine, variant = _normal(*rest)
    platform = {"architecture": machine, "os": name}
    if system[2]:
        platform["os.version"] = system[2]
    if variant:
        platform["variant"] = variant
    return platform


def normalized(text: str) -> str:
    """The same as text: "linux/x86_64" is "linux/amd64", "arm64" is "linux/arm64"."""
    found = parse(text)
    parts = (found["os"], found["architecture"], found.get("variant"))
    return "/".join(part for part in parts if part)


def _normal(machine: str, variant: str = "") -> tuple[str, str]:
    """Architecture and variant by their usual names; the default variant is left out, unless it
    is written."""
    written = bool(variant)
    machine, variant = machine.lower(), variant.lower()
    if machine in _ALIASES:
        machine, implied = _ALIASES[machine]
        variant = implied or variant
    if machine in ("arm", "arm64") and variant.isdigit():
        variant = f"v{variant}"
    default = {"arm": "v7", "arm64": "v8", "amd64": "v1"}.get(machine)
    if variant == default and (machine == "amd64" or not written):
        variant = ""
    return machine, variant
