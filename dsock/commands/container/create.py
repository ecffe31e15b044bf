"""dsock create: make a container that does not run yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from dsock import tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container.options import create_options
from dsock.flags.create import body


@tree.command(interspersed=False)
@click.argument("image")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@create_options
@click.pass_obj
def command(app: App, image: str, command: tuple[str, ...], **flags: Any) -> None:
    """Create a new container and print its ID; `dsock start` runs it."""
    app.write(create(app, image, command, flags) + "\n")


def create(
    app: App, image: str, command: Sequence[str], flags: Mapping[str, Any], detach: bool = False
) -> str:
    """Create a container, pulling its image if need be, and return its ID."""
    request = containers.create(
        body(image, command, flags, app.environ, detach), flags["name"], flags["platform"]
    )
    return str(app.engine.json(request)["Id"])
