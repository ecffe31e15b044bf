"""What an engine tells about a path in a container: the header X-Docker-Container-Path-Stat."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsock.api import containers
from dsock.copy.places import Place
from dsock.engine.client import Engine
from dsock.errors import ApiError, DsockError

if TYPE_CHECKING:
    from dsock.app import App
    from dsock.engine.dry import DryAnswer
    from dsock.engine.request import Request
    from dsock.engine.transport import Answer

HEADER = "X-Docker-Container-Path-Stat"
# Go's os.FileMode.
FOLDER, LINK, DEVICE, IRREGULAR = 1 << 31, 1 << 27, 1 << 26, 1 << 19


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
    def is_device(self) -> bool:
        return bool(self.mode & DEVICE)

    @property
    def is_irregular(self) -> bool:
        return bool(self.mode & IRREGULAR)

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


def look(engine: Engine, place: Place) -> Stat | None:
    """The stat of a path, None if there is none: HEAD /containers/{id}/archive.

    Why there is none does not matter here: the call that copies will be told.
    """
    try:
        return stat(engine.open(containers.archive_stat(place.container, place.path)).headers)
    except ApiError:
        return None


def opened(app: App, request: Request, shown: bool = True) -> tuple[Answer | DryAnswer, Stat]:
    """The answer to GET /containers/{id}/archive, and the stat that comes with it.

    A dry run asks for the stat alone; the tar is a line of its script if `shown`.
    """
    if not app.dry_run:
        answer = app.engine.open(request)
        return answer, stat(answer.headers)
    from dsock.engine.dry import DryAnswer

    head = replace(request, method="HEAD", streams=False, pipe="")
    found = stat(app.engine.open(head).headers)
    return app.engine.open(request) if shown else DryAnswer(None), found
