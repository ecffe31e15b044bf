"""`dsock attach`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.options import detach_keys_option


@tree.command()
@click.option("--no-stdin", is_flag=True, help="Send nothing to the container")
@click.option(
    "--sig-proxy/--no-sig-proxy", default=True, help="Pass signals on to the container's process"
)
@detach_keys_option
@click.argument("target", metavar="CONTAINER", shell_complete=completion.running)
@click.pass_obj
def command(app: App, target: str, no_stdin: bool, sig_proxy: bool, detach_keys: str | None) -> int:
    """Attach the terminal's streams to a running container."""
    from dsock.terminal import foreground
    from dsock.terminal.outcome import Outcome

    found = app.engine.json(containers.inspect(target))
    state = found["State"]
    if not state["Running"]:
        raise DsockError("You cannot attach to a stopped container, start it first")
    if state["Paused"]:
        raise DsockError("You cannot attach to a paused container, unpause it first")
    if state["Restarting"]:
        raise DsockError("You cannot attach to a restarting container, wait until it is running")
    container, tty = found["Id"], found["Config"]["Tty"]
    stdin = not no_stdin and found["Config"]["OpenStdin"]
    keys = foreground.detach_keys(app, detach_keys)
    foreground.check_terminal(app, tty, stdin)
    outcome = Outcome(app.engine, containers.wait(container, "next-exit"))
    connection = app.engine.upgrade(
        containers.attach(container, stdin, detach_keys=foreground.engine_keys(tty))
    )
    stayed = foreground.hold(
        app,
        connection,
        tty,
        stdin,
        keys,
        signal_to=container if sig_proxy and not tty else None,
        resize=lambda rows, columns: app.engine.json(containers.resize(container, rows, columns)),
    )
    if not stayed:
        app.note("read escape sequence")
        return 0
    return outcome.code()
