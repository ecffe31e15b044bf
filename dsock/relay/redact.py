"""What of another client's calls nobody needs to see."""

from __future__ import annotations

import json
import re
from typing import Any

from dsock.engine import curl

HIDDEN = "REDACTED"
# Values that are secrets in the bodies of these paths alone.
_DATA_PATHS = r"(/v[\d.]+)?/(secrets|configs)(/.*)?"
_DATA_KEYS = {"Data"}
_TOKEN_KEYS = {"jointokens", "jointoken", "worker", "manager", "secret"}


def headers(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a call without what lets somebody in."""
    return [(name, _marked(curl.redacted_header(name, value))) for name, value in pairs]


def text(path: str, body: str) -> str:
    """A body, or the JSON values of a stream, the same way; what is no JSON stays as it is."""
    try:
        return json.dumps(value(path, json.loads(body)), ensure_ascii=False)
    except ValueError:
        pass
    lines = []
    for line in body.splitlines(keepends=True):
        try:
            lines.append(json.dumps(value(path, json.loads(line)), ensure_ascii=False) + "\n")
        except ValueError:
            lines.append(line)
    return "".join(lines)


def value(path: str, found: Any) -> Any:
    """A JSON value of a body, the same way."""
    return _without(curl.redacted(found), re.fullmatch(_DATA_PATHS, path) is not None)


def _without(found: Any, data: bool) -> Any:
    if isinstance(found, dict):
        return {
            key: HIDDEN
            if isinstance(item, str)
            and item
            and (key.lower() in _TOKEN_KEYS or (data and key in _DATA_KEYS))
            else _without(item, data)
            for key, item in found.items()
        }
    if isinstance(found, list):
        return [_without(item, data) for item in found]
    return _marked(found) if isinstance(found, str) else found


def _marked(text: str) -> str:
    """`text` with the shell variables of a printed curl as a plain word."""
    return re.sub(curl.VARIABLE, HIDDEN, text)
