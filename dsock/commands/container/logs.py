"""`dsock logs`."""

from __future__ import annotations

import time

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.flags.times import wire_time
from dsock.options import containers_argument


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
@click.option("--local-time", is_flag=True, help="Show timestamps of the local time zone")
@click.option("--grep", multiple=True, metavar="RE",
              help="Only lines in which this is found; of several, any")  # fmt: skip
@click.option("--exclude", multiple=True, metavar="RE",
              help="Only lines in which this is not found")  # fmt: skip
@containers_argument(completion.containers)
@click.pass_obj
def command(
    app: App,
    targets: tuple[str, ...],
    details: bool,
    follow: bool,
    since: str | None,
    until: str | None,
    tail: str,
    timestamps: bool,
    local_time: bool,
    grep: tuple[str, ...],
    exclude: tuple[str, ...],
) -> int:
    """Show what containers have printed.

    Their stdout on stdout, their stderr on stderr. Of several containers, the lines come in the
    order of time with the names before them, and -f also follows those that start again or are
    made anew, until Ctrl-C.
    """
    now = time.time_ns()
    since, until = _wire_time("since", since, now), _wire_time("until", until, now)
    if len(targets) > 1 or local_time or grep or exclude:
        from dsock.commands.container import logs_merged
        from dsock.render.log_lines import wanted

        return logs_merged.show(
            app,
            targets,
            {"since": since, "until": until, "tail": tail, "details": details},
            follow=follow,
            timestamps=timestamps,
            local_time=local_time,
            wanted=wanted(grep, exclude),
        )
    found = app.engine.known(containers.inspect(targets[0]))
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
        return 0
    app.engine.pour_frames(request)
    return 0


def _wire_time(name: str, text: str | None, now: int) -> str:
    try:
        return wire_time(text or "", now)
    except DsockError as err:
        raise DsockError(f'invalid value for "{name}": {err.message}', err.hint) from None
