"""`dsock network connect`."""

from __future__ import annotations

from typing import Any

import click

from dsock import completion, tree
from dsock.api import networks
from dsock.app import App
from dsock.flags.network import endpoint
from dsock.options import INTEGER


@tree.command()
@click.option("--alias", multiple=True, metavar="NAME",
              help="Another name of the container in the network")  # fmt: skip
@click.option("--driver-opt", multiple=True, metavar="KEY=VALUE", help="Option of the driver")
@click.option("--gw-priority", type=INTEGER, metavar="N",
              help="The network with the highest has the container's gateway")  # fmt: skip
@click.option("--ip", metavar="IP", help="IPv4 address of the container, 172.30.100.104")
@click.option("--ip6", metavar="IP", help="IPv6 address of the container, 2001:db8::33")
@click.option("--link", multiple=True, metavar="CONTAINER[:ALIAS]",
              help="Let it know another container under a name")  # fmt: skip
@click.option("--link-local-ip", multiple=True, metavar="IP", help="Link-local address")
@click.argument("network", metavar="NETWORK", shell_complete=completion.networks)
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.pass_obj
def command(app: App, /, network: str, target: str, **flags: Any) -> None:
    """Connect a container to a network."""
    body = {"Container": target, "EndpointConfig": endpoint(flags, app.engine.version)}
    app.engine.text(networks.connect(network, body))
