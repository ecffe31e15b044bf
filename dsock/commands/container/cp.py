"""`dsock cp`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.app import App
from dsock.errors import DsockError


@tree.command()
@click.option("-a", "--archive", "owners", is_flag=True,
              help="Archive mode: give the files to the container's user")  # fmt: skip
@click.option("-L", "--follow-link", "follow", is_flag=True,
              help="Copy what a link leads to, not the link")  # fmt: skip
@click.option("-q", "--quiet/--no-quiet", default=None,
              help="Show no progress; none is shown without a terminal")  # fmt: skip
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE [SOURCE...]",
                shell_complete=completion.places)  # fmt: skip
@click.argument("target", metavar="TARGET", shell_complete=completion.places)
@click.pass_obj
def command(
    app: App, sources: tuple[str, ...], target: str, owners: bool, follow: bool, quiet: bool | None
) -> None:
    """Copy files and folders between containers and this host.

    SOURCE and TARGET are CONTAINER:PATH or a path here, SOURCE/. is what is in a folder, and -
    a tar on stdin or stdout. Several sources, and those with a pattern (web:'/var/log/*.log'),
    go into a folder. A container need not run.
    """
    from dsock.copy import places
    from dsock.copy.copying import Copying
    from dsock.terminal import signals

    if not all(sources):
        raise DsockError("source can not be empty")
    if not target:
        raise DsockError("destination can not be empty")
    quiet = not app.stdout_is_terminal if quiet is None else quiet
    copying = Copying(app, places.parse(target), follow, owners, quiet)
    copying.check([places.parse(source) for source in sources])
    with signals.ending():  # so that no file is left half-written
        app.each(sources, lambda source: copying.copy(places.parse(source)), show=False)
    if not copying.whole:
        raise SystemExit(1)
