"""`dsock container inspect`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container import inspect_as
from dsock.commands.inspect import Found, format_option, show
from dsock.options import containers_argument


@tree.command()
@format_option
@click.option("-s", "--size", is_flag=True, help="Show total file sizes")
@inspect_as.as_option
@containers_argument(completion.containers)
@click.pass_obj
def command(
    app: App, targets: tuple[str, ...], format: str | None, size: bool, form: str | None
) -> None:
    """Show everything the engine knows about one or more containers."""

    if form:
        inspect_as.show(app, targets, form, format=format, size=size)
        return

    def find(target: str) -> Found:
        return app.engine.open(containers.inspect(target, size)).read(), "container"

    show(app, targets, format, find)
