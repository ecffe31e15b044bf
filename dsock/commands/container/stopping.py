"""The flags of `stop` and `restart`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dsock import completion
from dsock.app import App
from dsock.errors import DsockError
from dsock.flags import since
from dsock.options import INTEGER


def signal_and_timeout(command: Callable[..., Any]) -> Callable[..., Any]:
    """-s/--signal as `signal`, -t/--timeout as `timeout` and its old name --time as `time`."""
    options = (
        click.option(
            "-s", "--signal", metavar="SIGNAL", help="Signal to send to the container",
            shell_complete=completion.signals,
        ),
        click.option(
            "-t", "--timeout", type=INTEGER, metavar="SECONDS",
            help="Seconds to wait before killing the container; -1: for ever",
        ),
        click.option("--time", type=INTEGER, hidden=True),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def seconds(app: App, timeout: int | None, time: int | None) -> int | None:
    """What --timeout says, or --time. Raises DsockError for both."""
    if time is None:
        return timeout
    # On stdout, of all places: docker's flag parser says it there.
    app.write("Flag --time has been deprecated, use --timeout instead\n")
    if timeout is not None:
        raise DsockError("conflicting options: cannot specify both --timeout and --time")
    return time


def usable_signal(app: App, signal: str | None) -> str | None:
    """`signal` if the engine knows the parameter: older ones would not notice it."""
    if signal and not since.speaks(app.engine.version, "1.42"):
        app.note(
            f"WARNING: --signal needs API version 1.42, this engine has {app.engine.version}: "
            "the container's own stop signal is sent"
        )
        return None
    return signal
