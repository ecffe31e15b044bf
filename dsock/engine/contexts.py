"""docker's contexts: named endpoints, in files below the folder of docker's configuration.

`contexts/meta/HASH/meta.json` has the name and the endpoints, `contexts/tls/HASH/docker/` the
certificates; HASH is the name's SHA-256. Only this module reads them, only `contextstore` writes.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsock import configfile
from dsock.engine.tls import Tls
from dsock.errors import DsockError

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Context:
    """One context. `record` is what meta.json holds; `meta` and `tls` are its folders, None for
    the context default, which is in no file."""

    name: str
    record: dict[str, Any]
    meta: Path | None = None
    tls: Path | None = None

    @property
    def endpoint(self) -> dict[str, Any] | None:
        """{"Host", "SkipTLSVerify"} of the docker engine, None if the context names none."""
        return _inner(_inner(self.record, "Endpoints"), "docker")

    @property
    def host(self) -> str:
        """The engine's URL, "" for docker's default."""
        return str((self.endpoint or {}).get("Host") or "")

    @property
    def description(self) -> str:
        return str((_inner(self.record, "Metadata") or {}).get("Description") or "")

    @property
    def tls_files(self) -> dict[str, list[str]]:
        """{endpoint: names of its files}."""
        if self.tls is None or not self.tls.is_dir():
            return {}
        folders = sorted(path for path in self.tls.iterdir() if path.is_dir())
        found = {path.name: sorted(file.name for file in path.iterdir()) for path in folders}
        return {name: files for name, files in found.items() if files}

    def tls_data(self) -> dict[str, dict[str, bytes]]:
        """{endpoint: {name of a file: what is in it}}. Raises OSError."""
        if self.tls is None:
            return {}
        folders = {name: self.tls / name for name in self.tls_files}
        return {
            name: {file: (folder / file).read_bytes() for file in self.tls_files[name]}
            for name, folder in folders.items()
        }


def current(config_dir: Path) -> str:
    """currentContext of docker's config.json, "default" if there is none."""
    try:
        config = json.loads((config_dir / configfile.NAME).read_bytes())
    except (OSError, ValueError):
        return DEFAULT  # who reads the whole of it says what is wrong
    name = config.get("currentContext") if isinstance(config, dict) else None
    return name if isinstance(name, str) and name else DEFAULT


def folders(name: str, config_dir: Path) -> tuple[Path, Path]:
    """Where meta.json and the certificates of context `name` are, if there is one."""
    import hashlib  # costs a millisecond that only contexts need

    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    store = config_dir / "contexts"
    return store / "meta" / digest, store / "tls" / digest


def names(config_dir: Path) -> list[str]:
    """The names of all contexts that can be read, "default" among them."""
    found = [DEFAULT]
    for meta in _files(config_dir):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(str(json.loads(meta.read_bytes())["Name"]))
    return sorted(found)


def all_(config_dir: Path) -> list[Context]:
    """All contexts in files. Raises DsockError for one that cannot be read."""
    return [_read(meta.parent, config_dir, meta.parent.name) for meta in _files(config_dir)]


def exists(name: str, config_dir: Path) -> bool:
    return folders(name, config_dir)[0].joinpath("meta.json").exists()


def read(name: str, config_dir: Path) -> Context:
    """The context `name`. Raises DsockError if there is none, or none that can be read."""
    return _read(folders(name, config_dir)[0], config_dir, name)


def usable(name: str, config_dir: Path) -> Context:
    """The context `name`. Raises DsockError if there is none, or one that names no engine."""
    found = read(name, config_dir)
    if found.endpoint is None:
        raise DsockError(f"context {name!r} names no docker engine: {found.meta}/meta.json")
    return found


def tls(context: Context) -> Tls | None:
    """How TLS is spoken to the engine of a context, None if it is not."""
    files = context.tls_files.get("docker", [])
    skips = (context.endpoint or {}).get("SkipTLSVerify") is True
    if not (files or skips) or context.tls is None:
        return None
    paths = {name: context.tls / "docker" / name for name in files}
    return Tls(paths.get("ca.pem"), paths.get("cert.pem"), paths.get("key.pem"), not skips)


def _files(config_dir: Path) -> list[Path]:
    return sorted((config_dir / "contexts" / "meta").glob("*/meta.json"))


def _read(folder: Path, config_dir: Path, name: str) -> Context:
    meta = folder / "meta.json"
    try:
        record = json.loads(meta.read_bytes())
    except FileNotFoundError:
        raise DsockError(
            f"context {name!r} does not exist in {config_dir / 'contexts'}",
            "`dsock context ls` lists them; the context default always exists",
        ) from None
    except OSError as err:
        raise DsockError(f"cannot read context {name!r}: {meta}: {err.strerror}") from None
    except ValueError:
        raise DsockError(f"cannot read context {name!r}: {meta} is not JSON") from None
    if not isinstance(record, dict):
        raise DsockError(f"context {name!r} names no docker engine: {meta}")
    tls = config_dir / "contexts" / "tls" / folder.name
    return Context(str(record.get("Name") or name), record, folder, tls)


def _inner(value: Any, key: str) -> dict[str, Any] | None:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else None
