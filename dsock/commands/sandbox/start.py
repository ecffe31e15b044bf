from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.commands.sandbox.options import engine_option, image_option, refuse_dry_run


@tree.command()
@engine_option
@image_option
@click.argument("name", default="default")
@click.pass_obj
def command(app: App, engine: str | None, images: tuple[str, ...], name: str) -> None:
    """Start a sandbox that stays until it is stopped.

    Prints the line that makes a shell use it: eval "$(dsock sandbox start)". Published ports
    answer inside: dsock sandbox exec NAME curl http://127.0.0.1:8080
    """
    from dsock.sandbox import inside, shelf

    refuse_dry_run(app)
    inside.end_on_signals()
    box = shelf.keep(name, engine, images)
    app.write(f"export DOCKER_HOST={box.host}\n")
    if app.stderr_is_terminal:
        app.note(f"{box.answers()} runs; `dsock sandbox stop {name}` removes it")
