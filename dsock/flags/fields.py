"""The fields of a call made by hand: `key==value` for the query, `key=value` and `key:=json` for
the body, as HTTPie and gh write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from dsock.errors import BadFlag

Query = dict[str, object]
_WORDS = {"true": True, "false": False, "null": None}


def fields(
    items: Iterable[str], plain: Iterable[str] = (), typed: Iterable[str] = ()
) -> tuple[Query, Any]:
    """(query, body) of a call; the body is None where no field is for it.

    `items` are what stands behind the path: "all==1" for the query, "Image=nginx" a string and
    "Tty:=true" a JSON value of the body. `plain` are those of -f ("k=v", always strings), `typed`
    those of -F ("k=v" where true, false, null and numbers are such, "k:=json"). A key may reach
    into the body: "HostConfig[Binds][]=/a:/b". Raises BadFlag for what is no such field.
    """
    query: list[tuple[str, str]] = []
    body: dict[str, Any] = {}
    for item in items:
        key, sign, value = _split(item, "==", ":=", "=")
        if sign == "==":
            query.append((key, value))
        else:
            _put(body, key, _json(item, value) if sign == ":=" else value)
    for item in plain:
        key, _, value = _split(item, "=")
        _put(body, key, value)
    for item in typed:
        key, sign, value = _split(item, ":=", "=")
        _put(body, key, _json(item, value) if sign == ":=" else _typed(value))
    return _grouped(query), body or None


def query_of(text: str) -> Query:
    """The query of a path, "all=1&size=1"."""
    return _grouped(parse_qsl(text, keep_blank_values=True))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Query:
    """{key: value}, with a tuple for a key that comes again."""
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return {key: found[0] if len(found) == 1 else tuple(found) for key, found in values.items()}


def _split(item: str, *signs: str) -> tuple[str, str, str]:
    """(key, sign, value): the sign that comes first, the longest of those at one place."""
    places = [(item.find(sign), -len(sign), sign) for sign in signs if sign in item]
    if not places or min(places)[0] == 0:
        wanted = " or ".join(f"KEY{sign}VALUE" for sign in signs)
        raise BadFlag(f"{item!r} is no field", f"write it as {wanted}")
    at, _, sign = min(places)
    return item[:at], sign, item[at + len(sign) :]


def _json(item: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise BadFlag(f"{item!r}: what follows := is not JSON") from None


def _typed(value: str) -> Any:
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else value


def _put(body: dict[str, Any], key: str, value: Any) -> None:
    """Set `key` in the body: "Image", "HostConfig[Privileged]", "Cmd[]" (one more of a list)."""
    name, *inner = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key)
    if key != name + "".join(f"[{part}]" for part in inner):
        raise BadFlag(f"{key!r} is no key", "write it as NAME, NAME[INNER] or NAME[]")
    place: Any = body
    for here, following in zip([name, *inner], [*inner, None], strict=True):
        if isinstance(place, list):
            here = len(place)
            place.append(None)
        elif not isinstance(place, dict):
            raise BadFlag(f"{key!r} is inside of a field that is a value")
        if following is None:
            place[here] = value
            return
        empty: Any = [] if following == "" else {}
        found = place.get(here) if isinstance(place, dict) else None
        place[here] = empty if found is None else found
        place = place[here]
