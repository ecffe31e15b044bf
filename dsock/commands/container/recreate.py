"""`dsock recreate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from dsock import completion, tree
from dsock.api import containers, images
from dsock.app import App
from dsock.commands.container import remaking, swap
from dsock.commands.container.create import check_pull, created
from dsock.commands.container.options import create_options_but
from dsock.errors import ApiError, DsockError
from dsock.flags import create
from dsock.options import SECONDS
from dsock.remake import without as taking
from dsock.remake import words
from dsock.remake.merge import merged
from dsock.remake.record import Remade
from dsock.remake.volumes import carried

# Of `create`, but of a container that is there already, or that nobody attaches to.
LEFT_OUT = {"name": None, "cidfile": None, "attach": (), "use_api_socket": False}


@tree.command()
@create_options_but(*LEFT_OUT)
@click.option(
    "--without",
    multiple=True,
    metavar="FLAG[=KEY]",
    help="Take away what it has of a flag: memory, env=DEBUG, publish=80",
)
@click.option(
    "--wait-timeout",
    type=SECONDS,
    metavar="TIME",
    default="5m",
    show_default=True,
    help="How long it may take until it is healthy",
)
@click.option(
    "--settle",
    type=SECONDS,
    metavar="TIME",
    default="1s",
    show_default=True,
    help="How long it has to run if it has no health check",
)
@click.argument("target", metavar="CONTAINER", shell_complete=completion.containers)
@click.argument("image", required=False, shell_complete=completion.images)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [ARG...]")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    target: str,
    image: str | None,
    command: tuple[str, ...],
    without: tuple[str, ...],
    wait_timeout: float,
    settle: float,
    **flags: Any,
) -> None:
    """Replace a container by one with other flags, or of a newer image.

    It keeps what it was made with, but for the flags that are given: each takes the place of what
    is under the same key (variable, label, port, path), others are added. Flags of COMMAND go
    after --. Volumes are kept, also anonymous ones. What was written elsewhere in the container
    is not.

    The old container stays aside until the new one is healthy, or without a health check has run
    for a moment; if it does not come to that, the old one is put back.
    """
    app: App = ctx.obj
    check_pull(app, flags)
    listed = app.engine.known(containers.list_(all=True))
    name = swap.name_of(target, listed)
    swap.recover(app, name, listed, swap.Patience(wait_timeout, settle))
    old = app.engine.known(containers.inspect(name))
    _refuse(old)
    for other in listed:
        if (other.get("HostConfig") or {}).get("NetworkMode") == f"container:{old['Id']}":
            side = other["Names"][0].removeprefix("/")
            app.complain(
                f"WARNING: {side} uses the old container's network: recreate it afterwards"
            )
    engine = remaking.habits(app, app.engine.known)
    made = remaking.remade(app, old, engine, app.engine.known)
    made = replace(made, body=carried(made.body, old))
    body = made.body
    for text in without:
        body = _taken(ctx, made.name, body, text)
    flags |= LEFT_OUT
    body = merged(body, *_wished(ctx, app, body, flags, image, command))
    wanted = replace(made, body=body)
    there = _image(app, body["Image"])
    _show(app, old, made, wanted, there.get("Id"))
    first, connects = wanted.calls(engine.version)
    check = {
        **((there.get("Config") or {}).get("Healthcheck") or {}),
        **body.get("Healthcheck", {}),
    }
    limit = wait_timeout if check.get("Test", ["NONE"]) != ["NONE"] else None

    def make(name: str) -> str:
        found = created(app, body["Image"], first, {**flags, "name": name})
        for warning in found.get("Warnings") or ():
            app.note(f"WARNING: {warning}")
        return str(found["Id"])

    app.write(swap.swap(app, old, make, connects, swap.Patience(limit, settle)) + "\n")


def _refuse(old: Mapping[str, Any]) -> None:
    """Raises DsockError for a container that could not be put back."""
    name, state = old["Name"].removeprefix("/"), old["State"]
    if old["HostConfig"]["AutoRemove"] and state["Running"]:
        raise DsockError(
            f"{name} runs with --rm: once stopped it is gone, and could not be put back",
            f"dsock inspect --as run {name} prints the line that makes it again",
        )
    if state.get("Paused"):
        raise DsockError(f"{name} is paused", f"dsock unpause {name}, then recreate it")
    if "com.docker.swarm.task.id" in (old["Config"].get("Labels") or {}):
        raise DsockError(
            f"{name} is a task of a swarm, which makes its containers itself",
            "docker service update --force SERVICE",
        )


def _wished(
    ctx: click.Context,
    app: App,
    body: Mapping[str, Any],
    flags: Mapping[str, Any],
    image: str | None,
    command: tuple[str, ...],
) -> tuple[dict[str, Any], set[str]]:
    """(body of the flags alone, the parameters that were given)."""
    given = ctx.get_parameter_source
    named = {name for name in ctx.params if given(name) == ParameterSource.COMMANDLINE}
    networks = flags["network"] or (body["HostConfig"]["NetworkMode"],)
    wished = create.body(
        image or body["Image"],
        command,
        {**flags, "network": networks},
        app.environ,
        detach=True,
        version=app.engine.version,
    )
    return wished, named


def _taken(ctx: click.Context, name: str, body: dict[str, Any], text: str) -> dict[str, Any]:
    flag, _, key = text.partition("=")
    flag = flag.lstrip("-")
    for param in ctx.command.params:
        if flag and flag in (opt.lstrip("-") for opt in param.opts):
            found = taking.taken(body, param.opts, key)
            if found != body:
                return found
    raise DsockError(
        f"{name} has no --{flag}{f' {key}' if key else ''} of its own",
        f"dsock inspect --as run {name} shows what it has; the rest is the image's",
    )


def _image(app: App, image: str) -> dict[str, Any]:
    """The record of an image, {} if it has to be pulled."""
    try:
        found: dict[str, Any] = app.engine.look(images.inspect(image))
    except ApiError as err:
        if err.status != 404:
            raise
        return {}
    return found


def _show(
    app: App, old: Mapping[str, Any], made: Remade, wanted: Remade, image: str | None
) -> None:
    """What will change, as flags, on stderr."""
    before, after = words.flags(made.body), words.flags(wanted.body)
    lines = [f"- {piece}" for piece in words.spelled([w for w in before if w not in after])]
    lines += [f"+ {piece}" for piece in words.spelled([w for w in after if w not in before])]
    was, now = words.arguments(made.body), words.arguments(wanted.body)
    if was != now:
        lines += [f"- {words.line(was)}", f"+ {words.line(now)}"]
    if was[0] == now[0] and image not in (None, old["Image"]):
        lines += [f"- {now[0]} = {_short(old['Image'])}", f"+ {now[0]} = {_short(str(image))}"]
    _draw(app, [f"{made.name}:" + ("" if lines else " no flag changes"), *lines])


def _draw(app: App, lines: list[str]) -> None:
    """What goes in red and what comes in green, if a person looks."""
    if not app.stderr_is_terminal:
        app.complain("\n".join(lines))
        return
    from rich.text import Text

    from dsock.render.safe import printable

    for line in lines:
        style = {"-": "red", "+": "green"}.get(line[0], "bold")
        app.error_console.print(Text(printable(line), style=style), soft_wrap=True)


def _short(id_: str) -> str:
    return id_.removeprefix("sha256:")[:12]
