"""`dsock trace`."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from pathlib import Path

import click

from dsock import tree
from dsock.app import App
from dsock.commands.trace_output import Tracer
from dsock.errors import DsockError

# Flags of these programs that say which engine; what comes so is not seen here.
PROGRAMS = ("docker", "docker-compose", "dsock", "podman")
ELSEWHERE = r"(-H|-c).*|--(host|context|url|connection)(=.*)?"
WITH_VALUE = ("--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey")


@tree.command(interspersed=False)
@click.option("-v", "--verbose", is_flag=True, help="Also show bodies and what streams say")
@click.option("-o", "--output", metavar="FILE", help="Write the lines to a file, not to stderr")
@click.option("--save", metavar="FILE",
              help="Save the calls for `dsock trace show`, archives as FILE.body-N")  # fmt: skip
@click.option("--har", metavar="FILE", help="Save the calls as an HTTP Archive")
@click.option("--policy", metavar="FILE",
              help="Write the least policy for these calls, for `dsock proxy`")  # fmt: skip
@click.option("--no-redact", is_flag=True, help="Keep passwords, tokens and the like")
@click.option("--listen", metavar="PATH", help="Make a socket for others, until interrupted")
@click.argument("argv", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND [ARG...]]")
@click.pass_obj
def command(
    app: App,
    argv: tuple[str, ...],
    verbose: bool,
    output: str | None,
    save: str | None,
    har: str | None,
    policy: str | None,
    no_redact: bool,
    listen: str | None,
) -> int | None:
    """Show every call that a program makes to the engine.

    Runs COMMAND with a socket of its own as DOCKER_HOST; what goes over it is passed on unchanged
    and told on stderr, a line a call, with --curl also as curl. Passwords and tokens are left out.
    `dsock trace show FILE` shows what --save saved.
    """
    if app.dry_run:
        raise DsockError("--dry-run shows calls that dsock makes; a trace is of others'")
    if argv[:1] == ("show",) and not listen:
        from dsock.commands.trace_show import command as show

        show.main(
            ["-v"] * verbose + [*argv[1:]], "dsock trace show", standalone_mode=False, obj=app
        )
        return None
    if bool(argv) == bool(listen):
        raise DsockError("a command is wanted, or --listen PATH", "dsock trace -- docker ps")
    from dsock import child
    from dsock.engine.address import address
    from dsock.relay.beside import relaying
    from dsock.relay.listen import bound, private_folder
    from dsock.relay.record import recording

    with ExitStack() as stack:
        tracer = stack.enter_context(Tracer(app, output, app.curl, verbose, save, har, policy))
        folder = None if listen else stack.enter_context(private_folder())
        path = Path(listen or "") if folder is None else folder / "docker.sock"
        stack.enter_context(child.held())
        sock = stack.enter_context(bound(path))
        gate = recording(tracer, redact=not no_redact)
        stack.enter_context(relaying(sock, address(app.endpoint), gate))
        if listen:
            app.note(f"DOCKER_HOST=unix://{path.absolute()}")
            child.wait()
            return 0
        return child.call(argv, _environ(app, argv, str(path)))


def _environ(app: App, argv: tuple[str, ...], path: str) -> dict[str, str]:
    from dsock.child import DROPPED

    dropped = [name for name in DROPPED if app.environ.get(name)]
    if dropped:
        app.note(f"note: {', '.join(dropped)} unset for the command, to see its calls")
    if flag := _elsewhere(argv):
        app.note(f"note: {flag} makes the command talk to an engine past this trace")
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    return {**kept, "DOCKER_HOST": f"unix://{path}", "CONTAINER_HOST": f"unix://{path}"}


def _elsewhere(argv: tuple[str, ...]) -> str:
    """The flag that sends the command to an engine of its own choice, "" for none."""
    words = iter(argv[1:] if Path(argv[0]).name in PROGRAMS else ())
    for word in words:
        if re.fullmatch(ELSEWHERE, word):
            return word
        if word in WITH_VALUE:
            next(words, "")
        elif not word.startswith("-"):  # the command's own words begin
            break
    return ""
