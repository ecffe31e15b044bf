"""`dsock trace show`."""

from __future__ import annotations

from pathlib import Path

import click

from dsock import tree
from dsock.app import App
from dsock.errors import DsockError


@tree.command()
@click.option("-v", "--verbose", is_flag=True, help="Also show bodies")
@click.argument("file")
@click.pass_obj
def command(app: App, file: str, verbose: bool) -> None:
    """Show the calls that a trace saved, with --curl as curl too."""
    from dsock.engine.curl import curl
    from dsock.relay.record import loaded
    from dsock.render import calls
    from dsock.render.safe import printable

    style = calls.Style(app.rich and not app.environ.get("NO_COLOR"))
    with Path(file).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                call = loaded(line)
            except ValueError:
                raise DsockError(f"{file}:{number}: not a saved call") from None
            rows = [calls.line(call, style)]
            if app.curl:
                rows.append("  " + printable(curl(call.request(), app.endpoint, None)))
            if verbose:
                rows += calls.body(call.body, ">", style)
                rows += calls.body(call.answer, "<", style)
            app.write("\n".join(rows) + "\n")
