"""`dsock rm`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.engine.parallel import started
from dsock.errors import ApiError, DsockError
from dsock.options import containers_argument


@tree.command()
@click.option("-f", "--force", is_flag=True, help="Kill a running container first (SIGKILL)")
@click.option("-l", "--link", is_flag=True, help="Remove the specified link")
@click.option("-v", "--volumes", is_flag=True, help="Remove anonymous volumes of the container")
@containers_argument(completion.containers)
@click.pass_obj
def command(app: App, targets: tuple[str, ...], force: bool, link: bool, volumes: bool) -> None:
    """Remove one or more containers."""

    def remove(target: str) -> None:
        name = target.strip("/")
        if not name:
            raise DsockError("container name cannot be empty")
        app.engine.json(containers.remove(name, force, volumes, link))

    wait = started(app.engine, remove, targets)

    def report(target: str) -> None:
        try:
            wait(target)
        except ApiError as err:
            if not force or err.status != 404:
                raise
            app.note(err.message)  # gone is what --force asks for
        else:
            app.tell(target + "\n")

    app.each(targets, report, show=False)
