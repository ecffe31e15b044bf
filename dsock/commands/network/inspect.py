"""`dsock network inspect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import networks
from dsock.app import App
from dsock.commands.inspect import Found, format_option, show


@tree.command()
@format_option
@click.option("-v", "--verbose", is_flag=True, help="Show the services and tasks of a swarm, too")
@click.argument(
    "targets", nargs=-1, required=True, metavar="NETWORK [NETWORK...]",
    shell_complete=completion.networks,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], format: str | None, verbose: bool) -> None:
    """Show everything the engine knows about one or more networks."""

    def find(target: str) -> Found:
        return app.engine.open(networks.inspect(target, verbose)).read(), "network"

    show(app, targets, format, find)
