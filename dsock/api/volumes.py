"""The volumes' endpoints, one function each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.engine.curl import variable
from dsock.engine.request import Request, segment

Filters = Mapping[str, Any] | None


def list_(filters: Filters = None) -> Request:
    """GET /volumes: {"Volumes", "Warnings"}."""
    return Request("GET", "/volumes", {"filters": filters})


def inspect(name: str) -> Request:
    """GET /volumes/{name}."""
    return Request("GET", f"/volumes/{segment(name)}")


def create(body: Mapping[str, Any]) -> Request:
    """POST /volumes/create: the volume."""
    name = body.get("Name") or variable("VOLUME")
    return Request("POST", "/volumes/create", json=body, dry_answer={"Name": name})


def remove(name: str, force: bool = False) -> Request:
    """DELETE /volumes/{name}."""
    return Request("DELETE", f"/volumes/{segment(name)}", {"force": force or None})


def update(id_: str, version: int, spec: Mapping[str, Any]) -> Request:
    """PUT /volumes/{name}, for a swarm's volumes only."""
    return Request("PUT", f"/volumes/{segment(id_)}", {"version": version}, json={"Spec": spec})


def prune(filters: Filters = None) -> Request:
    """POST /volumes/prune: {"VolumesDeleted", "SpaceReclaimed"}."""
    return Request("POST", "/volumes/prune", {"filters": filters}, dry_answer={})
