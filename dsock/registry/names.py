"""Under which names registries stand in docker's configuration."""

from __future__ import annotations

from urllib.parse import urlsplit

HUB = "docker.io"
HUB_KEY = "https://index.docker.io/v1/"


def key(domain: str) -> str:
    """The name of the credentials for a registry, of which images' names have the `domain`."""
    return HUB_KEY if domain in (HUB, "index.docker.io") else domain


def hostname(address: str) -> str:
    """HOST[:PORT] of a registry's address: of "https://host:5000/v1/", or "host/v1"."""
    if "://" in address:
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if host:
            host = f"[{host}]" if ":" in host and port else host
            return f"{host}:{port}" if port else host
    return address.partition("/")[0]
