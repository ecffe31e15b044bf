"""`dsock events`."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from dsock import completion, tree
from dsock.app import App
from dsock.errors import BadTemplate, DsockError
from dsock.events import Event, State, batches, filter
from dsock.flags.times import wire_time
from dsock.options import filter_option
from dsock.views import events as view

Render = Callable[[list[Event]], Iterable[str]]


class _Events(tree.Command):
    """docker's -f is --filter; by itself it says --follow here, as it does for logs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spelled(args))


@click.command(cls=_Events, context_settings={"max_content_width": 100})
@filter_option(completion.EVENT_FILTERS)
@click.option("--follow", "follow", flag_value=True, default=None,
              help="Connect again when the engine goes away; so does -f by itself")  # fmt: skip
@click.option("--no-follow", "follow", flag_value=False,
              help="End at now: what the engine remembers, or since TIME")  # fmt: skip
@click.option("--format", "format", metavar="FORMAT", help="'json', or a Go template")
@click.option("--since", metavar="TIME", help="Begin with what happened since then (10m, a date)")
@click.option("--until", metavar="TIME", help="End then")
@click.pass_obj
def command(
    app: App,
    filters: tuple[str, ...],
    follow: bool | None,
    format: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """Show what happens at the engine, as it happens."""
    now = time.time_ns()
    render = renderer(format)
    wanted, keep = filter.parse(filters)
    end = wire_time(until or "", now)
    if follow is False and not end:
        end = "{}.{:09d}".format(*divmod(now, view.SECOND))
    query: dict[str, Any] = {
        "since": wire_time(since or "", now),
        "until": end,
        "filters": wanted,
        "keep": keep,
        "reconnect": bool(follow) and not app.dry_run,
    }
    gc.freeze()  # what is loaded stays loaded
    gc.enable()  # and this may run for months
    if app.rich and not format:
        from dsock.commands.system.events_feed import watch

        try:
            watch(app, query)
        except KeyboardInterrupt:
            raise SystemExit(130) from None  # the terminal is as it should be: say nothing more
        return
    show = escaped_lines(render) if app.stdout_is_terminal else render
    for batch in batches(app.engine, **query, on_state=notes(app)):
        for text in show(batch):
            app.write(text)
        app.flush()


def spelled(args: list[str]) -> list[str]:
    """`args` with each -f as --filter or --follow: the former has KEY=VALUE after it."""
    out: list[str] = []
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg in ("--filter", "--format", "--since", "--until", "--host", "--context"):
            out += [arg, *rest[:1]]
            del rest[:1]
        elif arg == "-f" and rest and "=" in rest[0] and not rest[0].startswith("-"):
            out += ["--filter", rest.pop(0)]
        elif arg == "-f":
            out.append("--follow")
        elif arg.startswith("-f") and "=" in arg:
            out += ["--filter", arg[2:].removeprefix("=")]
        else:
            out.append(arg)
    return out


def renderer(format: str | None) -> Render:
    """What makes texts of events. Raises DsockError (exit 64) for a template that does not fit."""
    if not format or format == "json":
        lines = view.as_json() if format else view.plain()
        return lambda events: [lines(events)]
    from dsock.render.template import compile

    try:
        one = compile(format, shape="event", raw=False)
        one(view.complete({}))
    except BadTemplate as err:
        raise DsockError(f"Error parsing format: {err.message}", err.hint, 64) from None

    def each(events: list[Event]) -> Iterator[str]:
        for event in events:
            try:
                yield one(event) + "\n"
            except BadTemplate:
                yield "\n"  # docker ends the line before it gives up
                raise

    return each


def escaped_lines(render: Render) -> Render:
    """`render` for a terminal: what a label says must not steer it."""
    from dsock.render.safe import printable

    return lambda events: map(printable, render(events))


def notes(app: App) -> Callable[[State], None]:
    """What says on stderr that the engine went away and that it is back: once each."""
    away_since = 0.0

    def note(state: State) -> None:
        nonlocal away_since
        if not state.connected and not away_since:
            away_since = time.monotonic()
            app.note(f"{state.reason}; connecting again until it is back")
        elif state.connected and away_since:
            app.note(f"connected again after {time.monotonic() - away_since:.1f} s")
            away_since = 0.0

    return note
