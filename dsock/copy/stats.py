"""What an engine tells about a path in a container: the header X-Docker-Container-Path-Stat."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from dsock.api import containers
from dsock.engine.client import Engine
from dsock.errors import ApiError, DsockError

HEADER = "X-Docker-Container-Path-Stat"
# Go's os.FileMode.
FOLDER, LINK, DEVICE, IRREGULAR = 1 << 31, 1 << 27, 1 << 26, 1 << 19
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Stat:
    """A path in a container."""

    mode: int = 0
    size: int = 0
    link: str = ""

    @property
    def is_folder(self) -> bool:
        return bool(self.mode & FOLDER)

    @property
    def is_link(self) -> bool:
        return bool(self.mode & LINK)


def stat(headers: Mapping[str, str]) -> Stat:
    """The stat in an answer's headers. Raises DsockError if there is none."""
    try:
        found = json.loads(base64.b64decode(headers[HEADER]))
        return Stat(int(found["mode"]), int(found["size"]), str(found.get("linkTarget") or ""))
    except (KeyError, ValueError, TypeError, binascii.Error):
        raise DsockError(f"the engine's answer has no {HEADER} that can be read") from None


def look(engine: Engine, container: str, path: str) -> Stat | None:
    """The stat of a path, None if there is none: HEAD /containers/{id}/archive.

    Why there is none does not matter here: the call that copies will be told.
    """
    try:
        return stat(engine.open(containers.archive_stat(container, path)).headers)
    except ApiError:
        return None
