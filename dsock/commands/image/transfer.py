"""The progress of a transfer between the engine and a registry, on a terminal or on a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from dsock.app import App
from dsock.errors import ApiError
from dsock.registry.names import HUB
from dsock.render import progress

REFUSED = ("unauthorized", "no basic auth credentials", "authentication required", "denied")


def show(
    app: App,
    records: Iterable[Mapping[str, Any]],
    registry: str,
    quiet: bool,
    to_stderr: bool = False,
) -> None:
    """Print `records` as they come, to their end; nothing with `quiet`.

    Raises ApiError for what the engine refuses, or the `registry` by its mouth.
    """
    try:
        _show(app, records, quiet, to_stderr)
    except ApiError as err:
        if any(word in err.reason for word in REFUSED):
            server = "" if registry == HUB else f" {registry}"
            err.hint = f"does it take another user? `dsock login{server}`"
        raise


def _show(app: App, records: Iterable[Mapping[str, Any]], quiet: bool, to_stderr: bool) -> None:
    if quiet:
        for _ in records:
            pass
    elif _is_watched(app, to_stderr):
        progress.live(records, app.error_console if to_stderr else app.console)
    else:
        for text in progress.plain(records):
            if to_stderr:
                sys.stderr.write(text)
                sys.stderr.flush()
            else:
                app.write(text)
                app.flush()


def _is_watched(app: App, to_stderr: bool) -> bool:
    return app.shows_progress if to_stderr else app.rich
