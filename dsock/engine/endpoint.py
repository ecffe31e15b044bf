"""Which engine: the socket to talk to, and where that choice came from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dsock.errors import DsockError

DEFAULT_SOCKET = "/var/run/docker.sock"
LONGEST_SOCKET_PATH = 107  # bytes: sockaddr_un.sun_path less its end


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an engine listens: `url` as docker spells it, and the `source` of the choice."""

    url: str  # unix:///var/run/docker.sock or tcp://host:2375
    source: str  # "--host", "DOCKER_HOST", "context work", "default", ...

    @property
    def socket_path(self) -> str | None:
        """The absolute path of the unix socket, None for tcp."""
        return self.url.removeprefix("unix://") if self.url.startswith("unix://") else None

    @property
    def http_url(self) -> str:
        """What a URL for curl begins with."""
        if self.socket_path is not None:
            return "http://localhost"
        return "http://" + self.url.removeprefix("tcp://")


def resolve(
    host: str | None, context: str | None, environ: Mapping[str, str], config_dir: Path
) -> Endpoint:
    """The endpoint that docker would choose, or else the first socket of a known engine.

    `--context` > `--host` > DOCKER_HOST > DOCKER_CONTEXT > the config's currentContext > sockets.
    Raises DsockError if the choice cannot be used.
    """
    if context:
        return _from_context(context, "--context", environ, config_dir)
    if host:
        return parse(host, "--host")
    if environ.get("DOCKER_HOST"):
        return parse(environ["DOCKER_HOST"], "DOCKER_HOST")
    if environ.get("DOCKER_CONTEXT"):
        return _from_context(environ["DOCKER_CONTEXT"], "DOCKER_CONTEXT", environ, config_dir)
    current = current_context(config_dir)
    if current:
        return _from_context(current, str(config_dir / "config.json"), environ, config_dir)
    return _first_socket(environ)


def context_name(
    host: str | None, context: str | None, environ: Mapping[str, str], config_dir: Path
) -> str:
    """The docker context that `resolve` looks at; "default" is the one of -H and DOCKER_HOST."""
    if context:
        return context
    if host or environ.get("DOCKER_HOST"):
        return "default"
    return environ.get("DOCKER_CONTEXT") or current_context(config_dir) or "default"


def parse(url: str, source: str) -> Endpoint:
    """An endpoint from docker's spelling of a host. Raises DsockError for what cannot be used."""
    url = url.strip()
    scheme, separator, rest = url.partition("://")
    if not separator:
        if url.startswith(("/", ".")):
            scheme, rest = "unix", url
        else:
            scheme, rest = "tcp", url
    if scheme == "unix":
        path = os.path.abspath(rest or DEFAULT_SOCKET)
        size = len(os.fsencode(path))
        if size > LONGEST_SOCKET_PATH:
            raise DsockError(
                f"the socket's path is {size} bytes long ({source}): {path}",
                f"a unix socket's path holds {LONGEST_SOCKET_PATH} bytes;"
                " a symbolic link with a short name to its folder helps",
            )
        return Endpoint(f"unix://{path}", source)
    if scheme in ("tcp", "http"):
        host = rest.rstrip("/") or "localhost"
        if not host.rpartition(":")[2].isdigit():
            host += ":2375"
        return Endpoint(f"tcp://{host}", source)
    if scheme in ("ssh", "https"):
        raise DsockError(
            f"{scheme}:// is not supported yet ({source}: {url})",
            "for ssh, forward the socket: ssh -NL /tmp/engine.sock:/var/run/docker.sock HOST,"
            " then dsock -H unix:///tmp/engine.sock"
            if scheme == "ssh"
            else None,
        )
    raise DsockError(
        f"unable to parse docker host {url!r} ({source})",
        "write unix:///path/to/docker.sock or tcp://host:2375",
    )


def current_context(config_dir: Path) -> str:
    """currentContext of docker's config.json, "" if there is none."""
    try:
        config = json.loads((config_dir / "config.json").read_bytes())
    except (OSError, ValueError):
        return ""
    name = config.get("currentContext") if isinstance(config, dict) else ""
    return name if isinstance(name, str) and name != "default" else ""


def config_dir(environ: Mapping[str, str]) -> Path:
    """Where docker keeps its configuration: DOCKER_CONFIG, else ~/.docker."""
    chosen = environ.get("DOCKER_CONFIG")
    return Path(chosen) if chosen else Path(environ.get("HOME") or "~").expanduser() / ".docker"


def known_sockets(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """(engine, path of its socket) in the order in which they are tried."""
    home = environ.get("HOME") or str(Path("~").expanduser())
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


def _first_socket(environ: Mapping[str, str]) -> Endpoint:
    for engine, path in known_sockets(environ):
        if os.path.exists(path):
            return Endpoint(f"unix://{path}", engine)
    return Endpoint(f"unix://{DEFAULT_SOCKET}", "default")


def _from_context(name: str, source: str, environ: Mapping[str, str], config_dir: Path) -> Endpoint:
    """The endpoint of a context in docker's store (contexts/meta/<sha256 of its name>)."""
    if name == "default":
        if source == "--context" and environ.get("DOCKER_HOST"):
            return parse(environ["DOCKER_HOST"], "DOCKER_HOST")
        return _first_socket(environ)
    where = f"context {name}" if source != "--context" else f"--context {name}"
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = config_dir / "contexts" / "meta" / digest / "meta.json"
    try:
        record = json.loads(meta.read_bytes())
        host = record["Endpoints"]["docker"]["Host"]
    except FileNotFoundError:
        raise DsockError(
            f"context {name!r} does not exist (from {source})",
            f"docker's contexts are in {config_dir / 'contexts'}; --context default always is",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise DsockError(f"context {name!r} cannot be read: {meta}: {err}") from None
    if (meta.parents[2] / "tls" / digest / "docker").is_dir():
        raise DsockError(f"context {name!r} uses TLS, which is not supported yet")
    return parse(host or f"unix://{DEFAULT_SOCKET}", where)
