"""`dsock completion`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App

SHELLS = ("bash", "zsh", "fish")


@tree.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  dsock completion bash > /etc/bash_completion.d/dsock
    zsh:   dsock completion zsh > "${fpath[1]}/_dsock"
    fish:  dsock completion fish > ~/.config/fish/completions/dsock.fish
    """
    app.write(script(shell))


def script(shell: str) -> str:
    """The script that click's own machinery makes for `shell`."""
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    assert maker is not None
    program = maker(click.Command("dsock"), {}, "dsock", "_DSOCK_COMPLETE")
    return (program.source_template % program.source_vars()).lstrip("\n").rstrip() + "\n"
