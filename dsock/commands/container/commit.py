"""`dsock commit`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.flags.references import repository_and_tag


@tree.command(interspersed=False)
@click.option("-a", "--author", metavar="TEXT", help='Author, "Ann Onym <ann@example.com>"')
@click.option(
    "-c", "--change", "changes", multiple=True, metavar="INSTRUCTION",
    help="Apply a Dockerfile instruction to the new image",
)  # fmt: skip
@click.option("-m", "--message", metavar="TEXT", help="Message of the commit")
@click.option("-p", "--pause/--no-pause", default=True, help="Pause the container meanwhile")
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.argument("reference", required=False, metavar="[REPOSITORY[:TAG]]")
@click.pass_obj
def command(
    app: App,
    target: str,
    reference: str | None,
    author: str | None,
    changes: tuple[str, ...],
    message: str | None,
    pause: bool,
) -> None:
    """Make an image from a container's changes."""
    repo, tag = repository_and_tag(reference) if reference else ("", "")
    made = app.engine.json(containers.commit(target, repo, tag, message, author, pause, changes))
    app.write(f"{made['Id']}\n")
