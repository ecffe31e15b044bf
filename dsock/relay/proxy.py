"""Sockets with policies before an engine: what `dsock proxy` runs."""

from __future__ import annotations

import grp
import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from dsock.errors import DsockError
from dsock.relay import forward, head, listen
from dsock.relay.gate import Forward, Limits, ReadBody, Tap
from dsock.relay.head import BadMessage, RequestHead
from dsock.relay.judge import Judge
from dsock.relay.peer import Address, Peer
from dsock.relay.policy.denied import Denied
from dsock.relay.policy.load import Listener

LIMITS = Limits(idle=600.0, request=10.0, body=30.0, head_bytes=1 << 16)
MOST_CLIENTS = 256  # of one socket at once
_STRANGER = "this user may not connect"
Log = Callable[[dict[str, Any]], None]


class LogFile:
    """Where each decision becomes a line of JSON: a file that only this user can read, or stderr
    for no path."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._fd = 2
        self.reopen()

    def reopen(self) -> None:
        """Begin the file anew if it was moved away. Raises DsockError if it cannot be opened."""
        if self._path is None:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            fd = os.open(self._path, flags, 0o600)
        except OSError as err:
            raise DsockError(f"{self._path}: {err.strerror}") from None
        if self._fd != 2:
            os.close(self._fd)
        self._fd = fd

    def __call__(self, entry: dict[str, Any]) -> None:
        # Escaped to ASCII, controls too: no path of a client makes a line of its own.
        os.write(self._fd, json.dumps(entry).encode() + b"\n")


class Door:
    """One socket: who may come in, what they may do, and the log of it."""

    def __init__(
        self, listener: Listener, engine: Address, log: Log, limits: Limits = LIMITS
    ) -> None:
        self.judge = Judge(listener.policy, engine)
        self._path = str(listener.path)
        self._engine = engine
        self._log = log
        self._limits = limits

    async def serve(self, client: Peer) -> None:
        """One client's connection."""
        pid, uid, gid = client.credentials()
        who = {"listener": self._path, "pid": pid, "uid": uid, "gid": gid}
        if not self.judge.policy.admits(uid, gid):
            self._say(who, verdict="deny", reason=_STRANGER, status=403)
            client.close()
            return
        await forward.serve(
            client, self._engine, partial(self._gate, who), self._limits,
            lambda err: self._say(who, verdict="deny", reason=err.message, status=err.status),
        )  # fmt: skip

    async def _gate(self, who: dict[str, Any], request: RequestHead, read: ReadBody) -> Forward:
        came: list[bytes] = []

        async def keeping(limit: int) -> bytes:
            came.append(await read(limit))
            return came[-1]

        path, _, query = request.target.partition("?")
        keys = [item.partition("=")[0][:50] for item in query.split("&")[:50] if item]
        what = {"method": request.method[:20], "path": path[:500], "parameters": keys}
        policy = self.judge.policy
        if not policy.admits(who["uid"], who["gid"]):  # any more
            self._say(who, **what, verdict="deny", reason=_STRANGER, status=403)
            raise BadMessage(f"dsock proxy: denied: {_STRANGER}", 403)
        try:
            passed, asked = await self.judge(request, keeping)
        except Denied as err:
            if policy.audit:
                self._say(who, **what, verdict="would-deny", reason=err.message, status=err.status)
                return _unchanged(request, came)
            self._say(who, **what, verdict="deny", reason=err.message, status=err.status)
            raise BadMessage(_told(err), err.status) from None
        except BadMessage as err:
            self._say(who, **what, verdict="deny", reason=err.message, status=err.status)
            raise BadMessage(f"dsock proxy: {err.message}", err.status) from None
        self._say(who, **what, verdict="allow", rule=str(asked.route))

        def failed(reason: str) -> None:
            self._say(who, **what, verdict="failed", reason=reason)

        return replace(passed, tap=_Failure(failed))

    def _say(self, who: dict[str, Any], **what: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._log({"time": now, **who, **what})


class _Failure(Tap):
    """Tells of an exchange that was allowed and came to nothing: the engine away, an answer that
    was withheld, a client that left."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def ended(self, error: str) -> None:
        if error:
            self._tell(error)


def _told(err: Denied) -> str:
    """What the client is told; what is not there is said in the engine's words."""
    return err.message if err.status == 404 else f"dsock proxy: denied: {err.message}"


def _unchanged(request: RequestHead, came: list[bytes]) -> Forward:
    """A request as it came, though its body may have been read already."""
    if not came:
        return Forward(request.raw)
    framing = {"content-length", "transfer-encoding", "expect"}
    headers = [(k, v) for k, v in request.headers if k.lower() not in framing]
    line = f"{request.method} {request.target} HTTP/{request.http}"
    length = ("Content-Length", str(len(came[0])))
    return Forward(head.written(line, [*headers, length]), body=came[0])


def run(
    listeners: Sequence[Listener],
    engine: Address,
    log: LogFile,
    reload: Callable[[], Sequence[Listener]],
    note: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM. SIGHUP makes policies and log anew; if `reload` raises
    DsockError the old ones stay. Raises DsockError if a socket cannot be made."""
    import asyncio

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each client needs two descriptors
    with ExitStack() as stack:
        doors = {one.socket: Door(one, engine, log) for one in listeners}
        socks = [
            stack.enter_context(listen.bound(one.path or Path(), one.mode, group_id(one.group)))
            for one in listeners
        ]

        def again() -> None:
            try:
                fresh = {one.socket: one for one in reload()}
                if set(fresh) != set(doors):
                    raise DsockError("sockets, their modes and groups change only with a restart")
                log.reopen()
            except DsockError as err:
                note(f"{err.message}; the old policy stays")
                return
            for place, door in doors.items():
                door.judge.policy = fresh[place].policy
            note("policy read again")

        asyncio.run(_run(list(doors.values()), socks, again, lambda: note("ready")))


async def _run(
    doors: list[Door], socks: list[socket.socket], again: Callable[[], None],
    ready: Callable[[], None],
) -> None:  # fmt: skip
    import asyncio

    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    loop.add_signal_handler(signal.SIGHUP, again)
    tasks = [
        asyncio.create_task(listen.accept(sock, door.serve, MOST_CLIENTS))
        for sock, door in zip(socks, doors, strict=True)
    ]
    ready()
    await over.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def group_id(name: str) -> int:
    """The number of a group, -1 for "". Raises DsockError if there is none."""
    if not name or name.isdecimal():
        return int(name or -1)
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise DsockError(f"no group {name!r}") from None
