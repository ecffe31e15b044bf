"""`dsock context update`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.commands.context.stored import description_option, docker_option
from dsock.engine import contextstore


@tree.command()
@description_option
@docker_option
@click.argument("name", metavar="CONTEXT", shell_complete=completion.contexts)
@click.pass_obj
def command(app: App, name: str, description: str, docker: tuple[str, ...]) -> None:
    """Change a context.

    --docker replaces the whole endpoint, its certificates too.
    """
    contextstore.check_name(name)
    found = stored.find(app, name)
    record = dict(found.record)
    if description:
        record["Metadata"] = {**(record.get("Metadata") or {}), "Description": description}
    tls = None
    if docker:
        endpoint, files = stored.endpoint(app, docker)
        record["Endpoints"] = {**(record.get("Endpoints") or {}), "docker": endpoint}
        tls = {**stored.read_tls(found), "docker": files}
    stored.write(app, record, tls, "updated")
