"""`dsock history`."""

from __future__ import annotations

import time

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.commands.image.platform import wanted
from dsock.options import format_option, no_trunc_option, quiet_option
from dsock.render import listing
from dsock.views import history


@tree.command()
@format_option
@click.option("-H", "--human/--no-human", default=True,
              help="Show sizes and times in units for people (the default)")  # fmt: skip
@no_trunc_option
@click.option("--platform", metavar="OS/ARCH", help="Show this platform's image of several")
@quiet_option
@click.argument("target", metavar="IMAGE", shell_complete=completion.images)
@click.pass_obj
def command(
    app: App,
    target: str,
    format: str | None,
    human: bool,
    no_trunc: bool,
    platform: str | None,
    quiet: bool,
) -> None:
    """Show the layers of an image and what made them.

    The newest comes first.
    """
    only = wanted(app, platform, "1.48")
    records = app.engine.json(images.history(target, only)) or []
    source = format or "table"
    if app.rich and source == "table" and not quiet and not no_trunc:
        from dsock.render import table
        from dsock.views import screen

        shown = screen.history(time.time(), human)
        table.show(lambda: app.console, app.write, shown, records, screen.HISTORY_STEPS)
    else:
        view = history.view(no_trunc, human, time.time())
        text = history.format(source, quiet, human)
        app.write(listing.text(view, records, text, app.stdout_is_terminal))
