"""`dsock system doctor`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import click

from dsock import tree
from dsock.api import containers, networks, system
from dsock.app import App
from dsock.commands.where import NAMES
from dsock.engine.parallel import started
from dsock.engine.request import Request
from dsock.errors import ApiError, DsockError
from dsock.options import format_option
from dsock.render import listing
from dsock.views import checkup
from dsock.views.checkup import FAIL, WARN, Finding

_STYLES = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "bold red")}


@tree.command()
@format_option
@click.pass_obj
def command(app: App, format: str | None) -> None:
    """Look for what is wrong with the engine, and say what helps.

    Exit code 1 if something fails; a warning is none.
    """
    source = "" if format in (None, "table") else str(format)
    found: list[Finding] = []
    for finding in _findings(app):
        found.append(finding)
        if not source.startswith("table"):
            _shown(app, finding, source)
    if source.startswith("table"):
        app.write(_text(app, found, source))
    if any(finding.status == FAIL for finding in found):
        raise SystemExit(1)


def _findings(app: App) -> Iterator[Finding]:
    """Each as soon as it is known. Without an engine there is just one."""
    try:
        spoken = app.engine.version
    except ApiError as err:
        yield Finding(FAIL, "socket", f"{app.endpoint.url}: {err.message}", "dsock where")
        return
    except DsockError as err:
        yield Finding(FAIL, "socket", err.message, err.hint or "dsock where")
        return
    yield checkup.socket(app.endpoint.url, app.endpoint.source)
    yield from _rights(app)
    server = app.engine.server.partition("/")[0]
    name = NAMES.get(server, server)
    versions = system.version()
    yield from _asked(app, "api", versions, lambda found: [checkup.api(name, found, spoken)])
    before = time.time()
    yield from _asked(app, "host", system.info(), lambda info: _of_info(app, info, before))
    yield from _asked(app, "leftovers", system.disk_usage(), lambda df: [checkup.leftovers(df)])
    yield from _asked(app, "networks", networks.list_(), lambda all: [checkup.networks(all)])
    everything = containers.list_(all=True)
    yield from _asked(app, "containers", everything, lambda all: [checkup.health(all)])


def _of_info(app: App, info: dict[str, Any], before: float) -> Iterator[Finding]:
    yield checkup.clock(info, before, time.time())
    folder = info.get("DockerRootDir") or ""
    # An engine elsewhere, or in namespaces of its own, has its folder where this one sees none.
    if app.endpoint.socket_path is not None and os.path.isdir(folder):
        room = os.statvfs(folder)
        yield checkup.disk(folder, room.f_bavail * room.f_frsize, room.f_blocks * room.f_frsize)
    yield checkup.storage(info)
    yield checkup.cgroups(info)
    yield from checkup.warnings(info)
    yield checkup.logs(info, _running(app))


def _running(app: App) -> Iterator[dict[str, Any]]:
    """What inspect tells of each container that runs."""
    found = app.engine.json(containers.list_()) or ()
    refs = [container["Id"] for container in found]
    wait = started(app.engine, lambda ref: app.engine.json(containers.inspect(ref)), refs)
    for ref in refs:
        with suppress(ApiError):  # gone meanwhile
            yield wait(ref)


def _rights(app: App) -> Iterator[Finding]:
    import grp
    import pwd

    path = app.endpoint.socket_path
    if path is None:
        return
    with suppress(OSError):
        found = os.stat(path)
        owner, group = str(found.st_uid), str(found.st_gid)
        with suppress(KeyError):
            owner = pwd.getpwuid(found.st_uid).pw_name
        with suppress(KeyError):
            group = grp.getgrgid(found.st_gid).gr_name
        yield checkup.rights(path, found.st_mode, owner, group)


def _asked(app: App, check: str, request: Request, look: Callable[[Any], Any]) -> Iterator[Finding]:
    """What `look` makes of an answer; what refuses it (a proxy may) is a finding too."""
    try:
        yield from look(app.engine.json(request))
    except ApiError as err:
        yield Finding(WARN, check, f"{request.name} is refused: {err.reason}", "dsock where")


def _shown(app: App, finding: Finding, source: str) -> None:
    """Print a finding at once: the next one may take a while."""
    if app.rich and not source:
        _print(app, finding)
    else:
        app.write(_text(app, [finding], source) if source else _plain(finding))
    app.flush()


def _text(app: App, findings: list[Finding], source: str) -> str:
    return listing.text(checkup.VIEW, findings, source, app.stdout_is_terminal)


def _plain(finding: Finding) -> str:
    lines = [f"{finding.status:<4}  {finding.check:<10}  {finding.message}"]
    return "\n".join([*lines, *[f"{'':18}fix: {finding.fix}"][: bool(finding.fix)], ""])


def _print(app: App, finding: Finding) -> None:
    """The same for a person: marks, colours, and long texts wrapped under themselves."""
    from rich.table import Table
    from rich.text import Text

    from dsock.render.safe import escaped

    mark, style = _STYLES[finding.status]
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(width=1)
    row.add_column(width=10)
    row.add_column(overflow="fold")
    said = Text(escaped(finding.message))
    if finding.fix:
        said.append(f"\nfix: {escaped(finding.fix)}", "dim")
    row.add_row(Text(mark, style), Text(finding.check, "bold"), said)
    app.console.print(row)
