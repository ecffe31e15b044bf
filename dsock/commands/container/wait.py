"""`dsock wait`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.engine.parallel import started
from dsock.options import HEALTH_CODES, SECONDS, containers_argument


@tree.command()
@click.option(
    "--condition", type=click.Choice(["not-running", "next-exit", "removed", "healthy"]),
    help="What to wait for: not-running if nothing is said. The exit code is printed, but for "
    f"healthy the name. {HEALTH_CODES}",
)  # fmt: skip
@click.option("--timeout", metavar="TIME", type=SECONDS,
              help="Wait at most that long (30s, 5m), then end with exit code 124")  # fmt: skip
@containers_argument(completion.running)
@click.pass_obj
def command(
    app: App, targets: tuple[str, ...], condition: str | None, timeout: float | None
) -> None:
    """Wait until one or more containers stop, then print their exit codes."""
    if condition == "healthy":
        from dsock.events.healthy import Watch

        app.each(targets, Watch(app.engine, targets, timeout).result)
        return

    def ask(target: str) -> str:
        # What it also says of a container that could not be started is no failure of the wait.
        answer = app.engine.json(containers.wait(target, condition, before_start=False)) or {}
        return f"{answer['StatusCode']}\n"

    # docker waits for one after the other; a "next" exit of the last must not be missed.
    told = started(app.engine, ask, targets, timeout) if condition or timeout else ask

    def wait(target: str) -> None:
        app.write(told(target))
        app.flush()

    app.each(targets, wait, show=False)
