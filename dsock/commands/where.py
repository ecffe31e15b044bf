"""`dsock where`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.api import system
from dsock.app import App
from dsock.render.safe import escaped

FIELDS = ("Endpoint", "Source", "Engine", "Version", "APIVersion")
# What engines call themselves where it is not how everybody calls them.
NAMES = {"Libpod": "Podman", "": "unknown"}


@tree.command()
@click.option("--format", metavar="FORMAT", help="'json', or a Go template")
@click.pass_obj
def command(app: App, format: str | None) -> None:
    """Show which engine is used, and why."""
    from dsock.render.template import compile

    render = None
    if format and format != "json":
        render = compile(format, {name: (lambda r, n=name: r[n]) for name in FIELDS})
    version = app.engine.version
    server = app.engine.open(system.ping(), versioned=False).headers.get("Server", "")
    # "Docker/20.10.24 (linux)"
    name, _, number = server.partition(" ")[0].partition("/")
    record = {
        "Endpoint": app.endpoint.url,
        "Source": app.endpoint.source,
        "Engine": NAMES.get(name, name),
        "Version": number or "unknown",
        "APIVersion": version,
    }
    if render is not None:
        app.tell(render(record) + "\n")
    elif format:
        import json

        app.write(json.dumps(record) + "\n")
    else:
        width = max(map(len, FIELDS)) + 1
        for field, value in record.items():
            app.write(f"{field + ':':<{width}} {escaped(value)}\n")
