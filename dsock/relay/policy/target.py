"""What a request asks for, decoded once and in one way; the engine gets it written anew.

Engines disagree about what a doubtful path means (Docker decodes before it looks up the route,
Podman does not), so whatever could be read in two ways is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from dsock.api import routes
from dsock.relay.policy.denied import Denied

LONGEST = 16384  # bytes of a target: filters can be long
_VERSION = r"/v([1-9][0-9]?(?:\.[0-9]{1,3})?)(?=/)"
_CHARS = r"/?[!-~]*"  # visible ASCII
_BAD_ESCAPE = r"%(?![0-9A-Fa-f]{2})"
NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
# The last but one is what a tag or digest brings; a name never begins with a dot or a colon.
_IMAGE = rf"{NAME}(?::[0-9]+(?=/))?(?:/{NAME})*(?::[A-Za-z0-9_.-]+)?(?:@[a-z0-9]+:[0-9a-f]+)?"
_SHAPES = {"image": _IMAGE, "plugin": _IMAGE, "network": r"[A-Za-z0-9][A-Za-z0-9_. -]*"}
# A link is removed by the name that it gives: rm --link web/db.
_LINKED = {"DELETE /containers/{id}": rf"{NAME}(?:/{NAME})?"}
# Parameters that clients send more than once; every value has to be one that the policy allows.
_SEVERAL = {"names", "t", "platform", "compare", "changes", "extrahosts", "dockerfile"}


class Target(NamedTuple):
    """One call, decoded: its route, what stands for the name in it, and its parameters."""

    route: routes.Route
    version: str  # "1.41", "" if it was not said
    name: str  # what {id} and the like stand for, "" for none
    query: tuple[tuple[str, str], ...]

    @property
    def parameters(self) -> dict[str, str]:
        return dict(self.query)

    def renamed(self, name: str) -> Target:
        """The same call on an object of another name."""
        return self._replace(name=name)

    def asking(self, changed: Mapping[str, str]) -> Target:
        """The same call with parameters set."""
        kept = tuple((key, value) for key, value in self.query if key not in changed)
        return self._replace(query=kept + tuple(changed.items()))

    @property
    def path(self) -> str:
        """The path without version and query."""
        return re.sub(r"\{\w+\}", lambda _: self.name, self.route.template)

    def written(self) -> str:
        """What is sent to the engine."""
        version = f"/v{self.version}" if self.version else ""
        pairs = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in self.query)
        return version + quote(self.path, safe="/:@") + (f"?{pairs}" if pairs else "")


def read(method: str, target: str) -> Target:
    """What a request line asks for. Raises Denied for what no engine has, or for what could be
    read in two ways."""
    if len(target) > LONGEST:
        raise Denied("the request's target is too long", 414)
    if not target.startswith("/") or not re.fullmatch(_CHARS, target):
        raise Denied("the request's target is no plain path", 400)
    if "#" in target or "\\" in target:
        raise Denied("the request's target holds what is not allowed there", 400)
    path, _, query = target.partition("?")
    path = _decoded_path(path)
    found = re.match(_VERSION, path)
    bare = path[found.end() :] if found else path
    route = routes.match(method, bare)
    if route is None:
        raise Denied("the engine has no such call, or it is spelled in no plain way")
    return Target(route, found[1] if found else "", _name(route, bare), _pairs(query))


def _decoded_path(path: str) -> str:
    if re.search(_BAD_ESCAPE, path):
        raise Denied("the path has a broken escape", 400)
    if "%2f" in path.lower():
        raise Denied("the path hides a slash", 400)
    try:
        decoded = unquote_to_bytes(path).decode("ascii")
    except UnicodeDecodeError:
        raise Denied("the path is not ASCII", 400) from None
    segments = decoded.split("/")[1:]
    if any(segment in (".", "..") for segment in segments) or "" in segments[:-1]:
        raise Denied("the path is not in its shortest form", 400)
    if not re.fullmatch(r"[A-Za-z0-9_.:@/ -]+", decoded):
        raise Denied("the path holds what no name has", 400)
    return decoded


def _name(route: routes.Route, path: str) -> str:
    found = re.search(r"\{(\w+)\}", route.template)
    if not found:
        return ""
    tail = route.template[found.end() :]
    name = path[found.start() : len(path) - len(tail)]
    if not re.fullmatch(_LINKED.get(str(route)) or _SHAPES.get(found[1], NAME), name):
        raise Denied(f"{name!r} is no plain name")
    return name


def _pairs(query: str) -> tuple[tuple[str, str], ...]:
    if ";" in query or re.search(_BAD_ESCAPE, query):
        raise Denied("the query could be read in two ways", 400)
    pairs: list[tuple[str, str]] = []
    for item in query.split("&") if query else ():
        key, _, value = item.partition("=")
        pair = _decoded(key), _decoded(value)
        if pair[0] not in _SEVERAL and pair[0] in (known for known, _ in pairs):
            raise Denied(f"the parameter {pair[0]!r} is given more than once", 400)
        pairs.append(pair)
    if len(pairs) > 256:
        raise Denied("too many parameters", 400)
    return tuple(pairs)


def _decoded(text: str) -> str:
    try:
        decoded = unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise Denied("the query is not UTF-8", 400) from None
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", decoded):
        raise Denied("the query holds control characters", 400)
    return decoded
