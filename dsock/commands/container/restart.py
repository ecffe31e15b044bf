"""`dsock restart`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container.stopping import seconds, signal_and_timeout, usable_signal
from dsock.options import containers_argument


@tree.command()
@signal_and_timeout
@containers_argument(completion.containers)
@click.pass_obj
def command(
    app: App, targets: tuple[str, ...], signal: str | None, timeout: int | None, time: int | None
) -> None:
    """Restart one or more containers.

    One after the other.
    """
    grace = seconds(app, timeout, time)
    signal = usable_signal(app, signal)
    app.each(targets, lambda target: app.engine.json(containers.restart(target, grace, signal)))
