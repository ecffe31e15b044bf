"""The context of a build as a shell makes it, for --curl and --dry-run: GNU tar's work."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from dsock.archive.context import IGNORE, INPUT, Context
from dsock.engine.curl import quoted

_TAR = "tar -c --owner=0 --group=0"


def tar(here: Context, names: Iterable[str] | None, added: Mapping[str, str]) -> str:
    """The command that prints the archive: of all of the folder, or of `names` and what is
    `added`, {name: path} of the .dockerignore and Dockerfile that are sent instead."""
    folder = quoted(here.folder)
    if names is None:
        return f"{_TAR} -C {folder} ."
    listed = " ".join(quoted(f"./{name}") for name in names if name not in added)
    packed = f"{_TAR} -C {folder} --null --no-recursion -T -"
    listing = f"printf '%s\\0' {listed} | " if listed else ": | "
    if not added:
        return listing + packed
    dockerfile = next(name for name in added if name != IGNORE)
    with open(added[IGNORE], encoding="utf-8", errors="surrogateescape") as file:
        ignore = file.read()
    path = posixpath.normpath(f"{here.folder}/{here.dockerfile}")
    original = "" if here.dockerfile == INPUT else f" {quoted(path)}"
    return (
        f'{{ D=$(mktemp -d); cat{original} >"$D/{dockerfile}"; '
        f'printf %s {quoted(ignore)} >"$D/{IGNORE}"; '
        f'{listing}{packed} -C "$D" {IGNORE} {dockerfile}; rm -r "$D"; }}'
    )


def lone() -> str:
    """The same for a context that is a Dockerfile on the input, and nothing else."""
    return f'{{ D=$(mktemp -d); cat >"$D/Dockerfile"; {_TAR} -C "$D" Dockerfile; rm -r "$D"; }}'
