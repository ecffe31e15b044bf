"""Which events: the keys that the engine knows, and what `!=` leaves out on this side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from dsock.errors import DsockError
from dsock.flags import filters

Match = Callable[[Mapping[str, Any], str], bool]
Keep = Callable[[dict[str, Any]], bool]


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


def local(wanted: filters.Filters) -> Keep:
    """What decides as an engine with the filters `wanted` would: names and ids by how they
    begin, whatever the event is about."""
    groups = [(key, list(values)) for key, values in wanted.items() if values]

    def keep(event: Mapping[str, Any]) -> bool:
        return all(_engine_matches(event, key, values) for key, values in groups)

    return keep


def of_containers(ids: Iterable[str]) -> Keep:
    """What keeps the events of containers and what happens to them on networks and volumes."""
    wanted = set(ids)
    return lambda event: _id(event) in wanted or _attributes(event).get("container") in wanted


def every(keeps: Iterable[Keep | None]) -> Keep | None:
    """What all of `keeps` keep; None for everything."""
    some = [keep for keep in keeps if keep is not None]
    if len(some) < 2:
        return some[0] if some else None
    return lambda event: all(keep(event) for keep in some)


def spec(text: str) -> Keep:
    """What tells the events that `--until-event` speaks of: "die", or filters with commas
    between, "event=die,container=web". Raises DsockError as `parse` does."""
    texts = text.split(",") if "=" in text else [f"event={text}"]
    parsed = filters.parse(texts)
    for name in parsed.engine:
        if name not in MATCHERS:
            raise _unknown(name)
    unwanted = parsed.keep(MATCHERS)
    wanted = [(MATCHERS[key], list(values)) for key, values in parsed.engine.items()]
    return lambda event: (
        all(any(match(event, value) for value in values) for match, values in wanted)
        and unwanted(event)
    )


def _engine_matches(event: Mapping[str, Any], key: str, values: list[str]) -> bool:
    if key == "label":
        return all(_has_label(event, value) for value in values)
    if key in ("type", "scope"):
        return event.get("Type" if key == "type" else key) in values
    if key == "event":
        action = str(event.get("Action") or "")
        if _BEGINNINGS.intersection(values):
            return action.startswith(tuple(values))
        return action in values
    if key == "image":
        return any(name in values for name in (_id(event), *_image_names(event)))
    names = (_id(event), str(_attributes(event).get("name") or ""))
    return any(name.startswith(tuple(values)) for name in names)


def _has_label(event: Mapping[str, Any], value: str) -> bool:
    name, equals, wanted = value.partition("=")
    found = _attributes(event).get(name)
    return found is not None and (not equals or found == wanted)


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
    return _id(event) == value or any(fnmatchcase(one, value) for one in _image_names(event))


def _image_names(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Its name, and that without a tag."""
    own = _attributes(event).get("name" if event.get("Type") == "image" else "image") or ""
    name, colon, tag = own.rpartition(":")
    return (own, name) if colon and "/" not in tag else (own,)


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


# With one of these, an engine takes all values of `event` for how an action begins.
_BEGINNINGS = {"health_status", "exec_create", "exec_start"}
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
