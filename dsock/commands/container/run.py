"""`dsock run`."""

from __future__ import annotations

from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container.create import create
from dsock.commands.container.options import create_options
from dsock.errors import ApiError, DsockError
from dsock.options import detach_keys_option

NOT_FOUND = ("executable file not found", "no such file or directory", "system cannot find")
NOT_RUNNABLE = ("permission denied", "is a directory")


@tree.command(interspersed=False)
@click.option("-d", "--detach", is_flag=True, help="Run in the background and print the ID")
@click.option(
    "--sig-proxy/--no-sig-proxy", default=True, help="Pass signals on to the container's process"
)
@detach_keys_option
@create_options
@click.argument("image", shell_complete=completion.images)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [ARG...]")
@click.pass_obj
def command(
    app: App,
    /,
    image: str,
    command: tuple[str, ...],
    detach: bool,
    sig_proxy: bool,
    detach_keys: str | None,
    **flags: Any,
) -> int:
    """Create and start a new container."""
    from dsock.terminal import foreground

    streams = {stream.lower() for stream in flags["attach"]}
    if detach and streams:
        raise DsockError("conflicting options: cannot specify both --attach and --detach")
    if detach and flags["rm"] and flags["restart"] not in (None, "", "no"):
        pass  # the engine refuses it in its own words
    stdin = not detach and ("stdin" in streams if streams else bool(flags["interactive"]))
    tty = bool(flags["tty"])
    foreground.check_terminal(app, tty, stdin)
    keys = foreground.detach_keys(app, detach_keys)
    try:
        container = create(app, image, command, flags, detach)
        if detach:
            _start(app, container)
            app.write(container + "\n")
            return 0
        return _foreground(app, container, flags, streams, stdin, keys, sig_proxy)
    except DsockError as err:
        if err.exit_code == 1:
            err.exit_code = 125  # type: ignore[misc]
        raise


def _foreground(
    app: App,
    /,
    container: str,
    flags: dict[str, Any],
    streams: set[str],
    stdin: bool,
    keys: bytes,
    sig_proxy: bool,
) -> int:
    """Attach, wait, start: in any other order a quick container's output is lost."""
    from dsock.engine.dry import DryConnection
    from dsock.terminal import foreground
    from dsock.terminal.outcome import Outcome

    tty = bool(flags["tty"])
    stdout, stderr = ("stdout" in streams, "stderr" in streams) if streams else (True, True)
    attach = containers.attach(
        container, stdin, stdout, stderr, detach_keys=foreground.engine_keys(tty)
    )
    connection = app.engine.upgrade(attach) if stdin or stdout or stderr else DryConnection()
    outcome = Outcome(
        app.engine, containers.wait(container, "removed" if flags["rm"] else "next-exit")
    )
    stayed = foreground.hold(
        app,
        connection,
        tty,
        stdin,
        keys,
        signal_to=container if sig_proxy else None,
        resize=lambda rows, columns: app.engine.json(containers.resize(container, rows, columns)),
        begin=lambda: _start(app, container),
    )
    return outcome.code() if stayed else 0


def _start(app: App, container: str) -> None:
    try:
        app.engine.json(containers.start(container))
    except ApiError as err:
        err.exit_code = start_code(err.reason)  # type: ignore[misc]
        raise


def start_code(reason: str) -> int:
    """docker's exit code for a container that cannot be started, by the engine's words."""
    text = reason.lower()
    if any(words in text for words in NOT_FOUND):
        return 127
    return 126 if any(words in text for words in NOT_RUNNABLE) else 125
