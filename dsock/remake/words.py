"""A container's body as flags of `run`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from dsock.flags.networks import is_user_defined
from dsock.remake import table, texts

Body = Mapping[str, Any]
Word = tuple[str, str | None]  # a flag and its value; switches have none


def flags(body: Body, name: str = "", every_network: bool = True) -> list[Word]:
    """The flags that make `body` under a name; only its first network unless `every_network`."""
    named: list[Word] = [("--name", name)] if name else []
    rest = [*_networks(body, every_network), *_fields(body), *_special(body)]
    return [*_streams(body), *named, *rest]


def arguments(body: Body) -> list[str]:
    """What follows the flags: the image, and the command with its arguments."""
    return [body["Image"], *(body.get("Entrypoint") or [])[1:], *(body.get("Cmd") or [])]


def spelled(words: list[Word]) -> list[str]:
    """Each word as one piece of a shell's line."""
    return [flag if value is None else f"{flag} {shlex.quote(value)}" for flag, value in words]


def line(arguments: list[str]) -> str:
    """Arguments as a shell's line."""
    return shlex.join(arguments)


def argv(words: list[Word]) -> list[str]:
    """The same as arguments of a program."""
    return [text for word in words for text in word if text is not None]


def _streams(body: Body) -> Iterator[Word]:
    attached = [name for name in ("Stdin", "Stdout", "Stderr") if body.get(f"Attach{name}")]
    if not attached:
        yield "-d", None
    if body.get("OpenStdin"):
        yield "-i", None
    if body.get("Tty"):
        yield "-t", None
    usual = ["Stdin"] * bool(body.get("OpenStdin")) + ["Stdout", "Stderr"]
    if attached and attached != usual:
        yield from (("--attach", name.lower()) for name in attached)


def _networks(body: Body, every_network: bool) -> Iterator[Word]:
    mode = body["HostConfig"].get("NetworkMode", "default")
    found = body.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    first = found.get(mode, {})
    if mode != "default":  # only the long form has these
        long = {key: first[key] for key in ("DriverOpts", "GwPriority") if key in first}
        yield "--network", _long(mode, long)
    ipam = first.get("IPAMConfig", {})
    for flag, values in (
        ("--ip", [ipam.get("IPv4Address")]),
        ("--ip6", [ipam.get("IPv6Address")]),
        ("--link-local-ip", ipam.get("LinkLocalIPs", [])),
        ("--network-alias", first.get("Aliases", [])),
        ("--link", first.get("Links", []) if is_user_defined(mode) else []),
        ("--mac-address", [first.get("MacAddress")]),
    ):
        yield from ((flag, value) for value in values if value)
    for name in list(found) if every_network else ():
        if name != mode:
            yield "--network", _long(name, found[name])


def _long(name: str, endpoint: Body) -> str:
    """A further network as --network takes it."""
    ipam = endpoint.get("IPAMConfig", {})
    parts = [
        ("ip", ipam.get("IPv4Address")),
        ("ip6", ipam.get("IPv6Address")),
        *(("link-local-ip", address) for address in ipam.get("LinkLocalIPs", [])),
        *(("alias", alias) for alias in endpoint.get("Aliases", [])),
        ("mac-address", endpoint.get("MacAddress")),
        *(("driver-opt", pair) for pair in texts.pairs(endpoint.get("DriverOpts", {}))),
        ("gw-priority", endpoint.get("GwPriority")),
    ]
    given = [f"{key}={value}" for key, value in parts if value]
    return texts.fields(f"name={name}", *given) if given else name


def connection(endpoint: Body) -> list[Word]:
    """The flags of `network connect` for what an engine cannot be told when it creates."""
    ipam = endpoint.get("IPAMConfig", {})
    return [
        (flag, str(value))
        for flag, values in (
            ("--ip", [ipam.get("IPv4Address")]),
            ("--ip6", [ipam.get("IPv6Address")]),
            ("--link-local-ip", ipam.get("LinkLocalIPs", [])),
            ("--alias", endpoint.get("Aliases", [])),
            ("--link", endpoint.get("Links", [])),
            ("--driver-opt", texts.pairs(endpoint.get("DriverOpts", {}))),
            ("--gw-priority", [endpoint.get("GwPriority")]),
        )
        for value in values
        if value
    ]


def _fields(body: Body) -> Iterator[Word]:
    published = table.at(body, "HostConfig.PortBindings") or {}
    user_defined = is_user_defined(body["HostConfig"].get("NetworkMode", "default"))
    for field in table.FIELDS:
        value = table.at(body, field.path)
        if value is None or (field.flag == "--link" and user_defined):
            continue  # the network's links are said with it
        if field.path == "ExposedPorts":
            value = [port.removesuffix("/tcp") for port in value if port not in published]
        yield from ((field.flag, text) for text in field.say(value))


def _special(body: Body) -> Iterator[Word]:
    """What no single part of the body stands for."""
    host = body["HostConfig"]
    if host.get("Init") is False:
        yield "--init=false", None
    if host.get("MaskedPaths") == [] and host.get("ReadonlyPaths") == []:
        yield "--security-opt", "systempaths=unconfined"
    test = (body.get("Healthcheck") or {}).get("Test") or []
    match test[:1]:
        case ["NONE"]:
            yield "--no-healthcheck", None
        case ["CMD-SHELL"]:
            yield "--health-cmd", test[1]
        case ["CMD"]:
            yield "--health-cmd", shlex.join(test[1:])
    if body.get("Entrypoint"):
        yield "--entrypoint", body["Entrypoint"][0]
