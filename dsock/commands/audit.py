"""`dsock audit`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from dsock import tree
from dsock.api import containers, swarm, system, volumes
from dsock.app import App
from dsock.audit import finding, rules, sarif, subject
from dsock.audit.finding import SEVERITIES, Finding
from dsock.audit.mounts import Known
from dsock.audit.subject import Subject
from dsock.errors import ApiError, DsockError
from dsock.options import format_option

# After these a container may have what it did not have before.
ACTIONS = ("create", "start", "update", "connect")


@tree.command()
@click.option("--fail-on", type=click.Choice(SEVERITIES), metavar="SEVERITY",
              help=f"Leave with 1 if something is as bad: {', '.join(SEVERITIES)}")  # fmt: skip
@click.option("--file", "source", metavar="FILE",
              help="Look at the output of inspect instead of an engine ('-': stdin)")  # fmt: skip
@click.option("--sarif", "report", metavar="FILE", help="Also write SARIF 2.1.0 ('-': stdout)")
@click.option("--follow", is_flag=True, help="Go on with what is created, started or changed")
@format_option
@click.argument("names", nargs=-1, metavar="[CONTAINER...]")
@click.pass_obj
def command(
    app: App,
    names: tuple[str, ...],
    fail_on: str | None,
    source: str | None,
    report: str | None,
    follow: bool,
    format: str | None,
) -> None:
    """Find who can become root through the engine.

    Looks at containers, stopped ones too, at services of a swarm and at the engine's listeners:
    sockets of runtimes and paths of the host that are mounted, privileges, capabilities,
    namespaces, devices, guards of the kernel that are off.
    """
    if follow and (source is not None or report is not None):
        raise DsockError("--follow looks at an engine, and has no end to write a report at")
    subjects = list(_in_file(source) if source is not None else _subjects(app, names))
    known = Known({} if source is not None else _volumes(app), _by_name(subjects))
    found = [one for who in subjects for one in rules.all_of(who, known)]
    if source is None and not names:
        found += rules.engine(app.endpoint.url, app.engine.json(system.info()))
    found = finding.worst_first(found)
    if report is not None:
        _write(app, report, json.dumps(sarif.report(found), indent=2) + "\n")
    if report != "-":
        _show(app, found, format, len(subjects))
    if follow:
        _follow(app, format, known, {_key(one) for one in found})
    if fail_on and any(finding.at_least(one.severity, fail_on) for one in found):
        raise SystemExit(1)


def _subjects(app: App, names: tuple[str, ...]) -> Iterator[Subject]:
    """The containers of those names, or all and the services."""
    listed = [record["Id"] for record in app.engine.json(containers.list_(all=True))]
    for ref in names or listed:
        try:
            yield subject.container(app.engine.json(containers.inspect(ref)))
        except ApiError as err:
            if names or err.status != 404:  # it went away meanwhile
                raise
    if not names:
        try:
            services = app.engine.json(swarm.services()) or []
        except ApiError:  # no manager of a swarm, as most
            return
        yield from map(subject.service, services)


def _volumes(app: App) -> dict[str, Any]:
    listed = app.engine.json(volumes.list_()) or {}
    return {volume["Name"]: volume for volume in listed.get("Volumes") or ()}


def _in_file(source: str) -> Iterator[Subject]:
    """What `inspect` printed: a list of containers and services, or one."""
    try:
        records = json.loads(sys.stdin.read() if source == "-" else Path(source).read_text())
    except (ValueError, UnicodeDecodeError):
        raise DsockError(f"{source}: not JSON", "what `dsock inspect` prints is wanted") from None
    for record in records if isinstance(records, list) else [records]:
        if not isinstance(record, dict) or not ("HostConfig" in record or "Spec" in record):
            raise DsockError(f"{source}: holds what is no container and no service")
        yield subject.service(record) if "Spec" in record else subject.container(record)


def _follow(app: App, format: str | None, known: Known, told: set[str]) -> None:
    from dsock.events import follow

    filters = {"type": {"container": True, "network": True}}
    for event in follow(app.engine, filters=filters, reconnect=True):
        if event["Action"] not in ACTIONS:
            continue
        actor = event["Actor"]
        ref = actor["ID"] if event["Type"] == "container" else actor["Attributes"].get("container")
        try:
            record = app.engine.json(containers.inspect(ref))
        except DsockError:  # gone again
            continue
        who = subject.container(record)
        volumes = known.volumes if _knows(record, known.volumes) else _volumes(app)
        known = Known(volumes, {**known.containers, **_by_name([who])})
        found = list(rules.all_of(who, known))
        fresh = [one for one in found if _key(one) not in told]
        told |= set(map(_key, fresh))
        if fresh:
            _show(app, finding.worst_first(fresh), format, 0)
            app.flush()


def _by_name(subjects: Iterable[Subject]) -> dict[str, Any]:
    return {ref: who.record for who in subjects for ref in (who.name, who.id)}


def _knows(record: dict[str, Any], known: Mapping[str, Any]) -> bool:
    mounted = {mount.get("Name") for mount in record.get("Mounts") or () if mount.get("Name")}
    return mounted <= set(known)


def _key(found: Finding) -> str:
    return f"{found.id} {found.path} {found.value}"


def _show(app: App, found: list[Finding], format: str | None, looked_at: int) -> None:
    from dsock.render import listing
    from dsock.views import findings

    if format == "json":
        app.write(json.dumps(list(map(_plain, found)), indent=2) + "\n")
    elif app.rich and not format:
        _on_terminal(app, found, looked_at)
    else:
        app.write(listing.text(findings.VIEW, found, format or findings.TABLE, terminal=True))


def _on_terminal(app: App, found: Iterable[Finding], looked_at: int) -> None:
    from rich.padding import Padding

    from dsock.render import findings

    found = list(found)
    for title, text in findings.blocks(found):
        app.console.print(title)
        app.console.print(Padding(text, (0, 0, 1, 11)))
    if looked_at:
        counts = {s: sum(one.severity == s for one in found) for s in SEVERITIES}
        app.console.print(findings.summary({s: n for s, n in counts.items() if n}, looked_at))


def _plain(found: Finding) -> dict[str, str]:
    return {
        "severity": found.severity, "rule": found.rule.id, "title": found.rule.title,
        "kind": found.kind, "name": found.name, "id": found.id, "path": found.path,
        "value": found.value, "why": found.rule.why, "fix": found.fix,
    }  # fmt: skip


def _write(app: App, path: str, text: str) -> None:
    if path == "-":
        app.write(text)
    else:
        Path(path).write_text(text)
