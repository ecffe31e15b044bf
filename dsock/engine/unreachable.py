"""Why nobody answers at an endpoint: one line, where the choice came from, and what to do."""

from __future__ import annotations

import errno
import os
import stat

from dsock.engine.endpoint import Endpoint
from dsock.errors import Unreachable

_START = "start the engine (systemctl start docker), name another with -H, or try `dsock sandbox`"


def explain(endpoint: Endpoint, err: BaseException) -> Unreachable:
    """The error for a connection that failed with `err`."""
    code = _errno(err)
    path = endpoint.socket_path
    where = f"(from {endpoint.source})"
    if path is None:
        why = os.strerror(code) if code else "no answer"
        return Unreachable(
            f"cannot connect to {endpoint.url}: {why} {where}",
            "is the engine listening there (dockerd -H tcp://...), without TLS?",
        )
    if code == errno.ENOENT or not os.path.lexists(path):
        return Unreachable(f"no engine's socket at {path}: it does not exist {where}", _START)
    if code == errno.EACCES:
        return Unreachable(
            f"no permission to use the socket {path} {where}", _permission_hint(path)
        )
    try:
        mode = os.stat(path).st_mode
    except OSError as broken:
        return Unreachable(f"cannot use the socket {path}: {broken.strerror} {where}", _START)
    if stat.S_ISDIR(mode):
        hint = "a container runtime makes a folder of that name where a missing socket is mounted"
        return Unreachable(f"{path} is a directory, not an engine's socket {where}", hint)
    if not stat.S_ISSOCK(mode):
        return Unreachable(f"{path} is not a socket {where}", _START)
    if code == errno.ECONNREFUSED:
        return Unreachable(
            f"connection refused: no engine listens on {path} {where}",
            _START + "; in a container, a restarted engine has a new socket: mount its folder",
        )
    if code is None and isinstance(err, Exception):
        return not_an_engine(endpoint)
    return Unreachable(f"cannot connect to {path}: {os.strerror(code or 0)} {where}", _START)


def timed_out(endpoint: Endpoint) -> Unreachable:
    """The error for an engine that accepts a connection and does not answer in time."""
    return Unreachable(
        f"the engine at {endpoint.url} accepts connections but does not answer"
        f" (from {endpoint.source})",
        "it may hang or still be starting: journalctl -u docker shows its log",
    )


def not_an_engine(endpoint: Endpoint) -> Unreachable:
    """The error for something that answers, but not as a Docker engine does."""
    return Unreachable(
        f"what answers at {endpoint.url} is not a Docker engine (from {endpoint.source})",
        "name the engine's socket with -H; `dsock where` shows the choice",
    )


def _errno(err: BaseException | None) -> int | None:
    """The system's error at the bottom of the libraries' exceptions."""
    code = None
    while err is not None:
        if isinstance(err, OSError) and isinstance(err.errno, int):
            code = err.errno
        err = err.__cause__ or err.__context__
    return code


def _permission_hint(path: str) -> str:
    import grp

    try:
        group = grp.getgrgid(os.stat(path).st_gid).gr_name
    except (OSError, KeyError):
        return "the socket belongs to root: use sudo, or a rootless engine"
    return (
        f"the socket belongs to group {group}: use sudo, or have yourself added to it"
        f" (usermod -aG {group} USER, then log in again), which makes you root on this host"
    )
