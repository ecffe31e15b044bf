"""The swarm's endpoints, one function each."""

from __future__ import annotations

from dsock.engine.request import Request, segment


def inspect(kind: str, ref: str) -> Request:
    """GET /{services|tasks|nodes|secrets|configs}/{id}: one object of a `kind`. Only a manager
    answers. A service comes with the defaults for what it does not say."""
    query = {"insertDefaults": True} if kind == "services" else {}
    return Request("GET", f"/{kind}/{segment(ref)}", query)


def services() -> Request:
    """GET /services: all services. Only a manager answers."""
    return Request("GET", "/services")
