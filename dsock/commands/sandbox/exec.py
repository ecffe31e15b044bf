from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.commands.sandbox.options import refuse_dry_run


@tree.command(interspersed=False)
@click.argument("name")
@click.argument("argv", metavar="COMMAND [ARG...]", nargs=-1, required=True)
@click.pass_obj
def command(app: App, name: str, argv: tuple[str, ...]) -> None:
    """Run a command inside a sandbox.

    There its published ports answer on 127.0.0.1.
    """
    from dsock.sandbox import inside, shelf

    refuse_dry_run(app)
    raise SystemExit(inside.call(shelf.named(name), argv, app.environ))
