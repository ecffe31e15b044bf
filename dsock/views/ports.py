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
