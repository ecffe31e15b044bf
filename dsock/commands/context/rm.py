"""`dsock context rm`."""

from __future__ import annotations

import click

from dsock import completion, configfile, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.commands.context.use import set_current
from dsock.engine import contexts, contextstore
from dsock.engine.contexts import DEFAULT
from dsock.errors import DsockError


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Remove the context in use too")
@click.argument(
    "names", nargs=-1, required=True, metavar="CONTEXT [CONTEXT...]",
    shell_complete=completion.contexts,
)  # fmt: skip
@click.pass_obj
def command(app: App, names: tuple[str, ...], force: bool) -> None:
    """Remove one or more contexts.

    The engines that they name stay as they are.
    """
    used = stored.current(app)

    def remove(name: str) -> None:
        if name == DEFAULT:
            raise DsockError('context "default" cannot be removed')
        if not force and not contexts.exists(name, app.config_dir):
            raise DsockError(f'context "{name}" does not exist')
        if name == used and not force:
            raise DsockError(f'context "{name}" is in use, set -f flag to force remove')
        if app.dry_run:
            app.note(f'would have removed context "{name}"')
            return
        if name == contexts.current(app.config_dir):
            configfile.change(app.config_dir, lambda config: set_current(config, DEFAULT))
        contextstore.remove(app.config_dir, name)

    app.each(names, remove)
