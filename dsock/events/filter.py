"""Which events: the keys that the engine knows, and what `!=` leaves out on this side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from dsock.errors import DsockError
from dsock.flags import filters

Match = Callable[[Mapping[str, Any], str], bool]
Keep = Callable[[Mapping[str, Any]], bool]


def parse(texts: Iterable[str]) -> tuple[filters.Filters, Keep | None]:
    """(the engine's filters, what else an event has to pass) of --filter's values.

    An engine takes a key that it does not know for no filter at all, so DsockError is raised
    for one here. BadFlag for a value without "=".
    """
    parsed = filters.parse(texts)
    for name in parsed.engine:
        if name not in MATCHERS:
            raise _unknown(name)
    return parsed.engine, parsed.keep(MATCHERS) if parsed.unwanted else None


def _unknown(name: str) -> DsockError:
    from difflib import get_close_matches

    close = get_close_matches(name, MATCHERS, 1)
    return DsockError(
        f"invalid filter '{name}'",
        f"did you mean {close[0]}?" if close else "one of " + ", ".join(sorted(MATCHERS)),
    )


def _field(name: str) -> Match:
    return lambda event, value: fnmatchcase(event.get(name) or "", value)


def _action(event: Mapping[str, Any], value: str) -> bool:
    """ "exec_start" and "exec_*" also mean "exec_start: sh -c ..."."""
    action = event.get("Action") or ""
    return fnmatchcase(action, value) or fnmatchcase(action.partition(":")[0], value)


def _object(kind: str) -> Match:
    """Something of this kind with that name or the beginning of that id; what happens to a
    container on a network or volume is also the container's."""

    def match(event: Mapping[str, Any], value: str) -> bool:
        attributes = _attributes(event)
        if event.get("Type") != kind:
            return _is_id(str(attributes.get(kind, "")), value)
        return fnmatchcase(attributes.get("name") or "", value) or _is_id(_id(event), value)

    return match


def _image(event: Mapping[str, Any], value: str) -> bool:
    attributes = _attributes(event)
    own = attributes.get("name" if event.get("Type") == "image" else "image") or ""
    name, colon, tag = own.rpartition(":")
    names = (own, name) if colon and "/" not in tag else (own,)
    return _id(event) == value or any(fnmatchcase(one, value) for one in names)


def _label(event: Mapping[str, Any], value: str) -> bool:
    name, equals, wanted = value.partition("=")
    found = _attributes(event).get(name)
    return found is not None and (not equals or fnmatchcase(found, wanted))


def _is_id(whole: str, value: str) -> bool:
    return len(value) >= 4 and whole.startswith(value)


def _id(event: Mapping[str, Any]) -> str:
    return str((event.get("Actor") or {}).get("ID") or "")


def _attributes(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return (event.get("Actor") or {}).get("Attributes") or {}


_KINDS = ("config", "container", "daemon", "network", "node", "plugin", "secret", "service",
          "volume")  # fmt: skip
MATCHERS: dict[str, Match] = {
    **{kind: _object(kind) for kind in _KINDS},
    "event": _action,
    "image": _image,
    "label": _label,
    "scope": _field("scope"),
    "type": _field("Type"),
}
