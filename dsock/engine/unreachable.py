"""Why nobody answers at an endpoint: one line, where the choice came from, and what to do."""

from __future__ import annotations

import errno
import os
import stat

from dsock.engine.endpoint import Endpoint
from dsock.errors import Unreachable

_START = "start the engine (systemctl start docker), name another with -H, or try `dsock sandbox`"
_LOG = "it may hang, be starting or stopping: journalctl -u docker shows its log"
_LEFT = {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}


def explain(endpoint: Endpoint, err: BaseException) -> Unreachable:
    """The error for a call that failed with `err` before an answer came."""
    system = _system_error(err)
    if endpoint.over_ssh:
        said = system.strerror if system is not None else None
        return Unreachable(
            f"no engine at {endpoint.url} ({chosen(endpoint)}): {said or err}",
            "`ssh HOST docker version` must work without a question: a key or an agent, and docker"
            " there",
        )
    if system is None:
        return not_an_engine(endpoint)
    if isinstance(system, TimeoutError):
        return Unreachable(
            f"cannot connect to {endpoint.url}: no answer in time ({chosen(endpoint)})",
            "is the host up, and does a firewall let the port through?",
        )
    if system.errno is None or system.errno in _LEFT:
        return Unreachable(
            f"the engine at {endpoint.url} closed the connection without an answer"
            f" ({chosen(endpoint)})",
            _LOG,
        )
    if endpoint.socket_path is None:
        if reason := getattr(system, "reason", ""):  # ssl.SSLError
            reason = getattr(system, "verify_message", "") or reason.lower().replace("_", " ")
            return Unreachable(
                f"cannot speak TLS with {endpoint.url}: {reason} ({chosen(endpoint)})",
                "ca.pem, cert.pem and key.pem come from --tlscacert, --tlscert and --tlskey,"
                " DOCKER_CERT_PATH, or the context",
            )
        return Unreachable(
            f"cannot connect to {endpoint.url}: {system.strerror or system} ({chosen(endpoint)})",
            f"does the engine listen there (dockerd -H tcp://...), with{_or_out(endpoint)} TLS?",
        )
    return _about_socket(endpoint.socket_path, system, chosen(endpoint))


def timed_out(endpoint: Endpoint) -> Unreachable:
    """The error for an engine that accepts a connection and does not answer in time."""
    return Unreachable(
        f"the engine at {endpoint.url} accepts connections but does not answer"
        f" ({chosen(endpoint)})",
        _LOG,
    )


def not_an_engine(endpoint: Endpoint, body: bytes = b"") -> Unreachable:
    """The error for something that answers, with `body`, but not as a Docker engine does."""
    if b"HTTPS server" in body:
        return Unreachable(
            f"the engine at {endpoint.url} wants TLS ({chosen(endpoint)})",
            "--tlsverify speaks it, with the certificates in DOCKER_CERT_PATH",
        )
    return Unreachable(
        f"what answers at {endpoint.url} is not a Docker engine ({chosen(endpoint)})",
        "name the engine's socket with -H; `dsock where` shows the choice",
    )


def _or_out(endpoint: Endpoint) -> str:
    return "out" if endpoint.tls is None else ""


def chosen(endpoint: Endpoint) -> str:
    """Where the choice of the endpoint came from, in an error's words."""
    return "by default" if endpoint.source == "default" else f"from {endpoint.source}"


def _about_socket(path: str, err: OSError, choice: str) -> Unreachable:
    if err.errno == errno.ENOENT:
        return Unreachable(f"no engine's socket at {path}: it does not exist ({choice})", _START)
    if err.errno == errno.EACCES:
        return Unreachable(
            f"no permission to use the socket {path} ({choice})", _permission_hint(path)
        )
    kind = _kind(path)
    if kind == stat.S_IFDIR:
        return Unreachable(
            f"{path} is a directory, not an engine's socket ({choice})",
            "docker makes a folder of that name where `-v` mounts a socket that is not there",
        )
    if kind != stat.S_IFSOCK:
        return Unreachable(f"{path} is not a socket ({choice})", _START)
    if err.errno == errno.ECONNREFUSED:
        return Unreachable(
            f"connection refused: no engine listens on {path} ({choice})",
            f"{_START}; in a container a restarted engine has a new socket: mount its folder",
        )
    if err.errno == errno.EAGAIN:
        return Unreachable(
            f"the engine at {path} has too many connections waiting ({choice})", _LOG
        )
    return Unreachable(f"cannot connect to {path}: {err.strerror} ({choice})", _START)


def _system_error(err: BaseException | None) -> OSError | None:
    """The system's error at the bottom of the libraries' exceptions, without a number where a
    library saw the connection end. None if bytes came that are no HTTP."""
    found = None
    while err is not None:
        if isinstance(err, OSError) and not type(err).__module__.startswith("requests"):
            found = err
        err = err.__cause__ or err.__context__
    return found


def _kind(path: str) -> int:
    try:
        return stat.S_IFMT(os.stat(path).st_mode)
    except OSError:
        return stat.S_IFSOCK  # it cannot be looked at: the connection's own error says more


def _permission_hint(path: str) -> str:
    import grp

    try:
        found = os.stat(path)
        group = grp.getgrgid(found.st_gid).gr_name
    except (OSError, KeyError):
        return "the socket or its folder belongs to another user: use sudo, or a rootless engine"
    if not found.st_mode & stat.S_IWGRP or found.st_gid == 0:
        return "the socket belongs to another user: use sudo, or a rootless engine"
    return (
        f"the socket belongs to group {group}: use sudo, or have yourself added to it"
        f" (usermod -aG {group} USER, then log in again), which makes you root on this host"
    )
