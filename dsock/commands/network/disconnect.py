"""`dsock network disconnect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import networks
from dsock.app import App
from dsock.errors import DsockError


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Disconnect a container that is gone, too")
@click.argument("network", metavar="NETWORK", shell_complete=completion.networks)
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.pass_obj
def command(app: App, network: str, target: str, force: bool) -> None:
    """Disconnect a container from a network."""
    if not target.strip():
        raise DsockError("invalid container name or ID: value is empty")
    app.engine.text(networks.disconnect(network, {"Container": target, "Force": force}))
