"""`dsock walkthrough`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dsock import tree
from dsock.app import App
from dsock.errors import DsockError, Unreachable
from dsock.walkthrough import texts
from dsock.walkthrough.steps import LABEL, STEPS

if TYPE_CHECKING:
    from dsock.engine.request import Request
    from dsock.walkthrough.leaving import Leaving
    from dsock.walkthrough.stage import Stage

PORT = 8080


@tree.command()
@click.option("--sandbox", is_flag=True, help="Play on an engine that is started for this")
@click.option("-y", "--yes", is_flag=True, help="Don't wait for Enter")
@click.option("--lang", type=click.Choice(texts.LANGUAGES), help="Else what the locale says")
@click.option("--clean", is_flag=True, help="Remove what a walkthrough that was killed has left")
@click.pass_obj
def command(app: App, sandbox: bool, yes: bool, lang: str | None, clean: bool) -> None:
    """Show step by step what happens on the engine's socket.

    Each step shows a command, the calls that it makes as curl, what the engine answered and the
    events that came; a key goes on, and q leaves. In the end nothing is left behind.
    """
    from dsock.walkthrough.leaving import Leaving
    from dsock.walkthrough.player import removed
    from dsock.walkthrough.stage import Stage

    if clean:
        for name in removed(app.engine, LABEL):
            app.write(f"{name}\n")
        return
    if app.dry_run:
        _script(app, sandbox)
        return
    language = lang or texts.language(app.environ)
    asks = not yes and app.rich and app.stdin_is_terminal
    stage = Stage(app.console, texts.of(language), asks)
    leaving = Leaving()
    with leaving.caught(), stage.keys():
        if not sandbox:
            try:
                app.engine.server  # noqa: B018  asks for it
            except Unreachable as err:
                stage.say(err.message, "yellow")
                stage.word("no-engine")
                if not stage.confirm("sandbox?"):
                    return
                sandbox = True
        if not sandbox:
            _play(app, stage, leaving)
            return
        stage.word("sandbox")
    _play_in_sandbox(app, language, asks)


def _play(app: App, stage: Stage, leaving: Leaving) -> None:
    """Play on the engine at hand, and remove what was made, however it ends."""
    from dsock.api import images
    from dsock.walkthrough.image import chosen
    from dsock.walkthrough.player import Player, left

    engine = app.engine
    stage.title(len(STEPS), engine.server.partition(" ")[0], app.endpoint.url)
    if found := left(engine):
        stage.word("leftovers", n=found)
    image = chosen(engine, stage, app.credentials.header("docker.io"))
    player = Player(
        engine,
        stage,
        leaving,
        _values(app, image.reference),
        image.command,
        lambda argv: _rehearsed(app, argv),
        lambda argv: _printed(app, argv),
    )
    try:
        if player.play(STEPS):
            stage.end()
    finally:
        gone = player.clean()
        if image.pulled:
            with leaving.held():
                engine.json(images.remove(image.reference))
            gone.append(image.reference)
        stage.removed(gone)


def _values(app: App, image: str) -> dict[str, str]:
    ident = secrets.token_hex(2)
    return {
        "id": ident,
        "image": image,
        "first": f"first-{ident}",
        "web": f"web-{ident}",
        "publish": f"{PORT}:80" if _is_free(app, PORT) else "80",
        "since": "0",
    }


def _is_free(app: App, port: int) -> bool:
    """True if neither a container of the engine has the port nor, if it is on this host, a
    process; for an engine that is elsewhere, False."""
    import socket

    from dsock.api import containers

    if app.endpoint.socket_path is None:
        return False
    running = app.engine.json(containers.list_())
    if any(one.get("PublicPort") == port for found in running for one in found["Ports"] or ()):
        return False
    try:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("", port))
    except OSError:
        return False
    return True


class _Aside(App):
    """A run beside the walkthrough's own, on the same engine: what it writes is kept."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self.host, self.context, self.tls = app.host, app.context, app.tls
        self.config_path = app.config_path
        self.written: list[str] = []

    def note(self, text: str) -> None:
        pass

    def _emit(self, text: str) -> None:
        self.written.append(text)


def _rehearsed(app: App, argv: Sequence[str]) -> list[tuple[Request, str | None]]:
    """The calls that the line would make, each with its version."""
    dry = _Aside(app)
    dry.dry_run = True
    calls: list[tuple[Request, str | None]] = []
    dry.engine.observers.append(lambda request, version: calls.append((request, version)))
    _run(dry, argv)
    return calls


def _printed(app: App, argv: Sequence[str]) -> list[str]:
    """The lines that the line prints on this output."""
    aside = _Aside(app)
    aside.console = app.console
    with app.console.capture() as capture:
        _run(aside, argv)
    return "".join([*aside.written, capture.get()]).splitlines()


def _run(app: App, argv: Sequence[str]) -> None:
    """Run one of dsock's own lines."""
    from dsock.commands import where
    from dsock.commands.container import create, ls, rm, run, start
    from dsock.commands.system import events

    played: dict[str, click.Command] = {
        "where": where.command, "create": create.command, "ps": ls.command,
        "start": start.command, "run": run.command, "events": events.command, "rm": rm.command,
    }  # fmt: skip
    name, *rest = argv
    played[name].main(rest, prog_name=f"dsock {name}", standalone_mode=False, obj=app)


def _script(app: App, sandbox: bool) -> None:
    """The whole walkthrough as a script, but for what is asked of a time that is still to come."""
    if sandbox:
        raise DsockError("a sandbox cannot be dry", "without --sandbox the walkthrough can")
    values = _values(app, "nginx")
    for step in STEPS:
        if "{since}" not in step.line:
            _run(app, step.argv(values, ()))


def _play_in_sandbox(app: App, language: str, asks: bool) -> None:
    """Play it inside of a sandbox, where its ports are, and leave with its exit code."""
    import shutil

    from dsock.sandbox import inside, shelf
    from dsock.sandbox.program import search_path

    nginx = shutil.which("nginx", path=search_path())
    line = [sys.executable, "-m", "dsock"]
    line += ["--config", app.config_path] if app.config_path else []
    line += ["--curl"] if app.curl else []
    line += ["walkthrough", "--lang", language, *([] if asks else ["--yes"])]
    inside.end_on_signals()
    with shelf.temporary(None, ["nginx" if nginx else "busybox"]) as box:
        code = inside.call(box, line, app.environ)
    raise SystemExit(code)
