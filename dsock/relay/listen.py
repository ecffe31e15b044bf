"""Sockets that clients come to: made so that nobody else can, and gone when the relay ends."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dsock.errors import DsockError
from dsock.relay.peer import Peer

LONGEST_PATH = 107  # bytes, of a unix socket
GRACE_SECONDS = 2.0  # for connections that are open when the relay is told to stop
BACKLOG = 4096  # who comes while it is full hears "try again", which clients take for the end
BREATH_SECONDS = 0.1  # after a client that could not be taken


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for a socket that only this user can enter, removed at the end. Below TMPDIR, or
    below /tmp where that makes the socket's path too long."""
    for parent in (None, "/tmp"):
        with tempfile.TemporaryDirectory(prefix="dsock-", dir=parent) as folder:
            if len(os.fsencode(folder)) + len("/docker.sock") <= LONGEST_PATH:
                yield Path(folder)
                return
    raise DsockError("no folder for a socket: TMPDIR is too long, and so is /tmp")


@contextmanager
def bound(path: Path, mode: int = 0o600, group: int = -1) -> Iterator[socket.socket]:
    """A unix socket that listens at `path`, never for a moment open to more than `mode` and
    `group` say, and removed at the end if it is still this one.

    Raises DsockError if the path is in use, too long, or where others could replace the socket.
    """
    path = path.absolute()
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise DsockError(f"{path}: longer than the {LONGEST_PATH} bytes of a socket's path")
    _check_folder(path.parent)
    _remove_stale(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        sock.bind(str(path))
    except OSError as err:
        sock.close()
        raise DsockError(f"cannot listen at {path}: {err.strerror}") from None
    finally:
        os.umask(before)
    made = os.lstat(path)
    try:
        os.chown(path, -1, group)
        os.chmod(path, mode)
        sock.listen(BACKLOG)
        yield sock
    except PermissionError as err:
        raise DsockError(f"{err.filename}: {err.strerror}") from None
    finally:
        sock.close()
        with suppress(OSError):
            now = os.lstat(path)
            if (now.st_dev, now.st_ino) == (made.st_dev, made.st_ino):
                path.unlink()


Serve = Callable[[Peer], Awaitable[None]]


async def accept(sock: socket.socket, serve: Serve, most: int = 4096) -> None:
    """Serve each client that comes, at most `most` at once, until cancelled; then those that are
    there have GRACE_SECONDS to end."""
    import asyncio

    loop = asyncio.get_running_loop()
    sock.setblocking(False)
    serving: set[asyncio.Task[None]] = set()
    room = asyncio.Semaphore(most)

    async def one(client: socket.socket) -> None:
        try:
            await serve(Peer(client))
        finally:
            room.release()

    try:
        while True:
            await room.acquire()
            try:
                client, _ = await loop.sock_accept(sock)
            except OSError:  # no descriptors are left: some will be when somebody leaves
                room.release()
                await asyncio.sleep(BREATH_SECONDS)
                continue
            task = asyncio.create_task(one(client))
            serving.add(task)
            task.add_done_callback(serving.discard)
    finally:
        sock.close()
        if serving:
            await asyncio.wait(serving, timeout=GRACE_SECONDS)
        for task in serving:
            task.cancel()
        if serving:
            await asyncio.wait(serving)


def _check_folder(folder: Path) -> None:
    try:
        found = folder.stat()
    except OSError as err:
        raise DsockError(f"{folder}: {err.strerror}") from None
    if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        raise DsockError(
            f"{folder} can be written by everybody, who could replace the socket",
            "choose a folder of your own",
        )


def _remove_stale(path: Path) -> None:
    """Remove a socket that nobody listens at any more; never through a link."""
    try:
        found = path.lstat()
    except OSError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise DsockError(f"{path} exists and is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(1)
        try:
            sock.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except OSError as err:
            raise DsockError(f"{path}: {err.strerror or err}") from None
        else:
            raise DsockError(f"somebody listens at {path} already")
