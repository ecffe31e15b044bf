"""`dsock wait`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.options import containers_argument


@tree.command()
@containers_argument(completion.running)
@click.pass_obj
def command(app: App, targets: tuple[str, ...]) -> None:
    """Wait until one or more containers stop, then print their exit codes."""

    def wait(target: str) -> None:
        answer = app.engine.json(containers.wait(target)) or {}
        problem = (answer.get("Error") or {}).get("Message")
        if problem:
            raise DsockError(problem)
        app.write(f"{answer['StatusCode']}\n")
        app.flush()

    app.each(targets, wait, show=False)
