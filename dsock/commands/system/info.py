"""`dsock info`."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import click

from dsock import tree
from dsock.api import system
from dsock.app import App
from dsock.commands.version import client_record
from dsock.errors import BadTemplate, DsockError
from dsock.render import template
from dsock.views import info as view


@tree.command()
@click.option("-f", "--format", metavar="FORMAT", help="'json', or a Go template")
@click.pass_obj
def command(app: App, format: str | None) -> None:
    """Show facts about the engine.

    What it has, can and lacks.
    """
    client: dict[str, Any] = {
        "Debug": app.debug,
        **client_record(app),
        "Plugins": [],
        "Warnings": None,
    }
    del client["ApiVersion"]
    source = "{{json .}}" if format == "json" else format
    if source:
        _print_template(app, source, client)
    else:
        _print_text(app, client)


def _print_text(app: App, client: dict[str, Any]) -> None:
    lines = [
        "Client: dsock",
        f" Version:    {client['Version']}",
        f" Context:    {client['Context']}",
        f" Debug Mode: {'true' if app.debug else 'false'}",
        "",
        "Server:",
    ]
    app.write("\n".join([*lines, ""]))
    info = app.engine.json(system.info())
    text = "\n".join([*view.server_lines(info, app.debug), ""])
    app.tell(text)
    for line in info.get("Warnings") or ():
        app.note(line)


def _print_template(app: App, source: str, client: dict[str, Any]) -> None:
    render = template.compile(source, shape="info", raw=False, exit_code=64)
    if re.search(r"\.[a-zA-Z]", source):  # one about the client alone asks no engine
        with suppress(BadTemplate):
            app.write(template.compile(source)({"ClientInfo": client}) + "\n")
            return
    info: dict[str, Any] = {}
    problem: DsockError | None = None
    try:
        info = app.engine.json(system.info())
    except DsockError as err:
        problem = err
    try:
        app.tell(render({**info, "ClientInfo": client}))
    except BadTemplate as err:
        problem = problem or err
    app.write("\n")
    if problem is not None:
        raise problem
