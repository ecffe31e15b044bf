"""--filter: what the engine keeps, and what is left out on this side.

The engine knows `key=value`; `key!=value` is dsock's own, and decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from dsock.errors import BadFlag, DsockError

Filters = dict[str, dict[str, bool]]
# Keys with two values: that it is not the one means for the engine that it is the other.
TRUTHS = ("dangling", "is-task")
OPPOSITE = {"true": "false", "1": "false", "false": "true", "0": "true"}
Matchers = Mapping[str, Callable[[Mapping[str, Any], str], bool]]


class Parsed(NamedTuple):
    """`engine` is the query parameter `filters`; `unwanted` the (key, value) of each `!=`."""

    engine: Filters
    unwanted: list[tuple[str, str]]

    def keep(self, matchers: Matchers) -> Callable[[Mapping[str, Any]], bool]:
        """What tells the records that no `!=` speaks of. Raises DsockError for an unknown key."""
        for key, value in self.unwanted:
            if key not in matchers:
                raise DsockError(
                    f"invalid filter '{key}!={value}'",
                    f"!= works with {', '.join(sorted(matchers))}",
                )
            if key == "name":
                _compiled(value)
        tests = [(matchers[key], value) for key, value in self.unwanted]
        return lambda record: not any(matches(record, value) for matches, value in tests)


def parse(texts: Iterable[str]) -> Parsed:
    """The filters in `texts`, keys in lower case. Raises BadFlag for one without "="."""
    parsed = Parsed({}, [])
    for text in texts:
        if not text:
            continue
        key, equals, value = text.partition("=")
        if not equals:
            raise BadFlag(
                f'invalid argument "{text}" for "-f, --filter" flag: '
                "bad format of filter (expected name=value)",
                "write KEY=VALUE, or KEY!=VALUE for what is not wanted",
            )
        key, value = key.strip().lower(), value.strip()
        negated, key = key.endswith("!"), key.removesuffix("!").strip()
        if negated and key in TRUTHS and value.lower() in OPPOSITE:
            parsed.engine.setdefault(key, {})[OPPOSITE[value.lower()]] = True
        elif negated:
            parsed.unwanted.append((key, value))
        else:
            parsed.engine.setdefault(key, {})[value] = True
    return parsed


def health(record: Mapping[str, Any]) -> str:
    """ "healthy", "unhealthy" or "starting"; "" without a health check."""
    found: str = (record.get("Health") or {}).get("Status", "")
    if not found:  # engines before API 1.52 say it in the status only
        found = record.get("Status", "").partition("(")[2].removesuffix(")")
    found = found.removeprefix("health: ")
    return found if found in ("healthy", "unhealthy", "starting") else ""


def _id(record: Mapping[str, Any], value: str) -> bool:
    return str(record.get("Id", "")).removeprefix("sha256:").startswith(value)


def _label(record: Mapping[str, Any], value: str) -> bool:
    key, equals, wanted = value.partition("=")
    found = (record.get("Labels") or {}).get(key)
    return found is not None and (not equals or found == wanted)


def _name(record: Mapping[str, Any], value: str) -> bool:
    names = record.get("Names") or [record.get("Name", "")]
    return any(_matches(value, name) or _matches(value, name.removeprefix("/")) for name in names)


def _matches(expression: str, text: str) -> bool:
    return _compiled(expression).search(text) is not None


def _compiled(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as err:
        raise DsockError(f"invalid filter 'name!={expression}': {err}") from None


def _status(record: Mapping[str, Any], value: str) -> bool:
    return record.get("State") == value


def _exited(record: Mapping[str, Any], value: str) -> bool:
    return str(record.get("Status", "")).startswith(f"Exited ({value})")


def _health(record: Mapping[str, Any], value: str) -> bool:
    return (health(record) or "none") == value


def _network(record: Mapping[str, Any], value: str) -> bool:
    networks = (record.get("NetworkSettings") or {}).get("Networks") or {}
    return value in networks or any(
        (end.get("NetworkID") or "").startswith(value) for end in networks.values() if value
    )


def _volume(record: Mapping[str, Any], value: str) -> bool:
    return any(
        value in (mount.get("Name"), mount.get("Source"), mount.get("Destination"))
        for mount in record.get("Mounts") or ()
    )


def _ancestor(record: Mapping[str, Any], value: str) -> bool:
    image = record.get("Image", "")
    image_id = record.get("ImageID", "").removeprefix("sha256:")
    return (
        image in (value, f"{value}:latest")
        or f"{image}:latest" == value
        or (len(value) >= 4 and image_id.startswith(value.removeprefix("sha256:")))
    )


def _reference(record: Mapping[str, Any], value: str) -> bool:
    from fnmatch import fnmatchcase

    tags = record.get("RepoTags") or ()
    return any(
        fnmatchcase(tag, value) or fnmatchcase(tag.rpartition(":")[0], value) for tag in tags
    )


def _dangling(record: Mapping[str, Any], value: str) -> bool:
    tags = [tag for tag in record.get("RepoTags") or () if tag != "<none>:<none>"]
    return (not tags) == (value.lower() in ("1", "true"))


def _field(key: str) -> Callable[[Mapping[str, Any], str], bool]:
    return lambda record, value: record.get(key) == value


def _official(record: Mapping[str, Any], value: str) -> bool:
    return bool(record.get("is_official")) == (value.lower() in ("1", "true"))


def _stars(record: Mapping[str, Any], value: str) -> bool:
    return value.isdecimal() and int(record.get("star_count") or 0) >= int(value)


def _network_type(record: Mapping[str, Any], value: str) -> bool:
    own = record.get("Name") in ("bridge", "host", "none") or record.get("Ingress")
    return value == ("builtin" if own else "custom")


def _publish(record: Mapping[str, Any], value: str) -> bool:
    return any(_is_port(value, port, "PublicPort") for port in record.get("Ports") or ())


def _expose(record: Mapping[str, Any], value: str) -> bool:
    return any(_is_port(value, port, "PrivatePort") for port in record.get("Ports") or ())


def _is_port(value: str, port: Mapping[str, Any], key: str) -> bool:
    """True if `port` is in "8080", "8000-8080" or "8000-8080/udp"."""
    numbers, _, kind = value.partition("/")
    first, dash, last = numbers.partition("-")
    number = port.get(key) or 0
    if not (first.isdigit() and (last.isdigit() or not dash)):
        return False
    inside = int(first) <= number <= int(last or first)
    return number > 0 and inside and port.get("Type", "tcp") == (kind or "tcp")


CONTAINERS: Matchers = {
    "ancestor": _ancestor,
    "exited": _exited,
    "expose": _expose,
    "health": _health,
    "id": _id,
    "label": _label,
    "name": _name,
    "network": _network,
    "publish": _publish,
    "status": _status,
    "volume": _volume,
}
IMAGES: Matchers = {"dangling": _dangling, "id": _id, "label": _label, "reference": _reference}
NETWORKS: Matchers = {
    "driver": _field("Driver"),
    "id": _id,
    "label": _label,
    "name": _name,
    "scope": _field("Scope"),
    "type": _network_type,
}
VOLUMES: Matchers = {"driver": _field("Driver"), "label": _label, "name": _name}
SEARCH: Matchers = {"is-official": _official, "stars": _stars}
