"""`dsock volume create`."""

from __future__ import annotations

from typing import Any

import click

from dsock import tree
from dsock.api import volumes
from dsock.app import App
from dsock.errors import DsockError
from dsock.flags.cluster_volume import FLAGS, SINCE, cluster_volume
from dsock.flags.environment import labels
from dsock.flags.since import speaks
from dsock.flags.values import given, pairs


@tree.command()
@click.option("--availability", metavar="STATE", help="Swarm: active, pause or drain")
@click.option("-d", "--driver", default="local", metavar="DRIVER", help="Driver of the volume")
@click.option("--group", metavar="NAME", help="Swarm: a group of volumes that are alike")
@click.option("--label", multiple=True, metavar="KEY=VALUE", help="Set a label of the volume")
@click.option("--limit-bytes", metavar="SIZE", help="Swarm: how large it may be at most")
@click.option("--name", "old_name", hidden=True)
@click.option("-o", "--opt", multiple=True, metavar="KEY=VALUE",
              help="Option of the driver: type=tmpfs, device=tmpfs, o=size=100m")  # fmt: skip
@click.option("--required-bytes", metavar="SIZE", help="Swarm: how large it must be at least")
@click.option("--scope", metavar="SCOPE", help="Swarm: used on a single node, or on multi")
@click.option("--secret", multiple=True, metavar="KEY=VALUE", help="Swarm: secret of the driver")
@click.option("--sharing", metavar="MODE", help="Swarm: none, readonly, onewriter or all")
@click.option("--topology-preferred", multiple=True, metavar="KEY=VALUE,...",
              help="Swarm: where it should better be")  # fmt: skip
@click.option("--topology-required", multiple=True, metavar="KEY=VALUE,...",
              help="Swarm: where it must be reachable")  # fmt: skip
@click.option("--type", metavar="TYPE", help="Swarm: mount or block")
@click.argument("name", metavar="[VOLUME]", required=False)
@click.pass_obj
def command(app: App, /, name: str | None, **flags: Any) -> None:
    """Create a volume.

    Prints its name; without one it gets 64 random digits.
    """
    if flags["old_name"] and name is not None:
        raise DsockError(
            "conflicting options: cannot specify a volume-name through both --name and as a"
            " positional arg"
        )
    for flag in FLAGS:
        if flags[flag] not in (None, ()) and not speaks(app.engine.version, SINCE):
            raise DsockError(
                f'"--{flag.replace("_", "-")}" requires API version {SINCE}, but the engine speaks'
                f" {app.engine.version}"
            )
    body = {
        "Name": name or flags["old_name"],
        "Driver": flags["driver"],
        "DriverOpts": pairs(flags["opt"]),
        "Labels": labels((), flags["label"]),
        "ClusterVolumeSpec": cluster_volume(flags),
    }
    app.write(f"{app.engine.json(volumes.create(given(body)))['Name']}\n")
