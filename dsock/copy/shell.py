"""What a copy does, as commands of a shell: GNU tar's part in --curl and --dry-run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsock.copy import places
from dsock.engine.curl import quoted

STORED = "/dev/fd/3"


def packing(path: str, top: str) -> str:
    """The command that writes `path` as a tar whose top is called `top`."""
    name = places.base(path)
    folder = path if name in (".", "/") else places.parent(path)
    return _packing(quoted(folder), name, top)


def unpacking(folder: str, name: str, top: str) -> str:
    """The command that unpacks a tar with `name` at its top into `folder`, as `top`."""
    return _line(["tar", "-C", folder, "--no-same-owner", *_renaming(name, top), "-xpf", "-"])


def choosing(folder: str, asked: str, parts: Sequence[str]) -> str:
    """The command that unpacks into `folder` what matches `parts` in a tar of folder `asked`."""
    return f"tar -C {quoted(folder)} --no-same-owner {_chosen(asked, parts)}"


def passing_chosen(get: str, asked: str, parts: Sequence[str]) -> str:
    """The same for what `get`, a curl command, answers; it writes a tar again."""
    into = f'tar -C "$D" --same-owner {_chosen(asked, parts)}'
    packed = _packing('"$D"', ".", ".")
    return f'{{ D=$(mktemp -d); {get} | {into}; {packed}; rm -r "$D"; }}'


def _chosen(asked: str, parts: Sequence[str]) -> str:
    pattern = "/".join([asked.strip("/").rpartition("/")[2], *parts])
    strip = f"--strip-components={pattern.count('/')}"
    options = ["--wildcards", "--no-wildcards-match-slash", strip, "-xpf", "-"]
    return _line([*options, "--", pattern])


def passing(get: str, name: str, top: str) -> str:
    """The command that writes what `get`, a curl command, answers: a tar with `name` at its top,
    called `top`."""
    if name == top or top in (".", "/"):
        return get
    into = 'tar -C "$D" -xpf - --same-owner'
    packed = _packing('"$D"', "." if name == "/" else name, top)
    return f'{{ D=$(mktemp -d); {get} | {into}; {packed}; rm -r "$D"; }}'


def storing(command: str) -> str:
    """The command that has all that `command` writes in the file STORED, which leaves no trace."""
    return f'T=$(mktemp); {command} >"$T"; exec 3<"$T"; rm "$T"'


def _packing(folder: str, name: str, top: str) -> str:
    options = _line(["--numeric-owner", *_renaming(name, top), "-cf", "-", "--"])
    return f"tar -C {folder} {options} {quoted('.' if name == '/' else name)}"


def _renaming(name: str, top: str) -> list[str]:
    if name == top or top in (".", "/"):
        return []
    text = re.sub(r"([\\&,])", r"\\\1", top)
    if name in (".", "/"):
        # "./x" or "/x" or, without a folder at its top, "x".
        return [f"--transform=flags=rhS;s,^[./]*/\\|^\\.$\\|^,{text}/,"]
    old = re.sub(r"([\\.*\[\]^$,])", r"\\\1", name)
    return [f"--transform=flags=rhS;s,^{old}\\(/\\|$\\),{text}\\1,"]


def _line(words: list[str]) -> str:
    return " ".join(map(quoted, words))
