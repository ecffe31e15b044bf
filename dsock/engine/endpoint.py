"""Which engine: the socket to talk to, and where that choice came from."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from dsock.engine import contexts
from dsock.engine.tls import Tls, TlsFlags, chosen
from dsock.errors import DsockError

DEFAULT_SOCKET = "/var/run/docker.sock"
LONGEST_SOCKET_PATH = 107  # bytes: sockaddr_un.sun_path less its end
TCP_PORT, TLS_PORT = 2375, 2376


class Endpoint(NamedTuple):
    """Where an engine listens: `url` as docker spells it, and the `source` of the choice."""

    url: str  # unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host
    source: str  # "--host", "DOCKER_HOST", "context work (DOCKER_CONTEXT)", "default", ...
    tls: Tls | None = None  # how it is spoken to over tcp; None is plain HTTP

    @property
    def socket_path(self) -> str | None:
        """The absolute path of the unix socket, None for tcp."""
        return self.url.removeprefix("unix://") if self.url.startswith("unix://") else None

    @property
    def over_ssh(self) -> bool:
        return self.url.startswith("ssh://")

    @property
    def dialed(self) -> bool:
        """True if more than a plain socket leads there."""
        return self.tls is not None or self.over_ssh

    @property
    def http_url(self) -> str:
        """What a URL for curl begins with."""
        if self.socket_path is not None or self.over_ssh:
            return "http://localhost"
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://" + self.url.removeprefix("tcp://")


def resolve(
    host: str | None,
    context: str | None,
    environ: Mapping[str, str],
    config_dir: Path,
    flags: TlsFlags | None = None,
) -> Endpoint:
    """The endpoint that docker would choose, or else the first socket of a known engine.

    `--context` > `--host` > DOCKER_HOST > DOCKER_CONTEXT > the config's currentContext > sockets.
    Raises DsockError if the choice cannot be used.
    """
    name, source = _chosen(host, context, environ, config_dir)
    if name != contexts.DEFAULT:
        label = f"{source} {name}" if source == "--context" else f"context {name} ({source})"
        found = contexts.usable(name, config_dir)
        return parse(found.host, label, contexts.tls(found))
    return default(None if context else host, environ, config_dir, flags)


def default(
    host: str | None,
    environ: Mapping[str, str],
    config_dir: Path,
    flags: TlsFlags | None = None,
) -> Endpoint:
    """The endpoint of the context default: `--host`, DOCKER_HOST, or the first socket that is
    there. Raises DsockError if the choice cannot be used."""
    source = "--host" if host is not None else "DOCKER_HOST"
    url = host if host is not None else environ.get("DOCKER_HOST")
    if host is None and not url:
        return first_that_exists(known_sockets(environ))
    return parse(url or "", source, chosen(flags or TlsFlags(), environ, config_dir))


def context_name(
    host: str | None, context: str | None, environ: Mapping[str, str], config_dir: Path
) -> str:
    """The docker context that `resolve` looks at; "default" is the one of -H and DOCKER_HOST."""
    return _chosen(host, context, environ, config_dir)[0]


def parse(url: str, source: str, tls: Tls | None = None) -> Endpoint:
    """An endpoint from docker's spelling of a host: unix://PATH, tcp://HOST:PORT, HOST:PORT; also
    a bare path. "" is docker's default. `tls` is for tcp. Raises DsockError for what cannot be
    used."""
    url = url.strip()
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = ("unix" if url.startswith(("/", ".")) or not url else "tcp"), url
    if scheme == "unix":
        return _unix(rest or DEFAULT_SOCKET, source)
    if scheme in ("tcp", "http"):
        return _tcp(rest, url, source, tls)
    if scheme == "ssh":
        return _ssh(url, source)
    raise _unparsable(url, source)


def config_dir(environ: Mapping[str, str]) -> Path:
    """Where docker keeps its configuration: DOCKER_CONFIG, else ~/.docker."""
    chosen = environ.get("DOCKER_CONFIG")
    return Path(chosen) if chosen else Path(_home(environ)) / ".docker"


def known_sockets(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """(engine, path of its socket) in the order in which they are tried."""
    home = _home(environ)
    runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return [
        ("default", DEFAULT_SOCKET),
        ("rootless Docker", f"{runtime}/docker.sock"),
        ("Docker Desktop", f"{home}/.docker/desktop/docker.sock"),
        ("Docker Desktop", f"{home}/.docker/run/docker.sock"),
        ("Colima", f"{home}/.colima/default/docker.sock"),
        ("Colima", f"{home}/.config/colima/default/docker.sock"),
        ("OrbStack", f"{home}/.orbstack/run/docker.sock"),
        ("Rancher Desktop", f"{home}/.rd/docker.sock"),
        ("Podman", "/run/podman/podman.sock"),
        ("rootless Podman", f"{runtime}/podman/podman.sock"),
    ]


def first_that_exists(sockets: list[tuple[str, str]]) -> Endpoint:
    """The first of (engine, path) that is there, docker's default if none is."""
    for engine, path in sockets:
        if os.path.exists(path):
            return _unix(path, engine if engine == "default" else f"the socket of {engine}")
    return _unix(DEFAULT_SOCKET, "default")


