"""Addresses and names of hosts: IP, MAC, --add-host, --dns-search, --link."""

from __future__ import annotations

import re

from dsock.errors import BadFlag
from dsock.flags.values import bad

_MAC = re.compile(
    r"(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}"
    r"|(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\2){6}[0-9a-f]{2}"
    r"|(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\3){18}[0-9a-f]{2}"
    r"|(?:[0-9a-f]{4}\.){2}(?:[0-9a-f]{4}|(?:[0-9a-f]{4}\.)[0-9a-f]{4})"
    r"|(?:[0-9a-f]{4}\.){9}[0-9a-f]{4}",
    re.I,
)
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = re.compile(rf"(:?{_LABEL}(?:\.:?{_LABEL})*)\.?\s*")


def is_ip(text: str) -> bool:
    """True for an IPv4 or IPv6 address without a zone."""
    return _parsed(text) is not None


def dns_server(text: str) -> str:
    """An IP address of --dns, in its usual spelling. Raises BadFlag."""
    found = _parsed(text.strip())
    if found is None:
        raise bad("--dns", text, f"IP address is not correctly formatted: {text}")
    return found


def dns_search(text: str) -> str:
    """A domain of --dns-search, or "." for none. Raises BadFlag."""
    name = text.strip(" ")
    if name == ".":
        return name
    found = _DOMAIN.fullmatch(name)
    if found is None or not re.search("[a-zA-Z]", name) or len(found[1]) >= 255:
        raise bad("--dns-search", text, f"{name} is not a valid domain")
    return found[1]


def extra_host(text: str) -> str:
    """HOST:IP of --add-host; HOST=IP and [IP] are taken too. Raises BadFlag."""
    host, separator, ip = text.partition("=" if "=" in text else ":")
    if not separator or not host or ":" in host:
        raise bad("--add-host", text, f'bad format for add-host: "{text}"', "write HOST:IP")
    if len(ip) > 2 and ip[0] == "[" and ip[-1] == "]":
        ip = ip[1:-1]
    if ip != "host-gateway" and not is_ip(ip.strip()):
        raise bad("--add-host", text, f'invalid IP address in add-host: "{ip}"')
    return f"{host}:{ip}"


def link(text: str) -> str:
    """CONTAINER[:ALIAS] of --link. Raises BadFlag."""
    if not text:
        raise bad("--link", text, "empty string specified for links")
    if text.count(":") > 1:
        raise bad("--link", text, f"bad format for links: {text}", "write CONTAINER:ALIAS")
    return text


def mac(text: str) -> str:
    """A MAC address as it was written. Raises BadFlag."""
    if not _MAC.fullmatch(text.strip()):
        raise BadFlag(f"{text} is not a valid mac address", "write 02:42:ac:11:00:02")
    return text


def _parsed(text: str) -> str | None:
    import ipaddress

    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
