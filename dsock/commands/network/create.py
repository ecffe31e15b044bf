"""`dsock network create`."""

from __future__ import annotations

from typing import Any

import click

from dsock import completion, tree
from dsock.api import networks
from dsock.app import App
from dsock.flags.network import create_body


@tree.command()
@click.option("--attachable", is_flag=True, help="Let containers attach to a swarm's network")
@click.option("--aux-address", multiple=True, metavar="NAME=IP",
              help="Keep an address for a use that the driver knows")  # fmt: skip
@click.option("--config-from", metavar="NETWORK", shell_complete=completion.networks,
              help="Copy the configuration of a --config-only network")  # fmt: skip
@click.option("--config-only", is_flag=True, help="Only keep a configuration, for --config-from")
@click.option("-d", "--driver", default="bridge", metavar="DRIVER",
              help="Driver: bridge (the default), macvlan, ipvlan, overlay, ...")  # fmt: skip
@click.option("--gateway", multiple=True, metavar="IP", help="Gateway of a subnet")
@click.option("--ingress", is_flag=True, help="Make it the swarm's routing mesh")
@click.option("--internal", is_flag=True, help="Keep the network apart from the outside")
@click.option("--ip-range", multiple=True, metavar="SUBNET",
              help="Part of a subnet that containers get addresses from")  # fmt: skip
@click.option("--ipam-driver", default="default", metavar="DRIVER", help="Driver of addresses")
@click.option("--ipam-opt", multiple=True, metavar="KEY=VALUE", help="Option of that driver")
@click.option("--ipv4/--no-ipv4", default=None, help="Give containers IPv4 addresses, or not")
@click.option("--ipv6/--no-ipv6", default=None, help="Give containers IPv6 addresses, or not")
@click.option("--label", multiple=True, metavar="KEY=VALUE", help="Set a label of the network")
@click.option("-o", "--opt", multiple=True, metavar="KEY=VALUE", help="Option of the driver")
@click.option("--scope", metavar="SCOPE", help="Where the network reaches: local or swarm")
@click.option("--subnet", multiple=True, metavar="SUBNET", help="Subnet, such as 172.20.0.0/16")
@click.argument("name", metavar="NETWORK")
@click.pass_obj
def command(app: App, /, name: str, **flags: Any) -> None:
    """Create a network.

    Prints its ID. --subnet, --ip-range and --gateway may be repeated, one for each subnet.
    """
    made = app.engine.json(networks.create(create_body(name, flags, app.engine.version)))
    if made.get("Warning"):
        app.note(f"WARNING: {made['Warning']}")
    app.write(f"{made['Id']}\n")
