"""Recorded calls as an HTTP Archive, which browsers' tools open.

http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from dsock import __version__
from dsock.relay.record import Call


def archive(calls: Iterable[Call]) -> dict[str, Any]:
    """The calls as HAR 1.2."""
    creator = {"name": "dsock trace", "version": __version__}
    entries = [_entry(call) for call in calls]
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}}


def _entry(call: Call) -> dict[str, Any]:
    query = parse_qsl(call.target.partition("?")[2], keep_blank_values=True)
    request: dict[str, Any] = {
        "method": call.method,
        "url": f"http://localhost{call.target}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(call.headers),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": call.sent,
    }
    if call.sent:
        request["postData"] = {"mimeType": _kind(call.headers), "text": call.body}
    milliseconds = round(call.seconds * 1000, 3)
    return {
        "startedDateTime": datetime.fromtimestamp(call.time, UTC).isoformat(),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": call.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(call.answer_headers),
            "content": {
                "size": call.received,
                "mimeType": _kind(call.answer_headers),
                "text": call.answer,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": call.received,
            "comment": call.error,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _kind(headers: Iterable[tuple[str, str]]) -> str:
    found = [value for name, value in headers if name.lower() == "content-type"]
    return found[0] if found else "application/octet-stream"
