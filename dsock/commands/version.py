"""`dsock version`, and what it shares with `dsock info`: what this client says of itself."""

from __future__ import annotations

import platform

import click

from dsock import __version__, tree
from dsock.api import system
from dsock.app import App
from dsock.engine.endpoint import context_name
from dsock.engine.version import OURS
from dsock.errors import BadTemplate, DsockError
from dsock.flags import platforms
from dsock.render import template
from dsock.views import version as view


@tree.command()
@click.option("-f", "--format", metavar="FORMAT", help="'json', or a Go template")
@click.pass_obj
def command(app: App, format: str | None) -> None:
    """Show the versions of dsock and the engine.

    Without an engine: those of dsock, and exit code 1.
    """
    source = "{{json .}}" if format == "json" else format
    render = template.compile(source, shape="version", raw=False, exit_code=64) if source else None
    server, problem = None, None
    client = client_record(app)
    try:
        server = view.server_record(app.engine.json(system.version()))
        client["ApiVersion"] = app.engine.version
    except DsockError as err:
        problem = err
    if render is not None:
        try:
            app.tell(render({"Client": client, "Server": server}))
        except BadTemplate as err:
            problem = problem or err
        app.write("\n")
    else:
        text = view.client_text(client, platform.python_version())
        if server is not None:
            text += "\n" + view.server_text(server)
        app.tell(text)
    if problem is not None:
        raise problem


def client_record(app: App) -> dict[str, str]:
    """What docker's CLI says of itself, under its names, about dsock."""
    here = platforms.parse("linux")
    return {
        "Version": __version__,
        "ApiVersion": app.environ.get("DOCKER_API_VERSION", "").removeprefix("v") or OURS,
        "DefaultAPIVersion": OURS,
        "GitCommit": "",
        "GoVersion": "",
        "Os": platform.system().lower(),
        "Arch": here["architecture"],
        "BuildTime": "",
        "Context": context_name(app.host, app.context, app.environ, app.config_dir),
    }
