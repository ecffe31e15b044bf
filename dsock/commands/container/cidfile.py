"""--cidfile: the container's ID in a new file, or no file at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from dsock.app import App
from dsock.errors import DsockError


@contextmanager
def cidfile(app: App, path: str | None) -> Iterator[TextIO]:
    """The file to write the ID to; it is removed again if the container is not created.

    Nothing is written without a `path`, nor in a dry run. Raises DsockError if there is such a
    file already, since another container's ID may be in it.
    """
    if path and os.path.lexists(path):
        raise DsockError(
            f"container ID file found, make sure the other container isn't running or delete {path}"
        )
    if not path or app.dry_run:
        with open(os.devnull, "w") as nowhere:
            yield nowhere
        return
    try:
        file = open(path, "x", encoding="ascii")  # noqa: SIM115
    except OSError as err:
        reason = f"failed to create the container ID file: {path}: {err.strerror}"
        raise DsockError(reason) from None
    try:
        with file:
            yield file
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
