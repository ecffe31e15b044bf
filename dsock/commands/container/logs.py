"""`dsock logs`."""

from __future__ import annotations

import sys
import time

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.flags.times import wire_time


@tree.command()
@click.option("--details", is_flag=True, help="Show extra details provided to logs")
@click.option("-f", "--follow", is_flag=True, help="Follow log output")
@click.option(
    "--since", metavar="TIME",
    help="Show logs since a time (2013-01-02T13:23:37Z) or a duration ago (42m)",
)  # fmt: skip
@click.option("--until", metavar="TIME", help="Show logs before a time or a duration ago")
@click.option(
    "-n", "--tail", metavar="N", default="all", show_default=True,
    help="Number of lines to show from the end of the logs",
)  # fmt: skip
@click.option("-t", "--timestamps", is_flag=True, help="Show timestamps")
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.pass_obj
def command(
    app: App,
    target: str,
    details: bool,
    follow: bool,
    since: str | None,
    until: str | None,
    tail: str,
    timestamps: bool,
) -> None:
    """Show what a container has printed.

    Its stdout on stdout, its stderr on stderr.
    """
    now = time.time_ns()
    since, until = _wire_time("since", since, now), _wire_time("until", until, now)
    found = app.engine.json(containers.inspect(target))
    request = containers.logs(
        found["Id"],
        follow,
        since=since,
        until=until,
        timestamps=timestamps,
        tail=tail,
        details=details,
    )
    if found["Config"]["Tty"]:
        for block in app.engine.open(request).blocks():
            app.write_bytes(block)
            app.flush()
        return
    for out, err in app.engine.frames(request):
        if out:
            app.write_bytes(out)
            app.flush()
        if err:
            sys.stderr.buffer.write(err)
            sys.stderr.buffer.flush()


def _wire_time(name: str, text: str | None, now: int) -> str:
    try:
        return wire_time(text or "", now)
    except DsockError as err:
        raise DsockError(f'invalid value for "{name}": {err.message}', err.hint) from None
