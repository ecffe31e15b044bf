"""The networks' endpoints, one function each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.engine.curl import variable
from dsock.engine.request import Request, segment

Filters = Mapping[str, Any] | None


def list_(filters: Filters = None) -> Request:
    """GET /networks: a list of networks."""
    return Request("GET", "/networks", {"filters": filters})


def inspect(ref: str, verbose: bool = False, scope: str | None = None) -> Request:
    """GET /networks/{id}."""
    query = {"verbose": verbose or None, "scope": scope}
    return Request("GET", f"/networks/{segment(ref)}", query)


def create(body: Mapping[str, Any]) -> Request:
    """POST /networks/create: {"Id", "Warning"}."""
    return Request("POST", "/networks/create", json=body, dry_answer={"Id": variable("NETWORK")})


def connect(ref: str, body: Mapping[str, Any]) -> Request:
    """POST /networks/{id}/connect: the body names a Container and its EndpointConfig."""
    return Request("POST", f"/networks/{segment(ref)}/connect", json=body)


def disconnect(ref: str, body: Mapping[str, Any]) -> Request:
    """POST /networks/{id}/disconnect: {"Container", "Force"}."""
    return Request("POST", f"/networks/{segment(ref)}/disconnect", json=body)


def remove(ref: str) -> Request:
    """DELETE /networks/{id}."""
    return Request("DELETE", f"/networks/{segment(ref)}")


def prune(filters: Filters = None) -> Request:
    """POST /networks/prune: {"NetworksDeleted"}."""
    return Request("POST", "/networks/prune", {"filters": filters}, dry_answer={})
