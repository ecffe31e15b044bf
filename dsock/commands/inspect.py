"""`dsock inspect`, and what the `inspect` of each noun shares with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers, images, networks, plugins, swarm, system, volumes
from dsock.app import App
from dsock.commands.container import inspect_as
from dsock.engine.request import Request
from dsock.errors import ApiError, DsockError, Unreachable
from dsock.options import Decorator
from dsock.render import rawjson, template
from dsock.render.safe import printable

# What an object is found as: the engine's JSON, and the kind that templates read it as.
Found = tuple[bytes, str]

# In the order in which a name is looked up. The swarm's are asked for only at a manager.
KINDS: dict[str, Callable[[str], Request]] = {
    "container": containers.inspect,
    "image": images.inspect,
    "network": networks.inspect,
    "volume": volumes.inspect,
    "service": lambda ref: swarm.inspect("services", ref),
    "task": lambda ref: swarm.inspect("tasks", ref),
    "node": lambda ref: swarm.inspect("nodes", ref),
    "secret": lambda ref: swarm.inspect("secrets", ref),
    "plugin": plugins.inspect,
    "config": lambda ref: swarm.inspect("configs", ref),
}
OF_A_SWARM = ("service", "task", "node", "secret", "config")

format_option: Decorator = click.option(
    "-f", "--format", "format", metavar="FORMAT", help="'json', or a Go template"
)


@tree.command()
@format_option
@click.option("-s", "--size", is_flag=True, help="Show total file sizes of a container")
@click.option("--type", "kind", metavar="KIND", help=f"Only objects of a kind: {', '.join(KINDS)}")
@inspect_as.as_option
@click.argument(
    "targets", nargs=-1, required=True, metavar="NAME|ID [NAME|ID...]",
    shell_complete=completion.objects,
)  # fmt: skip
@click.pass_obj
def command(
    app: App,
    targets: tuple[str, ...],
    format: str | None,
    size: bool,
    kind: str | None,
    form: str | None,
) -> None:
    """Show everything the engine knows about objects of any kind."""
    if kind is not None and kind not in KINDS:
        problem = f"unknown type: {kind!r}" if kind else "type is empty"
        raise DsockError(problem, f"one of {', '.join(KINDS)}")

    if form:
        others = {"format": format, "size": size, "type": kind not in (None, "container") and kind}
        inspect_as.show(app, targets, form, **others)
        return

    @cache
    def is_manager() -> bool:
        return bool(app.engine.json(system.info())["Swarm"]["ControlAvailable"])

    def find(target: str) -> Found:
        for name in [kind] if kind else KINDS:
            if not kind and name in OF_A_SWARM and not is_manager():
                continue
            sized = size and name == "container"
            request = containers.inspect(target, size=True) if sized else KINDS[name](target)
            try:
                found = app.engine.open(request).read(), name
            except ApiError as err:
                if kind or not _is_absence(err):
                    raise
                continue
            if size and not sized:
                app.note(f"WARNING: --size ignored for {name}")
            return found
        raise DsockError(f"Error: No such object: {target}")

    show(app, targets, format, find)


def show(
    app: App, targets: tuple[str, ...], format: str | None, find: Callable[[str], Found]
) -> None:
    """Print what `find` finds for `targets`: JSON as the engine sent it, or by a template.

    Goes on past what is not found or does not fit the template; exit code 1 then, 64 for a
    template that is none.
    """
    source = format or ""
    as_template = source not in ("", "json")
    if as_template:
        template.compile(source, exit_code=64)  # before anything is asked

    @cache
    def render(shape: str) -> template.Render:
        return template.compile(source, shape=shape, exit_code=64)

    found: list[bytes] = []
    failed: list[DsockError] = []
    for target in targets:
        try:
            raw, kind = find(target)
            value = _parsed(raw)
            found.append(render(kind)(value).encode() if as_template else raw)
        except DsockError as err:
            failed.append(err)
            if isinstance(err, Unreachable):
                break  # the others would fail in the same way
    if as_template:
        text = b"\n".join([*found, b""]) or b"\n"
    else:
        text = b"[" + b",".join(found) + b"]"
        text = (rawjson.compact(text) if source == "json" else rawjson.indented(text)) + b"\n"
    if app.stdout_is_terminal:
        text = printable(text.decode("utf-8", "replace")).encode()
    app.write_bytes(text)
    for error in failed:
        app.complain(error.message, error.hint)
    if failed:
        raise SystemExit(1)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise DsockError("the engine's answer is not JSON") from None


def _is_absence(err: ApiError) -> bool:
    """True if the object may still be one of another kind."""
    other = ("not supported", "invalid reference format")
    return err.status == 404 or any(words in err.reason for words in other)
