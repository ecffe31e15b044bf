"""A container or a command in the foreground: streams, signals, terminal size, exit code."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from dsock.api import containers
from dsock.app import App
from dsock.engine.dry import DryConnection
from dsock.engine.request import Request
from dsock.engine.version import newer
from dsock.errors import DsockError
from dsock.terminal import detach, raw, signals
from dsock.terminal.attach import Session, Streams, TwoWay
from dsock.terminal.outcome import Outcome


class Detached(DsockError):
    """The user typed the detach keys. An error as far as nobody says otherwise, as in docker."""

    def __init__(self) -> None:
        super().__init__("read escape sequence")


def check_terminal(app: App, tty: bool, stdin: bool) -> None:
    """Raises DsockError if a tty is wanted for an input that is none: before anything is made."""
    if tty and stdin and not app.stdin_is_terminal and not app.dry_run:
        raise DsockError(
            "the input device is not a TTY", "leave -t away where a script is the input"
        )


def console_size(app: App) -> dict[str, list[int]]:
    """{"ConsoleSize": [rows, columns]} for a create or exec call, so that a program has it before
    the first resize; {} where there is no terminal or the engine's API is older than 1.42."""
    if not app.stdout_is_terminal or newer("1.42", app.engine.version):
        return {}
    return {"ConsoleSize": list(raw.size())}


def detach_keys(app: App, flag: str | None) -> bytes:
    """The keys from the flag, else from docker's config, else ctrl-p,ctrl-q; a flag of "" is none.

    Raises DsockError for keys that do not exist.
    """
    chosen = flag if flag is not None else app.config.get("detachKeys") or detach.DEFAULT
    return detach.keys(str(chosen))


def container(
    app: App,
    ref: str,
    streams: Streams,
    condition: str,
    proxy: bool,
    begin: Callable[[], object],
    redraw: bool = False,
) -> int:
    """Attach, wait for `condition`, call `begin()`, and stay until the container's end.

    In any other order the output of a quick container is lost. With `proxy`, signals go to the
    container; with `redraw`, a program that is there already shows its screen. Returns its exit
    code; raises Detached if the user left before.
    """
    attach = containers.attach(
        ref, streams.stdin, streams.stdout, streams.stderr, detach_keys=streams.engine_keys
    )
    connection = (
        app.engine.upgrade(attach, framed=not streams.tty) if streams.any else DryConnection()
    )

    def send(signal: str) -> None:
        app.engine.json(containers.kill(ref, signal))

    with signals.forwarded(send) if proxy else signals.ending():
        outcome = Outcome(app.engine, containers.wait(ref, condition))
        begin()
        attached(app, connection, streams, lambda *size: containers.resize(ref, *size), redraw)
        return outcome.code()


def attached(
    app: App,
    connection: TwoWay,
    streams: Streams,
    resize: Callable[[int, int], Request],
    redraw: bool = False,
) -> None:
    """Pass the streams on until their end; raises Detached if the user left before.

    Meanwhile the user's terminal is in raw mode, and the other one has its size.
    """
    if app.dry_run:
        return
    app.flush()
    session = Session(connection, streams)
    with ExitStack() as stack:
        if streams.tty and app.stdout_is_terminal:
            rows, columns = raw.size()
            if redraw:  # programs draw anew only when the size is another one
                app.engine.json(resize(rows + 1, columns + 1))
            stack.enter_context(signals.resized(lambda: app.engine.json(resize(*raw.size()))))
        if streams.tty and streams.stdin and app.stdin_is_terminal:
            stack.enter_context(raw.raw())
        session.run()
    if session.detached:
        raise Detached()
