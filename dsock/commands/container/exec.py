"""`dsock exec`."""

from __future__ import annotations

from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.flags.environment import environment
from dsock.options import detach_keys_option


@tree.command(interspersed=False)
@click.option("-d", "--detach", is_flag=True, help="Run the command in the background")
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
    from dsock.terminal import foreground

    stdin = interactive and not detach
    foreground.check_terminal(app, tty, stdin)  # an exec that is made and not started stays
    keys = foreground.detach_keys(app, detach_keys)
    size = {"ConsoleSize": foreground.console_size(app.engine)} if tty else {}
    body: dict[str, Any] = {
        "Cmd": list(command),
        "Env": environment(env_file, env, app.environ, {}),
        "User": user,
        "WorkingDir": workdir,
        "Privileged": privileged,
        "Tty": tty,
        "AttachStdin": stdin,
        "AttachStdout": not detach,
        "AttachStderr": not detach,
        "DetachKeys": foreground.engine_keys(tty and not detach),
        **size,
    }
    made = app.engine.json(
        containers.exec_create(target, {key: value for key, value in body.items() if value})
    )["Id"]
    start = containers.exec_start(made, {"Detach": detach, "Tty": tty, **size}, not detach)
    if detach:
        app.engine.json(start)
        return 0
    stayed = foreground.hold(
        app,
        app.engine.upgrade(start),
        tty,
        stdin,
        keys,
        resize=lambda rows, columns: app.engine.json(containers.exec_resize(made, rows, columns)),
    )
    return int(app.engine.json(containers.exec_inspect(made))["ExitCode"] or 0) if stayed else 0
