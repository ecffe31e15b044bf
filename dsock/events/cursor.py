"""A file that remembers where a stream of events was, for the next run.

Before something is printed the file's next version is written beside it; after that, it takes
the file's name, which is one step. Killed in between, the next run finds both: where the output
goes to a file, its size tells whether that was printed.
"""

from __future__ import annotations

import json
import os
import stat
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsock.api import system
from dsock.errors import DsockError
from dsock.events.gap import is_own
from dsock.events.resume import Event, Past, key

if TYPE_CHECKING:
    from dsock.engine.client import Engine

REMEMBERED = 512  # events: twice what Docker repeats
FORMAT = 1


class Cursor:
    """The file `path`; `output` is the descriptor that is printed to, if one is."""

    def __init__(self, path: str, output: int | None = None) -> None:
        self._path = Path(path)
        self._next = self._path.with_name(f".{self._path.name}.next")
        self._output = output
        self._engine = ""
        self._began = self._last = 0
        self._keys: deque[str] = deque(maxlen=REMEMBERED)

    def open(self, engine: Engine, now: int) -> Past | None:
        """Where an earlier run with this engine was; None for another engine, or the first run,
        which begins `now` (nanoseconds). GET /info. Raises DsockError for a file that cannot be
        read, or is something else."""
        info = engine.json(system.info()) or {}
        self._engine = str(info.get("ID", ""))
        if engine.podman:  # its ID is another one each time
            self._engine = f"{info.get('Name')}:{info.get('DockerRootDir')}"
        found = self._read(self._path)
        found = self._finished(found)
        if not found or found["engine"] != self._engine:
            self._began = now
            self.prepare([])
            self.commit()
            return None
        self._began, self._last = int(found["began"]), int(found["last"])
        self._keys.extend(map(str, found["keys"]))
        return Past(self._began, self._last, tuple(self._keys))

    def prepare(self, events: list[Event], size: int = 0) -> None:
        """`events` are about to be printed, in `size` bytes."""
        for event in events:
            if not is_own(event):
                self._keys.append(key(event))
                self._last = max(self._last, event.get("timeNano", 0))
        state = {
            "format": FORMAT,
            "engine": self._engine,
            "began": self._began,
            "last": self._last,
            "keys": list(self._keys),
            "output": self._place(size),
        }
        try:
            self._next.write_text(json.dumps(state))
        except OSError as err:
            raise DsockError(f"cannot write {self._path}: {err.strerror}") from None

    def commit(self) -> None:
        """What was prepared has been printed."""
        try:
            self._next.replace(self._path)
        except OSError as err:
            raise DsockError(f"cannot write {self._path}: {err.strerror}") from None

    def _place(self, more: int) -> list[int] | None:
        """Which file the output is, and its size after `more` bytes; None if it is no file."""
        if self._output is None:
            return None
        found = os.fstat(self._output)
        if not stat.S_ISREG(found.st_mode):
            return None
        return [found.st_dev, found.st_ino, found.st_size + more]

    def _finished(self, found: dict[str, Any] | None) -> dict[str, Any] | None:
        """`found`, or the version after it if all of that was printed."""
        try:
            after = self._read(self._next)
        except DsockError:  # killed while it was written, so before it was printed
            after = None
        here, place = self._place(0), after and after.get("output")
        if after and place and here and here[:2] == place[:2] and here[2] >= place[2]:
            return after
        return found

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            found = json.loads(path.read_text() or "null")
            if found is None:
                return None
            if found["format"] == FORMAT and {"engine", "began", "last", "keys"} <= set(found):
                return dict(found)
        except FileNotFoundError:
            return None
        except OSError as err:
            raise DsockError(f"cannot read {path}: {err.strerror}") from None
        except (ValueError, KeyError, TypeError):
            pass
        raise DsockError(f"{path} is no cursor of `dsock events`", "name another file")
