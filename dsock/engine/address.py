"""What to connect to for an endpoint, be it a socket's path, a port, TLS or ssh."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dsock.engine.endpoint import TCP_PORT, Endpoint

if TYPE_CHECKING:
    import socket

    from dsock.engine.dial import Dialer

CONNECT_SECONDS = 10.0


def address(endpoint: Endpoint) -> str | tuple[str, int] | Callable[[], socket.socket]:
    """A unix socket's path, a host and port, or for TLS and ssh a function that connects."""
    if endpoint.dialed:
        through = dialer(endpoint)
        return lambda: through.connect(CONNECT_SECONDS)
    if endpoint.socket_path is not None:
        return endpoint.socket_path
    parts = urlsplit(endpoint.url)
    return parts.hostname or "", parts.port or TCP_PORT


def dialer(endpoint: Endpoint) -> Dialer:
    """What makes plain sockets to an engine behind TLS or ssh."""
    if endpoint.tls is None:
        from dsock.engine.ssh import SshDialer

        return SshDialer(urlsplit(endpoint.url))
    from dsock.engine.dial import TlsDialer

    host, _, port = endpoint.url.removeprefix("tcp://").partition("/")[0].rpartition(":")
    return TlsDialer(host.strip("[]"), int(port), endpoint.tls)
