"""`dsock context use`."""

from __future__ import annotations

import click

from dsock import completion, configfile, tree
from dsock.app import App
from dsock.commands.context import stored
from dsock.engine.contexts import DEFAULT


@tree.command()
@click.argument("name", metavar="CONTEXT", shell_complete=completion.contexts)
@click.pass_obj
def command(app: App, name: str) -> None:
    """Set the current context.

    For docker too, until another one is set: it stands in config.json.
    """
    stored.find(app, name)
    if app.dry_run:
        app.note(f'would have set the current context to "{name}"')
        return
    configfile.change(app.config_dir, lambda config: set_current(config, name))
    app.write(f"{name}\n")
    app.note(f'Current context is now "{name}"')
    if name != DEFAULT and app.environ.get("DOCKER_HOST"):
        app.note(
            f'Warning: DOCKER_HOST in the environment goes before it. To use "{name}", unset'
            " DOCKER_HOST or give --context"
        )


def set_current(config: configfile.Config, name: str) -> None:
    """Make `name` the current context of docker's configuration."""
    config.pop("currentContext", None)
    if name != DEFAULT:
        config["currentContext"] = name
