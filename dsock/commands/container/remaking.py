"""What made a container, asked of the engine: for `inspect --as` and `recreate`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from dsock import tree
from dsock.api import images, system
from dsock.app import App
from dsock.commands.container.options import create_options
from dsock.engine.request import Request
from dsock.errors import ApiError
from dsock.flags import create
from dsock.flags.networks import is_user_defined
from dsock.remake import record, words
from dsock.remake.habits import Habits

Ask = Callable[[Request], Any]


def habits(app: App, ask: Ask) -> Habits:
    """What the engine does unasked. GET /info."""
    return Habits(ask(system.info()), app.engine.version, app.engine.podman)


def remade(app: App, container: Mapping[str, Any], engine: Habits, ask: Ask) -> record.Remade:
    """What made a container, by its record. GET /images/{id}/json.

    Without its image everything is its own: a note tells.
    """
    image = None
    try:
        image = ask(images.inspect(container["Image"]))
    except ApiError as err:
        if err.status != 404:
            raise
        app.note(
            f"WARNING: the image of {container['Name'].removeprefix('/')} is gone:"
            " what it said is written out"
        )
    return record.read(container, image, engine)


def unsaid(made: record.Remade, version: str) -> list[str]:
    """What the flags of `words` do not say, a line each: they are read as `create` reads them,
    and what comes out is compared."""
    argv = [*words.argv(words.flags(made.body)), *words.arguments(made.body)]
    image, command, flags = _command_line.main(argv, standalone_mode=False)
    detach = flags.pop("detach")
    again = create.body(image, command, flags, {}, detach, version)
    return [
        f"{path}: {json.dumps(was, ensure_ascii=False)}"
        + ("" if now is None else f" becomes {json.dumps(now, ensure_ascii=False)}")
        for path, was, now in _differences(_comparable(made.body), _comparable(again))
    ]


@tree.command(interspersed=False)
@click.option("-d", "--detach", is_flag=True)
@create_options
@click.argument("image")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def _command_line(image: str, command: tuple[str, ...], **flags: Any) -> Any:
    return image, command, flags


def _differences(was: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, value, what became of it) of each value that is not the same."""
    if isinstance(was, Mapping) and isinstance(now, Mapping | None):
        for key in [*was, *(key for key in now or () if key not in was)]:
            yield from _differences(was.get(key), (now or {}).get(key), f"{path}.{key}".strip("."))
    elif was != now and not (_nothing(was) and _nothing(now)):
        yield path, was, now


def _nothing(value: Any) -> bool:
    """True for what is not there. A zero may be."""
    return value is None or value is False or value in ("", [], {})


def _comparable(body: Mapping[str, Any]) -> dict[str, Any]:
    """`body` without what follows from the rest of it: published ports are exposed, and links
    in a network are no links of the host."""
    host = dict(body["HostConfig"])
    if is_user_defined(host["NetworkMode"]):
        host.pop("Links", None)
    exposed = [
        port for port in body.get("ExposedPorts", ()) if port not in host.get("PortBindings", ())
    ]
    return {**body, "ExposedPorts": dict.fromkeys(exposed), "HostConfig": host}
