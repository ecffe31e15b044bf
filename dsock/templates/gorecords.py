"""Containers as Go templates see them: the names and types that docker-gen gives to its own.

https://github.com/nginx-proxy/docker-gen#emit-structure
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.errors import BadTemplate
from dsock.templates import Data, records

# docker-gen's words for what it does not set.
NOTHING = {"ID": "", "Name": "", "Address": {}}


class Struct(dict[str, Any]):
    """A struct: a field that it has not is an error."""

    def __gotemplate_lookup__(self, name: str) -> Any:
        if name not in self:
            raise BadTemplate(f"can't evaluate field {name}: there are .{' .'.join(self)}")
        return self[name]


class Context(list[Struct]):
    """The dot of a template: the containers, and `.Env` and `.Docker` beside them."""

    def __init__(self, containers: list[Struct], env: Mapping[str, str]) -> None:
        super().__init__(containers)
        own = env.get("HOSTNAME", "")
        ids = [one["ID"] for one in containers if len(own) >= 12 and one["ID"].startswith(own)]
        self._fields = {
            "Env": dict(env),
            "Docker": Struct(CurrentContainerID=ids[0] if ids else ""),
        }

    def __gotemplate_lookup__(self, name: str) -> Any:
        if name not in self._fields:
            raise BadTemplate(
                f"can't evaluate field {name} in the list of containers",
                "it is ranged over: {{range .}}; beside it there are .Env and .Docker",
            )
        return self._fields[name]


def of(data: Data) -> Context:
    """The dot of a template; `--set` is among the variables of the environment."""
    networks = {record.get("Id"): record for record in data.networks}
    found = [container(record, networks) for record in records.in_order(data.containers)]
    return Context(found, {**data.environ, **data.settings})


def container(record: Mapping[str, Any], networks: Mapping[Any, Mapping[str, Any]]) -> Struct:
    """A RuntimeContainer."""
    config, state = record.get("Config") or {}, record.get("State") or {}
    settings = record.get("NetworkSettings") or {}
    image = records.image(config.get("Image") or "", "")
    mounts = records.mounts(record)
    addresses = _addresses(record, settings)
    return Struct(
        ID=record.get("Id") or "",
        Created=record.get("Created") or "",
        Addresses=addresses,
        PublishedAddresses=[address for address in addresses if address["HostPort"]],
        Networks=[_network(*pair, networks) for pair in records.endpoints(record)],
        Gateway=settings.get("Gateway") or "",
        Name=records.name(record),
        Hostname=config.get("Hostname") or "",
        NetworkMode=(record.get("HostConfig") or {}).get("NetworkMode") or "",
        Image=Struct(Registry=image["registry"], Repository=image["repository"], Tag=image["tag"]),
        Env=records.variables(record),
        Volumes={mount.get("Destination") or "": _volume(mount) for mount in mounts},
        Node=Struct(NOTHING, Address=Struct(IP="")),
        Labels=dict(sorted((config.get("Labels") or {}).items())),
        IP=settings.get("IPAddress") or "",
        IP6LinkLocal=settings.get("LinkLocalIPv6Address") or "",
        IP6Global=settings.get("GlobalIPv6Address") or "",
        Mounts=list(map(_mount, mounts)),
        State=Struct(
            Running=bool(state.get("Running")), Health=Struct(Status=records.health(record))
        ),
    )


def _addresses(record: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Struct]:
    """One for each port: a port published by IPv4 and IPv6 is one."""
    ports = {(port["port"], port["protocol"]): port for port in reversed(records.ports(record))}
    return [_address(ports[key], settings) for key in sorted(ports)]


def _address(port: Mapping[str, Any], settings: Mapping[str, Any]) -> Struct:
    return Struct(
        IP=settings.get("IPAddress") or "",
        IP6LinkLocal=settings.get("LinkLocalIPv6Address") or "",
        IP6Global=settings.get("GlobalIPv6Address") or "",
        Port=str(port["port"]),
        HostPort=str(port["host_port"] or ""),
        Proto=port["protocol"],
        HostIP=port["host_ip"],
    )


def _network(
    name: str, found: Mapping[str, Any], networks: Mapping[Any, Mapping[str, Any]]
) -> Struct:
    whole = networks.get(found.get("NetworkID")) or {}
    return Struct(
        IP=found.get("IPAddress") or "",
        Name=name,
        Gateway=found.get("Gateway") or "",
        EndpointID=found.get("EndpointID") or "",
        IPv6Gateway=found.get("IPv6Gateway") or "",
        GlobalIPv6Address=found.get("GlobalIPv6Address") or "",
        MacAddress=found.get("MacAddress") or "",
        GlobalIPv6PrefixLen=found.get("GlobalIPv6PrefixLen") or 0,
        IPPrefixLen=found.get("IPPrefixLen") or 0,
        Internal=bool(whole.get("Internal")),
    )


def _volume(mount: Mapping[str, Any]) -> Struct:
    return Struct(
        Path=mount.get("Destination") or "",
        HostPath=mount.get("Source") or "",
        ReadWrite=bool(mount.get("RW")),
    )


def _mount(mount: Mapping[str, Any]) -> Struct:
    names = ("Name", "Source", "Destination", "Driver", "Mode")
    return Struct({name: mount.get(name) or "" for name in names}, RW=bool(mount.get("RW")))