def _chosen(
    host: str | None, context: str | None, environ: Mapping[str, str], config_dir: Path
) -> tuple[str, str]:
    """(name of the context, what chose it)."""
    if context:
        return context, "--context"
    if host is not None:
        return "default", "--host"
    if environ.get("DOCKER_HOST"):
        return "default", "DOCKER_HOST"
    if environ.get("DOCKER_CONTEXT"):
        return environ["DOCKER_CONTEXT"], "DOCKER_CONTEXT"
    return contexts.current(config_dir), str(config_dir / "config.json")


def _unix(path: str, source: str) -> Endpoint:
    if not os.path.isabs(path):
        path = os.path.join(os.getcwd(), path.removeprefix("./"))
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        size = 0
    if "\0" in path or not size:
        raise DsockError(f"the socket's path is not UTF-8 text: {path!r} (from {source})")
    if size > LONGEST_SOCKET_PATH:
        raise DsockError(
            f"the socket's path is {size} bytes long, more than the {LONGEST_SOCKET_PATH}"
            f" that a unix socket can have: {path} (from {source})",
            "a symbolic link with a short name to its folder helps",
        )
    return Endpoint(f"unix://{path}", source)


def _tcp(rest: str, url: str, source: str, tls: Tls | None) -> Endpoint:
    if rest.count(":") > 1 and not rest.startswith("["):
        rest = f"[{rest}]"  # a bare IPv6 address
    try:
        parts = urlsplit(f"//{rest}")
        host, port = (
            parts.hostname or "localhost",
            parts.port or (TCP_PORT if tls is None else TLS_PORT),
        )
    except ValueError:
        raise _unparsable(url, source) from None
    if not rest.isprintable() or " " in rest or parts.username is not None or parts.query:
        raise _unparsable(url, source)
    if ":" in host:
        host = f"[{host}]"
    return Endpoint(f"tcp://{host}:{port}{parts.path.rstrip('/')}", source, tls)


def _ssh(url: str, source: str) -> Endpoint:
    """The endpoint of "ssh://[USER@]HOST[:PORT][/SOCKET]". What ssh or a shell would take for
    something else than a name is refused: contexts come from files of others."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _unparsable(url, source) from None
    plain = re.compile(r"[\w.:@%/+-]+", re.ASCII)
    names = [host or "", *filter(None, (parts.username, parts.path))]
    if (
        parts.password is not None
        or parts.query
        or parts.fragment
        or not all(plain.fullmatch(name) and not name.startswith("-") for name in names)
    ):
        raise _unparsable(url, source)
    return Endpoint(url, source)


def _unparsable(url: str, source: str) -> DsockError:
    return DsockError(
        f"unable to parse docker host {url!r} (from {source})",
        "write unix:///path/to/docker.sock, ssh://user@host or tcp://host:2375; --tlsverify"
        " speaks TLS",
    )


def _home(environ: Mapping[str, str]) -> str:
    return environ.get("HOME") or os.path.expanduser("~")
