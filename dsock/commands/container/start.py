"""`dsock start`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.options import detach_keys_option


@tree.command()
@click.option("-a", "--attach", is_flag=True, help="Show its output and forward signals")
@click.option("-i", "--interactive", is_flag=True, help="Send it what is typed")
@click.option("--checkpoint", metavar="NAME", help="Restore from this checkpoint")
@click.option("--checkpoint-dir", metavar="DIR", help="Folder of the checkpoints")
@detach_keys_option
@click.argument(
    "targets", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]",
    shell_complete=completion.stopped,
)  # fmt: skip
@click.pass_obj
def command(
    app: App,
    targets: tuple[str, ...],
    attach: bool,
    interactive: bool,
    checkpoint: str | None,
    checkpoint_dir: str | None,
    detach_keys: str | None,
) -> int:
    """Start stopped containers."""
    if attach or interactive:
        if len(targets) > 1:
            raise DsockError("you cannot start and attach multiple containers at once")
        return _attached(app, targets[0], interactive, checkpoint, checkpoint_dir, detach_keys)

    def start(target: str) -> None:
        app.engine.json(
            containers.start(target, checkpoint=checkpoint, checkpoint_dir=checkpoint_dir)
        )

    app.each(targets, start)
    return 0


def _attached(
    app: App,
    target: str,
    interactive: bool,
    checkpoint: str | None,
    checkpoint_dir: str | None,
    detach_keys: str | None,
) -> int:
    from dsock.terminal import foreground
    from dsock.terminal.outcome import Outcome

    found = app.engine.json(containers.inspect(target))
    container, tty = found["Id"], found["Config"]["Tty"]
    stdin = interactive and found["Config"]["OpenStdin"]
    keys = foreground.detach_keys(app, detach_keys)
    foreground.check_terminal(app, tty, stdin)
    connection = app.engine.upgrade(
        containers.attach(container, stdin, detach_keys=foreground.engine_keys(tty))
    )
    removed = found["HostConfig"].get("AutoRemove")
    outcome = Outcome(app.engine, containers.wait(container, "removed" if removed else "next-exit"))
    stayed = foreground.hold(
        app,
        connection,
        tty,
        stdin,
        keys,
        signal_to=None if tty else container,
        resize=lambda rows, columns: app.engine.json(containers.resize(container, rows, columns)),
        begin=lambda: app.engine.json(
            containers.start(container, checkpoint=checkpoint, checkpoint_dir=checkpoint_dir)
        ),
    )
    return outcome.code() if stayed else 0
