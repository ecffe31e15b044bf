"""A container in the foreground: its streams, signals, terminal size and exit code."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from dsock.api import containers
from dsock.app import App
from dsock.engine.client import Engine
from dsock.engine.version import newer
from dsock.errors import DsockError
from dsock.terminal import detach, signals
from dsock.terminal.attach import Session, TwoWay
from dsock.terminal.raw import raw, size


def check_terminal(app: App, tty: bool, stdin: bool) -> None:
    """Raises DsockError if a tty is wanted for an input that is none: before anything is made."""
    if tty and stdin and not app.stdin_is_terminal and not app.dry_run:
        raise DsockError(
            "the input device is not a TTY", "leave -t away where a script is the input"
        )


def console_size(engine: Engine) -> list[int] | None:
    """[rows, columns] for a create or exec call, None if the engine's API does not have it."""
    rows, columns = size()
    return [rows, columns] if rows and not newer("1.42", engine.version) else None


def detach_keys(app: App, flag: str | None) -> bytes:
    """The keys from the flag, else from docker's config, else ctrl-p,ctrl-q; "" is none."""
    chosen = flag if flag is not None else app.config.get("detachKeys") or detach.DEFAULT
    return detach.keys(str(chosen))


def engine_keys(tty: bool) -> str | None:
    """What an attach call says about detach keys; see terminal.detach."""
    return detach.FOR_ENGINE if tty else None


def hold(
    app: App,
    connection: TwoWay,
    tty: bool,
    stdin: bool,
    keys: bytes,
    signal_to: str | None = None,
    resize: Callable[[int, int], object] | None = None,
    begin: Callable[[], object] = lambda: None,
) -> bool:
    """Call `begin()` and be attached until the container's end; False if the user detached.

    Signals go to the container `signal_to`, the terminal's size by `resize(rows, columns)`.
    """
    session = Session(connection, tty, stdin, keys)
    with ExitStack() as stack:
        # Outermost: whatever ends dsock from here on, the terminal is as it was.
        stack.enter_context(raw(tty and stdin and app.stdin_is_terminal and not app.dry_run))
        if signal_to is None:
            stack.enter_context(signals.ending())
        else:
            target = signal_to
            stack.enter_context(
                signals.forwarded(lambda name: app.engine.json(containers.kill(target, name)))
            )
        begin()
        if tty and resize is not None and app.stdout_is_terminal and not app.dry_run:
            change = resize
            stack.enter_context(signals.resized(lambda: change(*size())))
        session.run()
    return not session.detached
