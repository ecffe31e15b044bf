"""`dsock exec`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import BadFlag
from dsock.flags.environment import environment
from dsock.options import detach_keys_option


@tree.command(interspersed=False)
@click.option("-d", "--detach", is_flag=True, help="Run the command in the background")
@click.option("--dotenv-file", multiple=True, metavar="FILE", shell_complete=completion.files,
              help="Read variables from a file with quotes, ${NAME}s")  # fmt: skip
@click.option("-e", "--env", multiple=True, metavar="NAME[=VALUE]", help="Set a variable")
@click.option("--env-file", multiple=True, metavar="FILE", help="Read variables from a file")
@click.option("-i", "--interactive", is_flag=True, help="Send the command what is typed")
@click.option("--privileged", is_flag=True, help="Give the command all rights")
@click.option("-t", "--tty", is_flag=True, help="Give the command a terminal")
@click.option("-u", "--user", metavar="USER[:GROUP]", help="Run the command as this user")
@click.option("-w", "--workdir", metavar="DIR", help="Working directory inside the container")
@detach_keys_option
@click.argument("target", metavar="CONTAINER", shell_complete=completion.running)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED,
                metavar="COMMAND [ARG...]")  # fmt: skip
@click.pass_obj
def command(
    app: App,
    target: str,
    command: tuple[str, ...],
    detach: bool,
    dotenv_file: tuple[str, ...],
    env: tuple[str, ...],
    env_file: tuple[str, ...],
    interactive: bool,
    privileged: bool,
    tty: bool,
    user: str | None,
    workdir: str | None,
    detach_keys: str | None,
) -> int:
    """Run a command in a running container."""
    from dsock.terminal import foreground, signals
    from dsock.terminal.attach import Streams

    streams = Streams(
        tty, interactive and not detach, keys=foreground.detach_keys(app, detach_keys)
    )
    foreground.check_terminal(app, tty, streams.stdin)  # an exec that never starts stays forever
    size = foreground.console_size(app) if tty else {}
    wished = {
        "Cmd": list(command),
        "Env": _environment(app, env_file, env, dotenv_file),
        "User": user,
        "WorkingDir": workdir,
        "Privileged": privileged,
        "Tty": tty,
        "AttachStdin": streams.stdin,
        "AttachStdout": not detach,
        "AttachStderr": not detach,
        "DetachKeys": None if detach else streams.engine_keys,
        **size,
    }
    body = {key: value for key, value in wished.items() if value}
    made = app.engine.json(containers.exec_create(target, body))["Id"]
    start = containers.exec_start(made, {"Detach": detach, "Tty": tty, **size}, not detach)
    if detach:
        app.engine.json(start)
        return 0
    with signals.ending():
        foreground.attached(
            app,
            app.engine.upgrade(start, framed=not tty),
            streams,
            lambda *size: containers.exec_resize(made, *size),
        )
    # None where the command closed its output and still runs.
    return app.engine.json(containers.exec_inspect(made))["ExitCode"] or 0


def _environment(
    app: App, files: tuple[str, ...], assignments: tuple[str, ...], dotenv: tuple[str, ...]
) -> list[str]:
    environment((), assignments, app.environ, {})  # a wrong -e is a wrong flag: exit code 125
    try:
        return environment(files, assignments, app.environ, {}, dotenv)
    except BadFlag as err:
        err.exit_code = 1  # type: ignore[misc]  # but a file that cannot be read is not, in docker
        raise
