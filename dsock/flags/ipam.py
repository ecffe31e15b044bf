"""--subnet, --ip-range, --gateway and --aux-address of `network create`: a network's addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dsock.errors import DsockError
from dsock.flags.values import pairs, words

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network

Config = dict[str, Any]


def ipam(flags: Mapping[str, Any]) -> dict[str, Any]:
    """IPAM as the API has it: what belongs to a subnet is put to it. Raises DsockError, in
    docker's words, for what fits to none or to one that has it already."""
    subnets, ranges, gateways = (words(flags, key) for key in ("subnet", "ip_range", "gateway"))
    if len(subnets) < max(len(ranges), len(gateways)):
        raise DsockError("every ip-range or gateway must have a corresponding subnet")
    configs: dict[str, Config] = {}
    for subnet in subnets:
        if any(_has(other, subnet) or _has(subnet, other) for other in configs):
            raise DsockError("multiple overlapping subnet configuration is not supported")
        configs[subnet] = {"Subnet": subnet}
    for text in ranges:
        _network(text)
        for config in _fitting(configs, text, "range"):
            _once(config, "IPRange", text, "ranges", "on")
    for text in gateways:
        for config in _fitting(configs, text, "gateway"):
            _once(config, "Gateway", text, "gateways", "for")
    for name, address in pairs(flags["aux_address"]).items():
        for config in _fitting(configs, address, "aux-address"):
            config.setdefault("AuxiliaryAddresses", {})[name] = address
    return {
        "Driver": flags["ipam_driver"],
        "Options": pairs(flags["ipam_opt"]),
        "Config": list(configs.values()),
    }


def _fitting(configs: Mapping[str, Config], text: str, what: str) -> Iterable[Config]:
    found = [config for subnet, config in configs.items() if _has(subnet, text)]
    if not found:
        raise DsockError(f"no matching subnet for {what} {text}")
    return found


def _once(config: Config, key: str, text: str, what: str, at: str) -> None:
    if key in config:
        given, subnet = config[key], config["Subnet"]
        both = f"({text}, {given}) {at} the same subnet ({subnet})"
        raise DsockError(f"cannot configure multiple {what} {both}")
    config[key] = text


def _has(subnet: str, text: str) -> bool:
    """True if the address `text`, or the first of the network `text`, is in `subnet`."""
    import ipaddress

    try:
        network = _network(subnet)
    except DsockError as err:
        raise DsockError(f"invalid subnet: {err.message}", err.hint) from None
    address: Address
    if "/" in text:
        _network(text)
    try:
        address = ipaddress.ip_address(text.partition("/")[0])
    except ValueError:
        return False
    return address in network


def _network(text: str) -> Network:
    import ipaddress

    try:
        if re.fullmatch(r"[^/]+/[0-9]+", text):
            return ipaddress.ip_network(text, strict=False)
    except ValueError:
        pass
    raise DsockError(f"invalid CIDR address: {text}", "write 172.20.0.0/16")
