"""Which container sits on which network, with which address."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dsock.render.listing import View
from dsock.render.natural import natural
from dsock.views.networks import subnets
from dsock.views.ports import merged

Record = Mapping[str, Any]

TABLE = "table {{.Network}}\t{{.Subnet}}\t{{.Address}}\t{{.Container}}\t{{.State}}\t{{.Ports}}"


@dataclass
class Network:
    """A network and who is on it."""

    name: str
    driver: str = ""
    subnet: str = ""
    gateway: str = ""
    internal: bool = False
    ends: list[End] = field(default_factory=list)


class End(NamedTuple):
    """A container on a network. `others` are its other networks; `shares` is the container
    whose network it uses, "" for its own."""

    container: Record
    name: str
    address: str
    ipv6: str
    others: tuple[str, ...] = ()
    shares: str = ""

    @property
    def ports(self) -> str:
        """What is published, for a person."""
        return merged(
            [port for port in self.container.get("Ports") or () if port.get("PublicPort")]
        )


class Row(NamedTuple):
    """A line of the table: a network, and one of its containers unless it has none."""

    network: Network
    end: End | None


def networks(records: Iterable[Record], containers: Sequence[Record]) -> list[Network]:
    """The networks of GET /networks, those with containers (of GET /containers/json) first."""
    found = {record["Id"]: _network(record) for record in records}
    by_name = {network.name: network for network in found.values()}
    sharing = []
    for container in containers:
        mode = (container.get("HostConfig") or {}).get("NetworkMode") or ""
        if mode.startswith("container:"):
            sharing.append((mode.partition(":")[2], container))
        for name, settings in _ends(container).items():
            network = found.get(settings.get("NetworkID") or "") or by_name.get(name)
            if network is None:  # Podman lists no host
                network = by_name[name] = Network(name, name if name in ("host", "none") else "")
                found[name] = network
            network.ends.append(_end(container, network.name, settings))
    for target, container in sharing:
        _share(found.values(), target, container)
    for network in found.values():
        network.ends.sort(key=_order)
    return sorted(found.values(), key=lambda network: (not network.ends, natural(network.name)))


def rows(found: Iterable[Network]) -> list[Row]:
    """A row for each container on each network."""
    return [Row(network, end) for network in found for end in network.ends or (None,)]


def view() -> View:
    """The fields of a row."""
    return {
        "Network": ("NETWORK", lambda row: row.network.name),
        "Driver": ("DRIVER", lambda row: row.network.driver),
        "Subnet": ("SUBNET", lambda row: row.network.subnet),
        "Gateway": ("GATEWAY", lambda row: row.network.gateway),
        "Internal": ("INTERNAL", lambda row: str(row.network.internal).lower()),
        "Container": ("CONTAINER", lambda row: row.end.name if row.end else ""),
        "ID": ("CONTAINER ID", lambda row: row.end.container["Id"][:12] if row.end else ""),
        "Image": ("IMAGE", lambda row: row.end.container.get("Image", "") if row.end else ""),
        "State": ("STATE", lambda row: row.end.container.get("State", "") if row.end else ""),
        "Address": ("ADDRESS", lambda row: row.end.address if row.end else ""),
        "IPv6": ("IPV6", lambda row: row.end.ipv6 if row.end else ""),
        "Ports": ("PORTS", lambda row: row.end.ports if row.end else ""),
        "Others": ("OTHER NETWORKS", lambda row: ",".join(row.end.others) if row.end else ""),
        "Shares": ("SHARES", lambda row: row.end.shares if row.end else ""),
    }


def _network(record: Record) -> Network:
    configs = (record.get("IPAM") or {}).get("Config") or ()
    gateways = [config["Gateway"] for config in configs if config.get("Gateway")]
    return Network(
        record.get("Name", ""),
        record.get("Driver", ""),
        subnets(record),
        ", ".join(gateways),
        bool(record.get("Internal")),
    )


def _ends(container: Record) -> dict[str, Record]:
    found = (container.get("NetworkSettings") or {}).get("Networks") or {}
    return {name: settings or {} for name, settings in found.items()}


def _end(container: Record, network: str, settings: Record) -> End:
    others = tuple(sorted(set(_ends(container)) - {network}, key=natural))
    if len(_ends(container)) == 1:
        others = ()
    address, ipv6 = settings.get("IPAddress") or "", settings.get("GlobalIPv6Address") or ""
    return End(container, _name(container), address, ipv6, others)


def _share(found: Iterable[Network], target: str, container: Record) -> None:
    """Put `container` beside the one whose network it uses."""
    for network in found:
        for end in list(network.ends):
            if end.container["Id"].startswith(target) or end.name == target:
                whose = end._replace(container=container, name=_name(container), shares=end.name)
                network.ends.append(whose)


def _name(container: Record) -> str:
    names = [name for name in container.get("Names") or () if "/" not in name[1:]]
    return names[0].removeprefix("/") if names else str(container["Id"])[:12]


def _order(end: End) -> tuple[Any, ...]:
    return _number(end.address or end.ipv6), natural(end.shares or end.name), bool(end.shares)


def _number(address: str) -> tuple[int, int]:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return (0, 0)
    return (found.version, int(found))
