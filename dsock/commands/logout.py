"""`dsock logout`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.errors import DsockError
from dsock.registry import names
from dsock.registry.names import HUB_KEY


@tree.command()
@click.argument("server", required=False)
@click.pass_obj
def command(app: App, server: str | None) -> None:
    """Log out from a registry.

    From Docker Hub if no SERVER is named. The engine is not asked: its credentials are this
    user's, in config.json or a credential helper.
    """
    host = names.hostname(server) if server else HUB_KEY
    # Older versions of docker kept credentials under the address as it was typed.
    keys = {server, host, f"http://{host}", f"https://{host}"} if server else {host}
    if app.dry_run:
        app.note(f"would remove the credentials for {host}")
        return
    app.write(f"Removing login credentials for {host}\n")
    problems = {}
    for key in sorted(keys):
        try:
            app.credentials.erase(key)
        except DsockError as err:
            problems[key] = err.message
    if len(problems) == len(keys):
        app.complain("WARNING: could not erase credentials:")
        for key, problem in problems.items():
            app.complain(f"{key}: {problem}")
