"""A container's body as the calls that make and start it."""

from __future__ import annotations

from dsock.api import containers, networks
from dsock.engine.curl import variable
from dsock.engine.request import Request
from dsock.remake.record import Remade


def calls(made: Remade, version: str) -> list[Request]:
    """Create, connect and start, for a script in which $ID is what the engine answers first."""
    body, later = made.calls(version)
    id_ = variable("ID")
    connects = [
        networks.connect(network, {"Container": id_, "EndpointConfig": endpoint})
        for network, endpoint in later.items()
    ]
    return [containers.create(body, made.name), *connects, containers.start(id_)]
