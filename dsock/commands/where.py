"""`dsock where`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.options import format_option
from dsock.render.safe import escaped

FIELDS = ("Endpoint", "Source", "Engine", "Version", "APIVersion")


@tree.command()
@format_option
@click.pass_obj
def command(app: App, format: str | None) -> None:
    """Show which engine is used, and why."""
    from dsock.render.template import compile

    render = None
    if format not in (None, "table", "json"):
        render = compile(str(format), {name: (lambda r, n=name: r[n]) for name in FIELDS})
    name, _, version = app.engine.server.partition(" ")[0].partition("/")
    record = {
        "Endpoint": app.endpoint.url,
        "Source": app.endpoint.source,
        "Engine": {"Libpod": "Podman"}.get(name, name) or "unknown",
        "Version": version or "unknown",
        "APIVersion": app.engine.version,
    }
    if format == "json":
        import json

        app.write(json.dumps(record) + "\n")
    elif render is not None:
        app.write(render(record) + "\n")
    else:
        for field, value in record.items():
            app.write(f"{field + ':':<12} {escaped(value)}\n")
