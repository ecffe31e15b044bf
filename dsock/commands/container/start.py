"""`dsock start`."""

from __future__ import annotations

from collections.abc import Callable

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError, Unreachable
from dsock.options import containers_argument, detach_keys_option, wait_healthy_option


@tree.command()
@click.option("-a", "--attach", is_flag=True, help="Show its output and forward signals")
@click.option("-i", "--interactive", is_flag=True, help="Send it what is typed")
@click.option("--checkpoint", metavar="NAME", help="Restore from this checkpoint")
@click.option("--checkpoint-dir", metavar="DIR", help="Folder of the checkpoints")
@detach_keys_option
@wait_healthy_option
@containers_argument(completion.stopped)
@click.pass_obj
def command(
    app: App,
    targets: tuple[str, ...],
    attach: bool,
    interactive: bool,
    checkpoint: str | None,
    checkpoint_dir: str | None,
    detach_keys: str | None,
    wait_healthy: float | None,
) -> int:
    """Start stopped containers."""

    def start(target: str) -> None:
        app.engine.json(
            containers.start(target, checkpoint=checkpoint, checkpoint_dir=checkpoint_dir)
        )

    if wait_healthy is not None:
        if attach or interactive:
            raise DsockError("conflicting options: --wait-healthy and --attach or --interactive")
        app.each(targets, _healthy(app, targets, start, wait_healthy))
        return 0
    if not (attach or interactive):
        if checkpoint and len(targets) > 1:
            raise DsockError("you cannot restore multiple containers at once")
        summary = "" if checkpoint else "Error: failed to start containers"
        app.each(targets, start, show=not checkpoint, summary=summary)
        return 0

    from dsock.terminal import foreground
    from dsock.terminal.attach import Streams

    if len(targets) > 1:
        raise DsockError("you cannot start and attach multiple containers at once")
    found = app.engine.known(containers.inspect(targets[0]))
    tty = found["Config"]["Tty"]
    stdin = interactive and found["Config"]["OpenStdin"]
    streams = Streams(tty, stdin, keys=foreground.detach_keys(app, detach_keys))
    condition = "removed" if found["HostConfig"].get("AutoRemove") else "next-exit"
    container = found["Id"]
    try:
        return foreground.container(
            app, container, streams, condition, not tty, lambda: start(container)
        )
    except foreground.Detached:
        return 0


def _healthy(
    app: App, targets: tuple[str, ...], start: Callable[[str], None], seconds: float
) -> Callable[[str], None]:
    """Start all, then wait for all at once; what is returned tells how it went with each."""
    from dsock.events.healthy import Watch

    failed: dict[str, DsockError] = {}
    for target in targets:
        try:
            start(target)
        except Unreachable:
            raise
        except DsockError as err:
            failed[target] = err
    watch = Watch(app.engine, [target for target in targets if target not in failed], seconds)

    def tell(target: str) -> None:
        if target in failed:
            raise failed[target]
        watch.result(target)

    return tell
