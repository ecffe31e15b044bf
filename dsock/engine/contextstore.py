"""Changes of docker's contexts: files as docker writes them, so that both see the same."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dsock import files
from dsock.engine import contexts
from dsock.errors import DsockError

NAME = r"[a-zA-Z0-9][a-zA-Z0-9_.+-]+"
Tls = Mapping[str, Mapping[str, bytes]]


def check_name(name: str) -> None:
    """Raises DsockError for what is no name of a context that can be made or changed."""
    if not name:
        raise DsockError("context name cannot be empty")
    if name == contexts.DEFAULT:
        raise DsockError(f'"{name}" is a reserved context name')
    if not re.fullmatch(NAME, name):
        raise DsockError(
            f'context name "{name}" is invalid',
            "two or more letters, digits, _ . + and -, a letter or digit first",
        )


def write(config_dir: Path, name: str, meta_json: bytes, tls: Tls | None = None) -> None:
    """Write the context `name`. `tls` is {endpoint: {file: content}}, all that it has from now
    on; None leaves what is there. Raises DsockError."""
    meta, folder = contexts.folders(name, config_dir)
    try:
        if tls is not None:
            _write_tls(folder, tls)
        meta.mkdir(mode=0o755, parents=True, exist_ok=True)
        files.replace(meta / "meta.json", [meta_json], 0o644)
    except OSError as err:
        raise DsockError(f"cannot write context {name!r}: {_reason(err)}") from None


def remove(config_dir: Path, name: str) -> None:
    """Remove the context `name`, if there is one. Raises DsockError."""
    try:
        for folder in contexts.folders(name, config_dir):
            if folder.exists():
                shutil.rmtree(folder)
    except OSError as err:
        raise DsockError(f"cannot remove context {name!r}: {_reason(err)}") from None


def _write_tls(folder: Path, tls: Tls) -> None:
    """The folder with just these files, none of them readable by others at any time."""
    for old in [path for path in folder.glob("*") if path.name not in tls or not tls[path.name]]:
        shutil.rmtree(old)
    for endpoint, content in tls.items():
        if content:
            _private(folder / endpoint)
        for old in [path for path in (folder / endpoint).glob("*") if path.name not in content]:
            old.unlink()
        for name, data in content.items():
            files.replace(folder / endpoint / name, [data], 0o600)
    with suppress(OSError):  # there are some, or there never was a folder
        folder.rmdir()


def _private(folder: Path) -> None:
    folder.parents[1].mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder.parent, folder):
        path.mkdir(mode=0o700, exist_ok=True)


def _reason(err: OSError) -> str:
    return f"{err.filename}: {err.strerror}" if err.filename else str(err.strerror)
