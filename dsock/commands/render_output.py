"""Where `dsock render` writes: a file that is replaced whole, or stdout."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dsock import files
from dsock.app import App
from dsock.commands import program
from dsock.errors import BadFlag, DsockError

# What a file that is a mount of its own, or a folder without write permission, answers.
FIXED = {errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}
NEW = "{}"


def checked_by(command: str | None) -> list[str]:
    """The words of --check, none without it. Raises BadFlag."""
    argv = program.words("--check", command) if command is not None else []
    if argv and not any(NEW in word for word in argv):
        raise BadFlag("--check: the command does not say where the new file is named", "write {}")
    return argv


class Output:
    """The file `name`, or stdout if that is "-"."""

    def __init__(self, app: App, name: str, check: list[str]) -> None:
        self._app, self.name, self._check_argv = app, name, check
        self._last: bytes | None = None  # what went to stdout
        self._warned = False

    def write(self, data: bytes, containers: Iterable[Mapping[str, Any]]) -> bool:
        """Write what is not there yet; True if it was not. A file that is mounted into one of
        `containers` by itself is written in place: they would go on seeing the old one.

        Raises DsockError if it cannot be written or its check fails; the old file stays then.
        """
        if self._app.dry_run:
            return self._write_down(data)
        if self.name == "-":
            return self._print(data)
        target = Path(os.path.realpath(self.name))
        try:
            return self._file(target, data, containers)
        except OSError as err:
            raise DsockError(f"{self.name}: {err.strerror or err}") from None

    def _file(self, target: Path, data: bytes, containers: Iterable[Mapping[str, Any]]) -> bool:
        plain = not target.exists() or stat.S_ISREG(target.stat().st_mode)
        if plain and target.exists() and target.read_bytes() == data:
            return False
        reason = _mounted(target, containers)
        if plain and not reason:
            try:
                files.replace(target, [data], before=self._check)
                return True
            except OSError as err:
                if err.errno not in FIXED or not target.exists():
                    raise
                reason = f"it cannot be replaced ({(err.strerror or '').lower()})"
        if plain and not self._warned:
            self._warned = True
            self._app.complain(
                f"{self.name}: {reason}, so it is written in place",
                "who reads it meanwhile may see some of both; mount its folder instead",
            )
        if self._check_argv:
            with tempfile.NamedTemporaryFile(prefix=f".{target.name}.") as new:
                new.write(data)
                new.flush()
                self._check(Path(new.name))
        files.overwrite(target, data)
        return True

    def _print(self, data: bytes) -> bool:
        if data == self._last:
            return False
        self._last = data
        if self._app.stdout_is_terminal:  # what a label says must not steer it
            from dsock.render.safe import printable

            data = printable(data.decode("utf-8", "replace")).encode()
        self._app.write_bytes(data)
        self._app.flush()
        return True

    def _check(self, new: Path) -> None:
        if self._check_argv:
            program.run([word.replace(NEW, str(new)) for word in self._check_argv])

    def _write_down(self, data: bytes) -> bool:
        script, text = self._app.script, data.decode()
        if self.name == "-":
            return False
        if not self._check_argv:
            script.keep(text, self.name)
            return True
        new = f"{self.name}.new"
        script.keep(text, new)
        script.run([word.replace(NEW, new) for word in self._check_argv])
        script.run(["mv", "--", new, self.name])
        return True


def _mounted(target: Path, containers: Iterable[Mapping[str, Any]]) -> str:
    """Why a container would not see the file replaced, "" if none is to blame."""
    for record in containers:
        for mount in record.get("Mounts") or ():
            if mount.get("Type") == "bind" and mount.get("Source") == str(target):
                name = str(record.get("Name") or "").removeprefix("/")
                return f"it is mounted into {name} as a single file"
    return ""
