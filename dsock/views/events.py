"""Events as docker prints them, byte for byte: a line each, or JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from json.encoder import encode_basestring as quoted
from typing import Any

Event = dict[str, Any]
Render = Callable[[list[Event]], str]

SECOND = 1_000_000_000
REMEMBERED = 4096  # words


def plain() -> Render:
    """What makes lines of events: time in the local zone, type, action, id, (attributes)."""
    stamp = _stamp()

    def lines(events: list[Event]) -> str:
        out = []
        for event in events:
            actor = event["Actor"]
            attributes = actor["Attributes"]
            pairs = (
                f" ({', '.join([f'{k}={v}' for k, v in sorted(attributes.items())])})"
                if attributes
                else ""
            )
            when = stamp(event["timeNano"] or event["time"] * SECOND)
            out.append(f"{when}{event['Type']} {event['Action']} {actor['ID']}{pairs}\n")
        return "".join(out)

    return _tolerant(lines)


def as_json() -> Render:
    """What makes JSON of events: docker's keys in docker's order, one object a line."""
    words = _Quoted()

    def lines(events: list[Event]) -> str:
        out = []
        for event in events:
            actor = event["Actor"]
            attributes = actor["Attributes"]
            pairs = "null"
            if attributes is not None:
                items = sorted(attributes.items())
                pairs = f"{{{','.join([f'{words[k]}:{quoted(v)}' for k, v in items])}}}"
            action, ident = quoted(event["Action"]), quoted(actor["ID"])
            out.append(
                f'{{{_old_keys(event, action, ident, words)}"Type":{words[event["Type"]]},'
                f'"Action":{action},"Actor":{{"ID":{ident},"Attributes":{pairs}}}'
                f"{_new_keys(event, words)}}}\n"
            )
        text = "".join(out)
        if "\u2028" in text or "\u2029" in text:  # as Go does, for JavaScript's sake
            text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return text

    return _tolerant(lines)


def complete(event: Event) -> Event:
    """`event` with every key that docker's type has, of the right kind."""
    actor = event.get("Actor") or {}
    attributes = actor.get("Attributes")
    if attributes is not None:
        attributes = {str(key): _text(value) for key, value in attributes.items()}
    whole: Event = {key: _text(event.get(key)) for key in ("status", "id", "from")}
    whole |= {key: _text(event.get(key)) for key in ("Type", "Action")}
    whole["Actor"] = {"ID": _text(actor.get("ID")), "Attributes": attributes}
    whole["scope"] = _text(event.get("scope"))
    whole |= {key: int(event.get(key) or 0) for key in ("time", "timeNano")}
    return whole


class _Quoted(dict[str, str]):
    """Words that come again and again, in JSON's quotes."""

    def __missing__(self, word: str) -> str:
        text = quoted(word)
        if len(self) < REMEMBERED:
            self[word] = text
        return text


def _old_keys(event: Event, action: str, ident: str, words: _Quoted) -> str:
    """What events had before version 1.22 of the API, and mostly still have: `action` and
    `ident` (in quotes) once more, and a container's image."""
    status, identity, image = event.get("status"), event.get("id"), event.get("from")
    if status and status == event["Action"] and identity == event["Actor"]["ID"] and image:
        return f'"status":{action},"id":{ident},"from":{words[image]},'
    if event["Type"] == "dsock":  # where `from` is a time
        image = None
    pairs = (("status", status), ("id", identity), ("from", image))
    return "".join([f'"{key}":{quoted(value)},' for key, value in pairs if value])


def _new_keys(event: Event, words: _Quoted) -> str:
    scope, seconds, nanoseconds = event.get("scope"), event["time"], event["timeNano"]
    if scope and seconds and nanoseconds:
        return f',"scope":{words[scope]},"time":{seconds},"timeNano":{nanoseconds}'
    pairs = (("scope", scope and quoted(scope)), ("time", seconds), ("timeNano", nanoseconds))
    own = ""
    if event["Type"] == "dsock":
        told = [(key, event[key]) for key in ("from", "to", "reason", "n") if key in event]
        own = "".join([f',"{k}":{quoted(v) if isinstance(v, str) else v}' for k, v in told])
    return "".join([f',"{key}":{value}' for key, value in pairs if value]) + own


def _stamp() -> Callable[[int], str]:
    """What makes "2026-11-24T04:26:22.356671047Z " of nanoseconds; the date once a second."""
    current, head, zone = -1, "", ""

    def stamp(nanoseconds: int) -> str:
        nonlocal current, head, zone
        if not nanoseconds:
            return ""
        seconds, fraction = divmod(nanoseconds, SECOND)
        if seconds != current:
            then = time.localtime(seconds)
            current, head = seconds, time.strftime("%Y-%m-%dT%H:%M:%S.", then)
            sign, minutes = "-" if then.tm_gmtoff < 0 else "+", abs(then.tm_gmtoff) // 60
            zone = f"{sign}{minutes // 60:02d}:{minutes % 60:02d} " if then.tm_gmtoff else "Z "
        return f"{head}{fraction:09d}{zone}"

    return stamp


def _tolerant(render: Render) -> Render:
    """`render` for events that lack something: no engine of today sends such ones."""

    def lines(events: list[Event]) -> str:
        try:
            return render(events)
        except (KeyError, TypeError, AttributeError):
            return render(list(map(complete, events)))

    return lines


def _text(value: object) -> str:
    return "" if value is None else str(value)
