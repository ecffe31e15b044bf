"""`dsock network rm`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import networks
from dsock.app import App
from dsock.commands.prune import agreed
from dsock.errors import ApiError

INGRESS = (
    "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm"
    " run the same docker engine version. Otherwise, removal may not be effective and"
    " functionality of newly create ingress networks will be impaired."
    "\nAre you sure you want to continue?"
)


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Do not mind networks that do not exist")
@click.argument(
    "targets", nargs=-1, required=True, metavar="NETWORK [NETWORK...]",
    shell_complete=completion.networks,
)  # fmt: skip
@click.pass_obj
def command(app: App, targets: tuple[str, ...], force: bool) -> None:
    """Remove one or more networks."""

    def remove(target: str) -> None:
        try:
            if _is_ingress(app, target) and not agreed(app, INGRESS):
                return
            app.engine.json(networks.remove(target))
        except ApiError as err:
            if not force or err.status != 404:
                raise
        else:
            app.tell(target + "\n")

    app.each(targets, remove, show=False)


def _is_ingress(app: App, target: str) -> bool:
    """True for the network that a swarm's published ports are on."""
    if app.dry_run:
        return False
    try:
        return bool(app.engine.json(networks.inspect(target)).get("Ingress"))
    except ApiError:
        return False  # its removal will tell
