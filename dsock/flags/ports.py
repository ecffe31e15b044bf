"""-p and --expose: ports as the API has them.

{"80/tcp": {}} are exposed ports, {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]} bindings.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsock.errors import BadFlag
from dsock.flags.addresses import is_ip
from dsock.flags.values import UINT16

PROTOCOLS = ("tcp", "udp", "sctp")

Bindings = dict[str, list[dict[str, str]]]


def bindings(specs: Iterable[str]) -> Bindings:
    """The bindings of --publish: [[IP:]HOST:]CONTAINER[/PROTOCOL], with ranges, or
    published=HOST,target=CONTAINER,protocol=PROTOCOL. Raises BadFlag."""
    found: Bindings = {}
    for spec in specs:
        for port, binding in _bindings(_short(spec) if "=" in spec else spec):
            found.setdefault(port, []).append(binding)
    return found


def exposed(specs: Iterable[str]) -> list[str]:
    """The ports of --expose: PORT[-PORT][/PROTOCOL]. Raises BadFlag."""
    found = []
    for spec in specs:
        if ":" in spec:
            raise BadFlag(f"invalid port format for --expose: {spec}", "write PORT[/PROTOCOL]")
        ports, protocol = _split_protocol(spec)  # which the engine judges
        first, last = _range(ports, f"invalid range format for --expose: {spec}")
        found += [f"{port}/{protocol}" for port in range(first, last + 1)]
    return found


def _bindings(spec: str) -> list[tuple[str, dict[str, str]]]:
    host, _, container = spec.rpartition(":")
    ip, _, host = host.rpartition(":")
    ports, protocol = _split_protocol(container)
    address = ip[1:-1] if ip.startswith("[") and ip.endswith("]") else ip
    if address and not is_ip(address):
        raise BadFlag(f"invalid IP address: {address}", f"in --publish {spec}")
    if not ports:
        raise BadFlag(f"no port specified: {spec}<empty>", "write [[IP:]HOST:]CONTAINER")
    if protocol.lower() not in PROTOCOLS:
        raise BadFlag(f"invalid proto: {protocol}", "it is tcp, udp or sctp")
    protocol = protocol.lower()
    first, last = _range(ports, f"invalid containerPort: {ports}")
    if not host:
        return [(f"{port}/{protocol}", _binding(address, "")) for port in range(first, last + 1)]
    host_first, host_last = _range(host, f"invalid hostPort: {host}")
    if first == last and host_first != host_last:  # the engine takes a free one of the range
        return [(f"{first}/{protocol}", _binding(address, f"{host_first}-{host_last}"))]
    if last - first != host_last - host_first:
        raise BadFlag(
            f"invalid ranges specified for container and host Ports: {ports} and {host}",
            "both must be as long",
        )
    return [
        (f"{first + i}/{protocol}", _binding(address, str(host_first + i)))
        for i in range(last - first + 1)
    ]


def _binding(ip: str, port: str) -> dict[str, str]:
    return {"HostIp": ip, "HostPort": port}


def _short(spec: str) -> str:
    fields = {"protocol": "tcp"}
    for field in spec.split(","):
        key, equals, value = field.partition("=")
        if not equals or not key:
            raise BadFlag(
                f"invalid publish opts format (should be name=value but got '{field}')",
                "write published=8080,target=80,protocol=tcp",
            )
        fields[key] = value
    return f"{fields.get('published', '')}:{fields.get('target', '')}/{fields['protocol']}"


def _split_protocol(text: str) -> tuple[str, str]:
    ports, _, rest = text.partition("/")
    protocol = rest.partition("/")[0] or "tcp"
    return (ports, protocol) if ports else ("", "")


def _range(text: str, message: str) -> tuple[int, int]:
    first, dash, rest = text.partition("-")
    last = rest.partition("-")[0] if dash else first
    if all(p.isascii() and p.isdigit() and int(p) <= UINT16[1] for p in (first, last)):
        start, end = int(first), int(last)
        if start <= end:
            return start, end
    raise BadFlag(message, "a port is 0 to 65535, a range is 8000-8010")
