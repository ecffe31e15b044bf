"""A command inside a sandbox: in its network, its mounts and its processes, on this terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dsock import child
from dsock.errors import DsockError
from dsock.sandbox.box import Sandbox


def call(box: Sandbox, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run `argv` inside `box` and return its exit code, 128 + n if signal n ended it.

    Signals that this process gets go on to the command; those from the terminal it has already.
    Whatever the command leaves running lives as long as the sandbox. Raises DsockError with 126
    or 127 if it cannot be run.
    """
    kept = {name: value for name, value in environ.items() if name not in child.DROPPED}
    cwd = os.getcwd()
    network, mounts = _join_processes(box)

    def enter() -> None:
        _setns(network)
        _setns(mounts)
        with suppress(OSError):  # a folder below /run is not there inside: then it stays at /
            os.chdir(cwd)

    return child.call(argv, {**kept, "DOCKER_HOST": box.host}, enter)


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end this process as an exception does, so that it cleans up."""

    def leave(signo: int, _frame: object) -> None:
        raise SystemExit(128 + signo)

    for signo in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signo) is signal.SIG_DFL:  # nohup's choice stays
            signal.signal(signo, leave)


def _join_processes(box: Sandbox) -> tuple[int, int]:
    """Have this process's later children born inside; returns (network, mounts) for them to join.

    So the command is a child of this process, as nsenter's would not be: its signals, its exit
    code and the terminal's job control need no one in between.
    """
    init = box.init
    if init is None:
        raise DsockError(f"sandbox {box.name} is not running", "see `dsock sandbox ls`")
    spaces = Path(f"/proc/{init}/ns")
    if os.getuid():
        _setns(os.open(spaces / "user", os.O_RDONLY))  # the others are that user namespace's
    _setns(os.open(spaces / "pid", os.O_RDONLY))
    return os.open(spaces / "net", os.O_RDONLY), os.open(spaces / "mnt", os.O_RDONLY)


def _setns(fd: int) -> None:
    import ctypes  # os.setns is there from Python 3.12 on

    if ctypes.CDLL(None, use_errno=True).setns(fd, 0):
        code = ctypes.get_errno()
        raise OSError(code, f"cannot enter the sandbox: {os.strerror(code)}")
