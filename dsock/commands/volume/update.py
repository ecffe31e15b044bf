"""`dsock volume update`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import volumes
from dsock.app import App
from dsock.errors import DsockError


@tree.command()
@click.option("--availability", metavar="STATE", help="active, pause or drain")
@click.argument("volume", metavar="VOLUME", shell_complete=completion.volumes)
@click.pass_obj
def command(app: App, volume: str, availability: str | None) -> None:
    """Change a volume of a swarm.

    Nothing of an engine's own volumes can be changed.
    """
    found = app.engine.json(volumes.inspect(volume)).get("ClusterVolume")
    if not found:
        raise DsockError("can only update cluster volumes")
    spec = dict(found["Spec"])
    if availability is not None:
        spec["Availability"] = availability
    app.engine.json(volumes.update(found["ID"], found["Version"]["Index"], spec))
