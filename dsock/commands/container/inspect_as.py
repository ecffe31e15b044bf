"""`inspect --as`: what would make a container again, in three languages."""

from __future__ import annotations

import shlex
from typing import Any

import click

from dsock.api import containers
from dsock.app import App
from dsock.commands.container import remaking
from dsock.errors import DsockError, Unreachable
from dsock.options import Decorator
from dsock.remake import compose, words
from dsock.remake.calls import calls
from dsock.remake.record import Remade

FORMS = ("run", "curl", "compose")

as_option: Decorator = click.option(
    "--as", "form", type=click.Choice(FORMS), metavar="FORM",
    help="What would make the container again: a run line, curl calls, a compose file",
)  # fmt: skip


def show(app: App, targets: tuple[str, ...], form: str, **others: Any) -> None:
    """Print what makes `targets` again, as `form` says; a note tells what it does not say.

    Goes on past what is not found; exit code 1 then. Raises DsockError for `others` beside --as.
    """
    for name, given in others.items():
        if given:
            raise DsockError(f"--as cannot be combined with --{name}")
    ask = app.engine.json
    engine = remaking.habits(app, ask)
    made, failed = [], False
    for target in targets:
        try:
            made.append(remaking.remade(app, ask(containers.inspect(target)), engine, ask))
        except Unreachable:
            raise
        except DsockError as err:
            failed = True
            app.complain(err.message, err.hint)
    if made:
        _print(app, made, form, engine.version)
    if failed:
        raise SystemExit(1)


def _print(app: App, made: list[Remade], form: str, version: str) -> None:
    lost: list[list[str]] = [[] for _ in made]
    if form == "compose":
        _write(app, _yaml(compose.file(made)))
        lost = [compose.unsaid(one) for one in made]
    elif form == "curl":
        lost = _script(app, made, version)
    else:
        for one in made:
            _write(app, _lines(app, one, version))
        lost = [remaking.unsaid(one, version) for one in made]
    for one, lines in zip(made, lost, strict=True):
        for line in lines:
            app.complain(f"{one.name}: not said: {line}")


def _write(app: App, text: str) -> None:
    """What containers say of themselves, harmless to a terminal."""
    if app.dry_run:
        return  # its script shows what is asked
    app.tell(text)


def _lines(app: App, made: Remade, version: str) -> str:
    """A docker command line; several where networks have to be connected one by one."""
    _, later = made.calls(version)
    verb = "create" if later else "run"
    flags = words.flags(made.body, made.name, every_network=not later)
    if later:
        flags = [(flag, value) for flag, value in flags if flag != "-d"]
    pieces = [f"docker {verb}", *words.spelled(flags)]
    pieces.append(words.line(words.arguments(made.body)))
    lines = [(" \\\n    " if app.rich else " ").join(pieces)]
    for network, endpoint in later.items():
        options = words.spelled(words.connection(endpoint))
        lines.append(
            " ".join(["docker network connect", *options, words.line([network, made.name])])
        )
    if later:
        lines.append(f"docker start {shlex.quote(made.name)}")
    return "\n".join(lines) + "\n"


def _script(app: App, made: list[Remade], version: str) -> list[list[str]]:
    """Write the calls as one script; of each container, what the script has to be told."""
    import re

    from dsock.engine.dry import Script

    written: list[str] = []
    script = Script(written.append)
    lost = []
    for one in made:
        before = len(written)
        for request in calls(one, version):
            script.pretend(request, app.endpoint, version)
        names = dict.fromkeys(re.findall(r"""'"\$(\w+)"'""", "".join(written[before:])))
        lost.append([f"the secret {name}: set it first" for name in names if name != "ID"])
    _write(app, "".join(written))
    return lost


def _yaml(value: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000)
    return text
