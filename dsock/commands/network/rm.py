"""`dsock network rm`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import networks
from dsock.app import App
from dsock.errors import ApiError


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Do not complain about a network that is not there")
@click.argument(
    "targets", nargs=-1, required=True, metavar="NETWORK [NETWORK...]",
    shell_complete=completion.networks,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], force: bool) -> None:
    """Remove networks."""

    def remove(target: str) -> None:
        app.engine.json(networks.remove(target))
        app.write(f"{target}\n")

    def remove_if_there(target: str) -> None:
        try:
            remove(target)
        except ApiError as err:
            if not force or err.status != 404:
                raise

    app.each(targets, remove_if_there, show=False)
