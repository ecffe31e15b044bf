"""Programs that commands run: without a shell, and not for ever."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from dsock.errors import BadFlag, DsockError

SECONDS = 60.0
LINES = 20  # of what a program said
BYTES = 1 << 16


def words(flag: str, text: str) -> list[str]:
    """The words of a command line, in a shell's quotes. Raises BadFlag."""
    try:
        found = shlex.split(text)
    except ValueError as err:
        raise BadFlag(f"{flag}: {err}: {text!r}") from None
    if not found:
        raise BadFlag(f"{flag}: no command")
    return found


def run(argv: Sequence[str], seconds: float = SECONDS) -> None:
    """Run a program to its end.

    Raises DsockError, with the end of what it said, if it fails or takes longer than `seconds`;
    it and what it has started is killed then. What it leaves behind of itself may go on: a
    daemon.
    """
    with tempfile.TemporaryFile() as said:  # a pipe would be kept open by a daemon
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
        except (OSError, ValueError) as err:
            reason = getattr(err, "strerror", None) or str(err)
            raise DsockError(f"cannot run {argv[0]}: {reason}") from None
        try:
            code = process.wait(seconds)
        except BaseException as err:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(err, subprocess.TimeoutExpired):
                raise DsockError(f"{argv[0]} took longer than {seconds:g} s") from None
            raise
        if code:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
            raise DsockError("\n".join([f"{shlex.join(argv)} {how}", *_last_lines(said)]))


def _last_lines(file: IO[bytes]) -> list[str]:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - BYTES))
    return file.read().decode("utf-8", "replace").splitlines()[-LINES:]
