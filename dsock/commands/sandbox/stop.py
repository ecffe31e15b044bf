from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.commands.sandbox.options import refuse_dry_run


@tree.command()
@click.option("-a", "--all", "every", is_flag=True, help="Every sandbox of this user")
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.pass_obj
def command(app: App, every: bool, names: tuple[str, ...]) -> None:
    """Remove sandboxes and all that is in them.

    Without a name: the one called default.
    """
    from dsock.sandbox import shelf

    refuse_dry_run(app)
    if every:
        names = tuple(box.name for box in shelf.all_())
    elif not names:
        names = ("default",)
    app.each(names, lambda name: shelf.remove(shelf.named(name)))
