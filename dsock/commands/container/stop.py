"""`dsock stop`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container.stopping import seconds, signal_and_timeout, usable_signal
from dsock.engine.parallel import started
from dsock.options import containers_argument


@tree.command()
@signal_and_timeout
@containers_argument(completion.running)
@click.pass_obj
def command(
    app: App, targets: tuple[str, ...], signal: str | None, timeout: int | None, time: int | None
) -> None:
    """Stop one or more running containers."""
    grace = seconds(app, timeout, time)
    signal = usable_signal(app, signal)

    def stop(target: str) -> None:
        app.engine.json(containers.stop(target, grace, signal))

    app.each(targets, started(app.engine, stop, targets))
