"""--filter of the prunes: what the engine is told, and which objects that leaves to be removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from dsock.errors import DsockError
from dsock.flags import filters
from dsock.flags.filters import Filters
from dsock.flags.times import wire_time

# (labels, Unix time of creation or None) -> True if a prune takes the object.
Takes = Callable[[Mapping[str, str], float | None], bool]


def wanted(texts: Iterable[str], configured: Any) -> Filters:
    """The query parameter `filters`: `texts` of the command line, and those that config.json has
    as "pruneFilters" unless the command line says the opposite. Raises BadFlag."""
    parsed = filters.parse(texts)
    found = parsed.engine
    for key, value in parsed.unwanted:  # the engine's own word here: label!
        found.setdefault(f"{key}!", {})[value] = True
    opposite = {"label": "label!", "label!": "label"}
    for text in configured if isinstance(configured, list) else ():
        key, equals, value = str(text).partition("=")
        if equals and value not in found.get(opposite.get(key, ""), {}):
            found.setdefault(key, {})[value] = True
    return found


def takes(wished: Filters, known: Collection[str], now: float) -> Takes:
    """What tells the objects that the engine would remove by these filters, at the Unix time
    `now`. Raises DsockError, in the engine's words, for those that it would refuse: the ones
    not in `known`, and times that are none."""
    for key in wished:
        if key not in known:
            raise DsockError(f"Invalid filter '{key}'", f"known are {', '.join(sorted(known))}")
    times = list(wished.get("until", ()))
    if len(times) > 1:
        raise DsockError("more than one until filter specified")
    until = float(wire_time(times[0], int(now * 1e9))) if times else None

    def taken(labels: Mapping[str, str], created: float | None) -> bool:
        if until is not None and created is not None and created > until:
            return False
        if not _all_match(wished.get("label", {}), labels):
            return False
        return "label!" not in wished or not _all_match(wished["label!"], labels)

    return taken


def _all_match(texts: Iterable[str], labels: Mapping[str, str]) -> bool:
    for text in texts:
        key, equals, value = text.partition("=")
        if key not in labels or (equals and labels[key] != value):
            return False
    return True
