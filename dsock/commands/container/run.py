"""`dsock run`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.commands.container.create import create
from dsock.commands.container.options import create_options
from dsock.errors import BadFlag, DsockError, TooOld
from dsock.options import detach_keys_option, sig_proxy_option, wait_healthy_option

if TYPE_CHECKING:
    from dsock.terminal.attach import Streams

NOT_FOUND = ("executable file not found", "no such file or directory", "system cannot find")
NOT_RUNNABLE = ("permission denied", "is a directory")


@tree.command(interspersed=False)
@click.option("-d", "--detach", is_flag=True, help="Run in the background and print the ID")
@sig_proxy_option
@detach_keys_option
@wait_healthy_option
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
    wait_healthy: float | None,
    **flags: Any,
) -> int:
    """Create and start a new container."""
    from dsock.terminal import foreground

    detach = detach or wait_healthy is not None
    if detach and flags["attach"]:
        raise DsockError("conflicting options: cannot specify both --attach and --detach")
    streams = _streams(app, flags, detach, detach_keys)
    foreground.check_terminal(app, streams.tty, streams.stdin)
    with _exit_codes():
        container = create(app, image, command, flags, detach)
        start = containers.start(container)
        if not detach:
            condition = "removed" if flags["rm"] else "next-exit"
            try:
                return foreground.container(
                    app, container, streams, condition, sig_proxy, lambda: app.engine.json(start)
                )
            except foreground.Detached:
                return 0
        app.write(container + "\n")
        app.flush()
        app.engine.json(start)
    if wait_healthy is not None:
        from dsock.events import healthy

        healthy.wait(app.engine, flags["name"] or container[:12], wait_healthy)
    return 0


def _streams(app: App, flags: dict[str, Any], detach: bool, keys: str | None) -> Streams:
    """What is attached: what -a names, else the output; with -i the input too."""
    from dsock.terminal import foreground
    from dsock.terminal.attach import Streams

    named = {stream.lower() for stream in flags["attach"]}
    return Streams(
        tty=flags["tty"],
        stdin=not detach and (flags["interactive"] or "stdin" in named),
        stdout=not detach and (not named or "stdout" in named),
        stderr=not detach and (not named or "stderr" in named),
        keys=foreground.detach_keys(app, keys),
    )


@contextmanager
def _exit_codes() -> Iterator[None]:
    """docker's exit codes for a container that does not start, by the words of the error: also
    where it is --cidfile's folder that is not there."""
    try:
        yield
    except TooOld:
        raise
    except DsockError as err:
        reason = "" if isinstance(err, BadFlag) else err.message
        if any(words in reason for words in NOT_FOUND):
            err.exit_code = 127  # type: ignore[misc]
        elif any(words in reason for words in NOT_RUNNABLE):
            err.exit_code = 126  # type: ignore[misc]
        else:
            err.exit_code = 125  # type: ignore[misc]
        raise
