"""The plugins' endpoints, one function each."""

from __future__ import annotations

from dsock.engine.request import Request, segment


def inspect(name: str) -> Request:
    """GET /plugins/{name}/json."""
    return Request("GET", f"/plugins/{segment(name, safe='/:@')}/json")
