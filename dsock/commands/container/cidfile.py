"""--cidfile: the container's ID in a new file, or no file at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from dsock import files
from dsock.app import App
from dsock.errors import DsockError


@contextmanager
def cidfile(app: App, path: str | None) -> Iterator[Callable[[str], object]]:
    """What takes the ID and writes it to the file `path`, if there is one to write.

    The file is there from the start, and removed again if no container comes of it; a dry run
    has its script write it. Raises DsockError if there is such a file already: another
    container's ID may be in it.
    """
    if not path:
        yield str
        return
    if os.path.lexists(path):
        raise DsockError(
            f"container ID file found, make sure the other container isn't running or delete {path}"
        )
    if app.script is not None:
        yield lambda text: app.script.keep(text, path)
        return
    try:
        file = open(path, "xb", buffering=0)  # noqa: SIM115
    except OSError as err:
        reason = (err.strerror or str(err)).lower()
        what = f"failed to create the container ID file: open {path}: {reason}"
        raise DsockError(what) from None

    def keep(text: str) -> None:
        try:
            files.write(file.fileno(), text.encode())
        except OSError as err:
            raise DsockError(
                f"failed to write the container ID to the file: {path}: {err.strerror}",
                f"the container was created: {text}",
            ) from None

    try:
        with file:
            yield keep
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
