"""`dsock update`."""

from __future__ import annotations

from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container.options import update_options
from dsock.errors import DsockError
from dsock.flags.update import body
from dsock.options import containers_argument


@tree.command()
@update_options
@containers_argument(completion.containers)
@click.pass_obj
def command(app: App, /, targets: tuple[str, ...], **flags: str | None) -> None:
    """Change limits and restart policy of one or more containers.

    What is not given stays as it is.
    """
    if all(value is None for value in flags.values()):
        raise DsockError(
            "you must provide one or more flags when using this command",
            "such as --memory 512m or --restart always",
        )
    change = body(flags, app.engine.version)
    warnings: list[str] = []

    def update(target: str) -> None:
        answer: dict[str, Any] = app.engine.json(containers.update(target, change)) or {}
        warnings.extend(answer.get("Warnings") or ())

    try:
        app.each(targets, update)
    finally:
        for warning in warnings:  # on stdout, as docker has them
            app.tell(f"{warning}\n")
