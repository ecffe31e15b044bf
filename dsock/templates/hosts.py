"""Which containers answer for which hosts: what a load balancer's configuration is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dsock.templates.helpers import is_host, is_port, sha1
from dsock.templates.records import Record

# The first is ours, the second what docker-gen's templates read.
HOST = ("dsock.host", "VIRTUAL_HOST")
PORT = ("dsock.port", "VIRTUAL_PORT")


def hosts(containers: Iterable[Any], network: str = "") -> list[Record]:
    """[{name, id, servers: [{name, address, port}]}] of the containers that say for which hosts
    they are, by a label or variable. `id` is a short name for the host.

    Servers are those that are ready (running, not paused, neither unhealthy nor starting), with
    their address on `network`, or the first that they have. What is no host's name and no port is
    left out, so that nothing but such stands in what is returned.
    """
    found: dict[str, list[Record]] = {}
    for container in containers:
        for text in _said(container, *HOST).lower().split(","):
            if is_host(host := text.strip()):
                servers = found.setdefault(host, [])
                servers += [one for one in _server(container, network) if one not in servers]
    return [Record(name=host, id=sha1(host)[:12], servers=found[host]) for host in sorted(found)]


def _server(container: Any, network: str) -> list[Record]:
    addresses = (on["ip"] for on in container["networks"] if network in ("", on["name"]))
    address, port = next(filter(None, addresses), ""), _port(container)
    if not (container["ready"] and address and is_port(port)):
        return []
    return [Record(name=container["name"], address=address, port=int(port))]


def _port(container: Any) -> Any:
    exposed = {one["port"] for one in container["ports"] if one["protocol"] == "tcp"}
    return _said(container, *PORT) or (exposed.pop() if len(exposed) == 1 else 80)


def _said(container: Any, label: str, variable: str) -> str:
    return str(container["labels"].get(label) or container["env"].get(variable) or "")
