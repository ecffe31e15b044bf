"""A context in one file: a tar or zip with meta.json and tls/ENDPOINT/FILE, as docker has it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from dsock.errors import DsockError

META = "meta.json"
TLS = "tls"
LARGEST = 10 << 20  # bytes of a file in it, and docker's limit too


def pack(meta_json: bytes, tls: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """The tar of a context."""
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:

        def add(name: str, mode: int, data: bytes | None = None) -> None:
            entry = tarfile.TarInfo(name)
            entry.mode = mode
            entry.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
            entry.size = len(data or b"")
            tar.addfile(entry, io.BytesIO(data or b""))

        add(META, 0o644, meta_json)
        add(TLS, 0o700)
        for endpoint, files in tls.items():
            add(f"{TLS}/{endpoint}", 0o700)
            for name, data in files.items():
                add(f"{TLS}/{endpoint}/{name}", 0o600, data)
    return out.getvalue()


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, dict[str, bytes]]]:
    """(what meta.json holds, {endpoint: {file: content}}) of an exported context.

    Raises DsockError for what is none: nothing that is in it gets a path of its own choice.
    """
    record, tls = None, dict[str, dict[str, bytes]]()
    for name, content in _from_zip(data) if data[:4] == b"PK\x03\x04" else _from_tar(data):
        parts = name.split("/")
        if name == META:
            record = _object(content)
        elif parts[0] != TLS or len(parts) != 3 or not all(map(_plain, parts)):
            raise DsockError(f"not an exported context: what is {name!r} in it?")
        else:
            tls.setdefault(parts[1], {})[parts[2]] = content
    if record is None:
        raise DsockError(f"not an exported context: there is no {META} in it")
    return record, tls


def _from_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    import tarfile

    # docker's own end within the last block.
    whole = data + bytes(-len(data) % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)
    try:
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as tar:
            for entry in tar:
                if entry.isdir():
                    continue
                if entry.offset_data + entry.size > len(data):
                    raise EOFError("it is cut off")
                file = tar.extractfile(entry) if entry.isreg() else None
                if file is None or entry.size > LARGEST:
                    raise DsockError(f"not an exported context: what is {entry.name!r} in it?")
                yield entry.name, file.read()
    except (tarfile.TarError, EOFError) as err:
        raise DsockError(f"not an exported context: {err}", "a tar or a zip is one") from None


def _from_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                if entry.file_size > LARGEST:
                    raise DsockError(f"not an exported context: what is {entry.filename!r} in it?")
                yield entry.filename, archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as err:
        raise DsockError(f"not an exported context: {err}") from None


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DsockError(f"not an exported context: its {META} is no JSON object")
    return found


def _plain(part: str) -> bool:
    return part.strip(".") != "" and "\0" not in part and "\\" not in part
