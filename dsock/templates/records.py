"""Containers and networks as Jinja2 templates see them: plain names, in an order that stays.

The engine lists labels, networks and ports in any order; what is made here depends only on what
they are, so that the same containers always give the same text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.errors import DsockError
from dsock.flags import references
from dsock.templates import Data

PROJECT, SERVICE = "com.docker.compose.project", "com.docker.compose.service"


class Record(dict[str, Any]):
    """Something with fields: a template that asks for another one is wrong."""


class Table(dict[str, str]):
    """Labels or variables: one that is not there is false."""


def of(data: Data) -> dict[str, Any]:
    """The names that a template can use."""
    containers = in_order(data.containers)
    return {
        "containers": [container(record) for record in containers],
        "networks": [network(record, containers) for record in _by_name(data.networks)],
        "env": Table(sorted(data.environ.items())),
        "settings": Table(sorted(data.settings.items())),
    }


def in_order(containers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By name, then id."""
    return sorted(containers, key=lambda record: (name(record), record.get("Id") or ""))


def container(record: Mapping[str, Any]) -> Record:
    """What a template sees of a container that was inspected."""
    config = record.get("Config") or {}
    state = record.get("State") or {}
    labels = config.get("Labels") or {}
    networks = [_endpoint(*pair) for pair in endpoints(record)]
    running = bool(state.get("Running")) and not state.get("Restarting")
    paused, healthy = bool(state.get("Paused")), health(record)
    return Record(
        id=record.get("Id") or "",
        short_id=(record.get("Id") or "")[:12],
        name=name(record),
        hostname=config.get("Hostname") or "",
        image=image(config.get("Image") or "", record.get("Image") or ""),
        created=record.get("Created") or "",
        status=state.get("Status") or "",
        running=running,
        paused=paused,
        health=healthy,
        ready=running and not paused and healthy in ("", "healthy"),
        exit_code=state.get("ExitCode") or 0,
        env=Table(sorted(variables(record).items())),
        labels=Table(sorted(labels.items())),
        project=labels.get(PROJECT) or "",
        service=labels.get(SERVICE) or "",
        networks=networks,
        network_mode=(record.get("HostConfig") or {}).get("NetworkMode") or "",
        ip=next((found["ip"] for found in networks if found["ip"]), ""),
        ip6=next((found["ip6"] for found in networks if found["ip6"]), ""),
        ports=[Record(port) for port in ports(record)],
        mounts=[_mount(mount) for mount in mounts(record)],
        command=[*([record["Path"]] if record.get("Path") else []), *(record.get("Args") or ())],
    )


def network(record: Mapping[str, Any], containers: list[dict[str, Any]]) -> Record:
    """What a template sees of a network, and the names of the `containers` that are on it."""
    ipam = (record.get("IPAM") or {}).get("Config") or []
    there = (one for one in containers for _, found in endpoints(one)
             if found.get("NetworkID") == record.get("Id"))  # fmt: skip
    return Record(
        id=record.get("Id") or "",
        name=record.get("Name") or "",
        driver=record.get("Driver") or "",
        scope=record.get("Scope") or "",
        internal=bool(record.get("Internal")),
        labels=Table(sorted((record.get("Labels") or {}).items())),
        subnets=sorted(one.get("Subnet") or "" for one in ipam),
        containers=sorted(map(name, there)),
    )


def name(record: Mapping[str, Any]) -> str:
    """A container's name without the slash."""
    return str(record.get("Name") or "").removeprefix("/")


def health(record: Mapping[str, Any]) -> str:
    """starting, healthy, unhealthy, or "" where nothing is checked."""
    state = record.get("State") or {}
    found = (state.get("Health") or state.get("Healthcheck") or {}).get("Status") or ""
    return "" if found == "none" else str(found)


def variables(record: Mapping[str, Any]) -> dict[str, str]:
    """The environment that the container was made with."""
    pairs = ((record.get("Config") or {}).get("Env")) or ()
    return {key: value for key, _, value in (pair.partition("=") for pair in pairs)}


def endpoints(record: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(network's name, endpoint) in order."""
    found = (record.get("NetworkSettings") or {}).get("Networks") or {}
    return sorted((name, endpoint or {}) for name, endpoint in found.items())


def ports(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The container's ports, published ones with where: one entry for each place."""
    exposed = (record.get("Config") or {}).get("ExposedPorts") or {}
    published = (record.get("NetworkSettings") or {}).get("Ports") or {}
    found = []
    for text in {*exposed, *published}:
        number, _, protocol = text.partition("/")
        for bound in published.get(text) or [{}]:
            found.append({
                "port": int(number) if number.isdecimal() else 0,
                "protocol": protocol or "tcp",
                "host_ip": bound.get("HostIp") or "",
                "host_port": int(bound.get("HostPort") or 0),
            })  # fmt: skip
    return sorted(found, key=lambda port: tuple(port.values()))


def mounts(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The container's mounts, in the order of their places."""
    return sorted(record.get("Mounts") or (), key=lambda mount: mount.get("Destination") or "")


def image(text: str, id: str) -> Record:
    """An image's name and its parts, as far as it is a name."""
    parts = dict.fromkeys(("registry", "repository", "tag"), "")
    try:
        found = references.parse(text).or_latest()
    except DsockError:  # an ID
        pass
    else:
        registry, path = "", found.familiar_name
        if found.domain != references.HUB:
            registry, path = found.domain, found.path
        parts = {"registry": registry, "repository": path, "tag": found.tag or ""}
    return Record(name=text, id=id, **parts)


def _endpoint(name: str, found: Mapping[str, Any]) -> Record:
    return Record(
        name=name,
        id=found.get("NetworkID") or "",
        ip=found.get("IPAddress") or "",
        ip6=found.get("GlobalIPv6Address") or "",
        gateway=found.get("Gateway") or "",
        mac=found.get("MacAddress") or "",
        aliases=sorted(found.get("Aliases") or ()),
    )


def _mount(mount: Mapping[str, Any]) -> Record:
    return Record(
        type=mount.get("Type") or "",
        name=mount.get("Name") or "",
        source=mount.get("Source") or "",
        target=mount.get("Destination") or "",
        driver=mount.get("Driver") or "",
        mode=mount.get("Mode") or "",
        writable=bool(mount.get("RW")),
    )


def _by_name(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(records, key=lambda record: (record.get("Name") or "", record.get("Id") or ""))
