"""100 MB through dsock, from or to a container."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import IO

from tests.engine.live import LiveEngine
from tests.scripted import Scripted

LINE = b"0123456789abcdefghij\n"
COUNT = 100_000_000 // len(LINE)
# What prints it in a container.
YES = f"yes {LINE.decode().strip()} | head -n {COUNT}"
BLOCK = 1 << 20
MEMORY = 60_000  # kB; dsock has 30,000 when it begins


def digest() -> str:
    """The SHA-256 of the flood."""
    found = hashlib.sha256()
    for _ in range(COUNT // 1000):
        found.update(LINE * 1000)
    found.update(LINE * (COUNT % 1000))
    return found.hexdigest()


def feed(file: IO[bytes]) -> None:
    """Write the flood and close `file`."""
    with file:
        for _ in range(COUNT // 1000):
            file.write(LINE * 1000)
        file.write(LINE * (COUNT % 1000))


def through(
    engine: LiveEngine | Scripted, *argv: str, stdin: int = subprocess.DEVNULL
) -> tuple[str, int]:
    """(SHA-256 of what dsock writes, its exit code), while its memory stays as it was."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "dsock", *argv], stdin=stdin, stdout=pipe, env=engine.env
    ) as process:
        assert process.stdout is not None
        found, size = hashlib.sha256(), 0
        while block := process.stdout.read(BLOCK):
            found.update(block)
            size += len(block)
            if size == 90 * BLOCK:
                assert peak(process.pid) < MEMORY
    return found.hexdigest(), process.returncode


def peak(pid: int) -> int:
    """The most memory that a process had in kB."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
