"""Published and exposed ports in a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def ports(found: Sequence[Mapping[str, Any]] | None) -> str:
    """Ports as docker ps shows them: "0.0.0.0:8080->80/tcp, 9000-9002/tcp".

    Ports that follow each other and are published under their own number (or not at all)
    make a range; the others come last, each for itself.
    """
    if not found:
        return ""
    ranges: dict[tuple[str, str], list[int]] = {}
    done: list[str] = []
    mapped: list[str] = []
    for private, address, public, kind in sorted(map(_port, found)):
        if address and public != private:
            mapped.append(f"{_host(address)}:{public}->{private}/{kind}")
            continue
        span = ranges.get((address, kind))
        if span is None:
            ranges[address, kind] = [private, private]
        elif span[1] == private - 1:
            span[1] = private
        else:
            done.append(_range(address, kind, span))
            span[:] = private, private
    done += [_range(address, kind, span) for (address, kind), span in ranges.items()]
    return ", ".join(done + mapped)


def _port(port: Mapping[str, Any]) -> tuple[int, str, int, str]:
    """What it is sorted by: (private port, address, public port, protocol)."""
    get = port.get
    return get("PrivatePort", 0), get("IP", ""), get("PublicPort", 0), get("Type", "")


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _range(address: str, kind: str, span: Sequence[int]) -> str:
    first, last = span
    text = str(first) if first == last else f"{first}-{last}"
    return f"{_host(address)}:{text}->{text}/{kind}" if address else f"{text}/{kind}"


def merged(found: Sequence[Mapping[str, Any]] | None) -> str:
    """Ports for a person: IPv4 and IPv6 of one port are one, and what counts up together is a
    range: "*:8080->80/tcp, 127.0.0.1:5000-5003->6000-6003/udp, 9000/tcp". Published ones first."""
    hosts: dict[tuple[int, int, str], set[str]] = {}
    for private, address, public, kind in sorted(map(_port, found or ())):
        hosts.setdefault((public, private, kind), set()).add(address if public else "")
    single = [
        (kind, address, public, private)
        for (public, private, kind), addresses in hosts.items()
        for address in _everywhere(addresses)
    ]
    spans: list[list[Any]] = []  # kind, address, first public and private port, how many
    for kind, address, public, private in sorted(single):
        if spans and spans[-1][:2] == [kind, address] and _follows(spans[-1], public, private):
            spans[-1][4] += 1
        else:
            spans.append([kind, address, public, private, 1])
    spans.sort(key=lambda span: (not span[2], span[3]))
    return ", ".join(_span(*span) for span in spans)


def _everywhere(addresses: set[str]) -> list[str]:
    if addresses >= {"0.0.0.0", "::"}:
        return ["*", *sorted(addresses - {"0.0.0.0", "::"})]
    return sorted(addresses)


def _follows(span: Sequence[Any], public: int, private: int) -> bool:
    _, _, first_public, first_private, count = span
    next_public = first_public + count if first_public else 0
    return bool(private == first_private + count and public == next_public)


def _span(kind: str, address: str, public: int, private: int, count: int) -> str:
    inside = f"{private}-{private + count - 1}" if count > 1 else str(private)
    if not public:
        return f"{inside}/{kind}"
    outside = f"{public}-{public + count - 1}" if count > 1 else str(public)
    return f"{_host(address)}:{outside}->{inside}/{kind}"
