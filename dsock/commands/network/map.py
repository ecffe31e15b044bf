"""`dsock network map`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers, networks
from dsock.app import App
from dsock.errors import DsockError
from dsock.options import format_option
from dsock.render import listing
from dsock.views import network_map as views


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Show stopped containers too")
@format_option
@click.option("--svg", metavar="FILE", shell_complete=completion.files,
              help="Write the map as a picture instead")  # fmt: skip
@click.argument("targets", nargs=-1, metavar="[NETWORK...]", shell_complete=completion.networks)
@click.pass_obj
def command(
    app: App, targets: tuple[str, ...], all: bool, format: str | None, svg: str | None
) -> None:
    """Show which container sits on which network, with which address.

    Drawn on a terminal, a table on a pipe.
    """
    if svg:
        from dsock.engine import download

        download.check(svg)
    records = app.engine.json(networks.list_()) or ()
    found = views.networks(records, app.engine.json(containers.list_(all=all)) or ())
    if targets:
        known = {record["Name"]: record["Id"] for record in records}
        for target in targets:
            if not any(_is(network.name, known, target) for network in found):
                raise DsockError(f"no such network: {target}", "`dsock network ls` shows them")
        found = [n for n in found if any(_is(n.name, known, target) for target in targets)]
    if svg:
        from dsock.render import network_map

        if not app.dry_run:
            download.to_file(network_map.svg(found), svg)
    elif app.rich and not format:
        from dsock.render import network_map

        network_map.draw(app.console, found)
    else:
        source = views.TABLE if format in (None, "", "table") else format
        app.write(listing.text(views.view(), views.rows(found), source, app.stdout_is_terminal))


def _is(name: str, known: dict[str, str], target: str) -> bool:
    return name == target or (bool(target) and known.get(name, "").startswith(target))
