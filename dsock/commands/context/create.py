"""`dsock context create`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.commands.context.stored import DEFAULT_DESCRIPTION, description_option, docker_option
from dsock.engine import contexts, contextstore
from dsock.errors import DsockError


@tree.command()
@description_option
@docker_option
@click.option("--from", "source", metavar="CONTEXT", help="Copy this context",
              shell_complete=completion.contexts)  # fmt: skip
@click.argument("name", metavar="CONTEXT")
@click.pass_obj
def command(
    app: App, name: str, description: str, docker: tuple[str, ...], source: str | None
) -> None:
    """Create a context.

    Of the endpoint in --docker, or a copy of another context: the one in --from, else the
    current one. docker and dsock see the same contexts.
    """
    if docker and source:
        raise DsockError("cannot use --docker flag when --from is set")
    contextstore.check_name(name)
    if contexts.exists(name, app.config_dir):
        raise DsockError(f'context "{name}" already exists', "`dsock context update` changes it")
    if docker:
        endpoint, files = stored.endpoint(app, docker)
        metadata = {"Description": description} if description else {}
        record = {"Name": name, "Metadata": metadata, "Endpoints": {"docker": endpoint}}
        stored.write(app, record, {"docker": files}, "created")
        return
    copied = stored.find(app, source or stored.current(app))
    usual = DEFAULT_DESCRIPTION if copied.meta is None else ""
    metadata = dict(copied.record.get("Metadata") or {})
    if text := description or copied.description or usual:
        metadata["Description"] = text
    record = {**copied.record, "Name": name, "Metadata": metadata}
    stored.write(app, record, stored.read_tls(copied), "created")
