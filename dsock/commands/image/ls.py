"""`dsock images`, `dsock image ls`."""

from __future__ import annotations

import time

import click

from dsock import completion, tree
from dsock.api import images as api
from dsock.app import App
from dsock.commands.image import ls_tree
from dsock.errors import DsockError
from dsock.flags import filters as flags
from dsock.options import filter_option, format_option, no_trunc_option, quiet_option
from dsock.render import listing
from dsock.views import images


@tree.command()
@click.argument(
    "repository", metavar="[REPOSITORY[:TAG]]", required=False, shell_complete=completion.images
)
@click.option("-a", "--all", is_flag=True, help="Show layers between images too")
@click.option("--digests", is_flag=True, help="Show digests")
@filter_option(completion.IMAGE_FILTERS)
@format_option
@no_trunc_option
@quiet_option
@click.option("--tree", "as_tree", is_flag=True,
              help="Show which image rests on which, and which containers use them")  # fmt: skip
@click.pass_obj
def command(
    app: App,
    repository: str | None,
    all: bool,
    digests: bool,
    filters: tuple[str, ...],
    format: str | None,
    no_trunc: bool,
    quiet: bool,
    as_tree: bool,
) -> None:
    """List images.

    All of them, or those of a repository, which may hold * and ?.
    """
    parsed = flags.parse(filters)
    keep = parsed.keep(flags.IMAGES)
    if repository:
        parsed.engine.setdefault("reference", {})[repository] = True
    if as_tree:
        _check(digests=digests, format=format, no_trunc=no_trunc, quiet=quiet)
    found = app.engine.json(api.list_(all=all, filters=parsed.engine)) or []
    if parsed.unwanted:
        found = [image for image in found if keep(image)]
    if as_tree:
        limited = repository or filters
        everything = app.engine.json(api.list_(all=all)) or [] if limited else found
        ls_tree.show(app, everything, {image["Id"] for image in found})
        return
    source = format or (not quiet and app.config.get("imagesFormat")) or "table"
    text = images.format(source, quiet, digests)
    rows = list(images.rows(found, text, digests))
    if app.rich and source == "table" and not quiet and not no_trunc:
        from dsock.render import table
        from dsock.views import screen

        shown = screen.images(time.time(), digests)
        table.show(lambda: app.console, app.write, shown, rows, screen.IMAGE_STEPS)
    else:
        view = images.view(no_trunc, time.time())
        app.write(listing.text(view, rows, text, app.stdout_is_terminal))


def _check(**flags: object) -> None:
    """Raises DsockError for a flag that says nothing about a tree."""
    for name, value in flags.items():
        if value:
            raise DsockError(f"--{name.replace('_', '-')} is not supported with --tree")
