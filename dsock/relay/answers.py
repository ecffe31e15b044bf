"""What clients are shown of the engine's answers."""

from __future__ import annotations

import json
import re
from typing import Any

from dsock.relay import head
from dsock.relay.gate import Bytes
from dsock.relay.head import AnswerHead, BadMessage

LONGEST_LINE = 4 << 20  # bytes of one event
# What `hide` names -> the fields that are emptied wherever they stand.
_FIELDS = {
    "env": {"Env", "CreatedBy"},
    "mounts": {"Mounts", "Binds", "VolumesFrom", "GraphDriver", "Mountpoint", "ResolvConfPath",
               "HostnamePath", "HostsPath", "LogPath", "Devices"},
    "labels": {"Labels", "Annotations"},
    "command": {"Command", "Cmd", "Entrypoint", "Args", "Path", "Healthcheck", "ProcessConfig",
                "Log", "OnBuild"},
    "networks": {"NetworkSettings", "IPAM", "Containers", "Ports", "PortBindings",
                 "EndpointsConfig"},
}  # fmt: skip
# Data of users, in which a field's name means nothing.
_DATA = {"Labels", "Annotations", "Options", "Sysctls"}
_PLAIN = {"image", "name", "exitCode", "signal", "execID", "container", "oldName", "type", "driver",
          "execDuration"}  # fmt: skip
_HOP = {"connection", "keep-alive", "upgrade", "proxy-connection", "te", "trailer",
        "proxy-authenticate"}  # fmt: skip


def plain(answer: AnswerHead) -> bytes:
    """The head of an answer without what concerns only the connection to the engine. Raises
    BadMessage for one that sends the client elsewhere."""
    return head.written(_line(answer), _headers(answer))


def rewritten(answer: AnswerHead, hide: frozenset[str], body: bytes) -> bytes:
    """An answer in JSON without what is to be hidden. Raises BadMessage if it is no JSON."""
    hidden = set().union(*(_FIELDS[name] for name in hide))
    return whole(answer, json.dumps(_without(_json(body), hidden), separators=(",", ":")).encode())


def whole(answer: AnswerHead, body: bytes) -> bytes:
    """An answer with another body."""
    framing = ("content-length", "transfer-encoding")
    headers = [(k, v) for k, v in _headers(answer) if k.lower() not in framing]
    return head.written(_line(answer), [*headers, ("Content-Length", str(len(body)))]) + body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        raise BadMessage(
            "the engine's answer cannot be looked into, so it is withheld", 502
        ) from None


class Events:
    """The event stream without commands that exec runs, and without what is not the owner's."""

    def __init__(self, owner: tuple[str, str] | None, hide: frozenset[str]) -> None:
        self._owner = owner
        self._hide = hide
        self._part = b""
        self._error = False  # the answer is no stream of events

    def head(self, answer: AnswerHead) -> bytes:
        headers = [(k, v) for k, v in _headers(answer)
                   if k.lower() not in ("content-length", "transfer-encoding")]  # fmt: skip
        if not 200 <= answer.status < 300:
            self._error = True
        return head.written(_line(answer), [*headers, ("Transfer-Encoding", "chunked")])

    def feed(self, payload: Bytes) -> bytes:
        if self._error:
            return _chunk(payload)
        *lines, self._part = (self._part + payload).split(b"\n")
        if len(self._part) > LONGEST_LINE:
            raise BadMessage("an event is too long to be looked into", 502)
        return _chunk(b"".join(map(self._line, lines)))

    def end(self) -> bytes:
        return _chunk(self._line(self._part)) + b"0\r\n\r\n"

    def _line(self, line: bytes) -> bytes:
        if not line.strip():
            return b""
        event = _json(line)
        if not isinstance(event, dict):
            raise BadMessage("an event cannot be looked into", 502)
        actor = event.get("Actor")
        attributes = actor.get("Attributes") if isinstance(actor, dict) else None
        attributes = attributes if isinstance(attributes, dict) else {}
        if self._owner and attributes.get(self._owner[0]) != self._owner[1]:
            return b""
        for key in ("status", "Action"):
            if str(event.get(key, "")).startswith("exec_"):
                event[key] = re.split("[: ]", event[key])[0]
        if self._hide and isinstance(actor, dict):
            kept = _PLAIN if "labels" in self._hide else set(attributes)
            actor["Attributes"] = {k: v for k, v in attributes.items() if k in kept}
        return json.dumps(event, separators=(",", ":")).encode() + b"\n"


def _chunk(data: Bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), bytes(data)) if len(data) else b""


def _line(answer: AnswerHead) -> str:
    if 300 <= answer.status < 400 and answer.status != 304:
        raise BadMessage(
            "dsock proxy: the engine sends this call elsewhere; that is not followed", 403
        )
    return f"HTTP/1.1 {answer.status} {answer.reason}"


def _headers(answer: AnswerHead) -> list[tuple[str, str]]:
    found = [(k, v) for k, v in answer.headers if k.lower() not in _HOP]
    return found if answer.lasts else [*found, ("Connection", "close")]


def _without(value: Any, hidden: set[str]) -> Any:
    if isinstance(value, list):
        return [_without(one, hidden) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _emptied(inner) if key in hidden
        else inner if key in _DATA else _without(inner, hidden)
        for key, inner in value.items()
    }  # fmt: skip


def _emptied(value: Any) -> Any:
    kind = type(value)
    return kind() if kind in (str, list, dict) else None
