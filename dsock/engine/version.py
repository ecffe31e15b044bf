"""Which version of the API to speak: DOCKER_API_VERSION, or the lower of ours and the engine's."""

from __future__ import annotations

import json
import re
import time
from typing import NamedTuple

from dsock.engine.transport import Transport
from dsock.engine.unreachable import not_an_engine
from dsock.errors import ApiError, DsockError

OURS = "1.51"
# What is spoken where a proxy forbids /_ping: any engine since 20.10 understands it.
ASSUMED = "1.41"
PING_SECONDS = 8.0

_VERSION = re.compile(r"\d+\.\d+", re.ASCII)
_OTHER = r"(?:Minimum|Maximum) supported API version is (\d+\.\d+)"


def newer(one: str, other: str) -> bool:
    """True if version `one` is later than `other`; "1.9" is earlier than "1.41"."""
    return _numbers(one) > _numbers(other)


def wanted(text: str) -> str:
    """The version in DOCKER_API_VERSION, with or without a v. Raises DsockError for others."""
    version = text.removeprefix("v")
    if not _VERSION.fullmatch(version):
        raise DsockError(f"DOCKER_API_VERSION is no API version: {text!r}", "1.41 is one")
    return version


def is_podman(server: str) -> bool:
    """True for the Server header of Podman: "Libpod/5.8.6 (linux)"."""
    return server.startswith("Libpod")


class Ping(NamedTuple):
    """The API version to speak, the engine's Server and Date headers, and when they came
    (nanoseconds by our clock)."""

    version: str
    server: str
    date: str
    came: int


def negotiate(transport: Transport, headers: dict[str, str]) -> Ping:
    """GET /_ping.

    Raises Unreachable if nothing answers or what answers is no engine.
    """
    answer = transport.send("GET", "/_ping", headers, read_seconds=PING_SECONDS)
    body = answer.read()
    server, date = answer.headers.get("Server", ""), answer.headers.get("Date", "")
    ping = Ping(ASSUMED, server, date, time.time_ns())
    theirs = answer.headers.get("Api-Version", "")
    if _VERSION.fullmatch(theirs):
        return ping._replace(version=theirs if newer(OURS, theirs) else OURS)
    if answer.status in (401, 403):
        return ping
    if answer.status >= 500:
        raise ApiError(answer.status, message(answer.status, body), "GET /_ping")
    if theirs or body.strip() != b"OK":
        raise not_an_engine(transport.endpoint, body)
    return ping


def accepted(refusal: ApiError) -> str | None:
    """The version that the engine names where it refuses ours, None for any other error."""
    found = re.search(_OTHER, refusal.reason, re.ASCII) if refusal.status == 400 else None
    return found[1] if found else None


def advice(asked: str | None, theirs: str) -> str:
    """What to do where the engine speaks `theirs` at least or at most, and we do not;
    `asked` is what the user asked for."""
    if asked is not None:
        return f"DOCKER_API_VERSION asks for {asked}: unset it, or set it to {theirs}"
    return f"this engine wants another dsock; DOCKER_API_VERSION={theirs} may do for now"


def message(status: int, body: bytes) -> str:
    """The engine's own words from the body of an error: JSON, plain text, or nothing."""
    try:
        found = json.loads(body)["message"]
        if isinstance(found, str):
            return found.strip()
    except (ValueError, KeyError, TypeError):
        pass
    text = body[:500].decode("utf-8", "replace").strip()
    if text and not text.startswith("<"):
        return text.splitlines()[0]
    return f"the engine answered with status {status}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
