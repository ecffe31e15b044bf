from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from dsock import tree
from dsock.app import App
from dsock.options import format_option, quiet_option

if TYPE_CHECKING:
    from dsock.sandbox.box import Sandbox

TABLE = "table {{.Name}}\t{{.Engine}}\t{{.Status}}\t{{.Host}}"
VIEW = {
    "Name": ("NAME", lambda row: row["Name"]),
    "Engine": ("ENGINE", lambda row: row["Engine"]),
    "Status": ("STATUS", lambda row: row["Status"]),
    "Host": ("HOST", lambda row: row["Host"]),
}


@tree.command()
@quiet_option
@format_option
@click.pass_obj
def command(app: App, quiet: bool, format: str | None) -> None:
    """List sandboxes."""
    from dsock.render import listing
    from dsock.sandbox import shelf

    boxes = shelf.all_()
    if quiet:
        app.write("".join(f"{box.name}\n" for box in boxes))
    else:
        shape = TABLE if format in (None, "table") else format
        app.write(listing.text(VIEW, [_row(box) for box in boxes], shape))


def _row(box: Sandbox) -> dict[str, Any]:
    from dsock.views.units import duration

    server = box.answers()
    if server:
        status = f"Up {duration(time.time() - box.facts['started'])}"
    else:
        status = "Engine down" if box.holder else "Dead"
    engine = (server or box.facts.get("engine", "?")).partition(" ")[0]
    return {"Name": box.name, "Engine": engine, "Status": status, "Host": box.host}
