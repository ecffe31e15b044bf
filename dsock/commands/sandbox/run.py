from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.commands.sandbox.options import engine_option, image_option, refuse_dry_run


@tree.command(interspersed=False)
@engine_option
@image_option
@click.argument("argv", metavar="COMMAND [ARG...]", nargs=-1, required=True)
@click.pass_obj
def command(app: App, engine: str | None, images: tuple[str, ...], argv: tuple[str, ...]) -> None:
    """Run a command with an engine of its own, then remove the engine.

    The engine is a real one, dockerd or podman, with its own socket (DOCKER_HOST names it), data,
    network and processes; nothing of this host's engine is touched. The command runs inside, so
    published ports answer on 127.0.0.1; there is no network beyond. Its exit code is passed on,
    and afterwards no trace is left, however the command ended.
    """
    from dsock.sandbox import inside, shelf

    refuse_dry_run(app)
    inside.end_on_signals()
    with shelf.temporary(engine, images) as box:
        code = inside.call(box, argv, app.environ)
    raise SystemExit(code)
