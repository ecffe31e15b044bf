"""`dsock attach`."""

from __future__ import annotations

from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.options import detach_keys_option, sig_proxy_option


@tree.command()
@click.option("--no-stdin", is_flag=True, help="Send nothing to the container")
@sig_proxy_option
@detach_keys_option
@click.argument("target", metavar="CONTAINER", shell_complete=completion.running)
@click.pass_obj
def command(app: App, target: str, no_stdin: bool, sig_proxy: bool, detach_keys: str | None) -> int:
    """Attach the terminal's streams to a running container."""
    from dsock.terminal import foreground
    from dsock.terminal.attach import Streams

    found = _running(app, target)
    container, tty = found["Id"], found["Config"]["Tty"]
    stdin = not no_stdin and found["Config"]["OpenStdin"]
    streams = Streams(tty, stdin, keys=foreground.detach_keys(app, detach_keys))
    foreground.check_terminal(app, tty, not no_stdin)
    # It may have stopped since: nobody would ever end the attachment to a stopped container.
    return foreground.container(
        app,
        container,
        streams,
        "not-running",
        sig_proxy and not tty,
        lambda: app.dry_run or _running(app, container),
        redraw=True,
    )


def _running(app: App, ref: str) -> dict[str, Any]:
    """The container's record. Raises DsockError if there is nothing to attach to now; a script
    says so."""
    found: dict[str, Any] = app.engine.known(containers.inspect(ref))
    state, why = found["State"], ""
    if not state["Running"]:
        why = "You cannot attach to a stopped container, start it first"
    elif state["Paused"]:
        why = "You cannot attach to a paused container, unpause it first"
    elif state["Restarting"]:
        why = "You cannot attach to a restarting container, wait until it is running"
    if why and app.script is None:
        raise DsockError(why)
    if why:
        app.script.comment(why)  # a script may be run when it can
    return found
