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
from dsock.events import Event, batches, filter
from dsock.events.resume import wire
from dsock.flags.times import wire_time
from dsock.options import SECONDS, filter_option
from dsock.views import events as view

LEAVE_SECONDS = 0.7  # after Ctrl-C, to say goodbye
Render = Callable[[list[Event]], Iterable[str]]


class _Events(tree.Command):
    """docker's -f is --filter; by itself it says --follow here, as it does for logs. All that
    comes after --exec is the command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spelled(args))

    def invoke(self, ctx: click.Context) -> Any:
        from dsock.terminal import signals

        drawn = ctx.params["diagram"] or ctx.params["timeline"]  # which takes its time
        with signals.ending(0 if drawn else LEAVE_SECONDS):
            return super().invoke(ctx)


@click.command(cls=_Events, context_settings={"max_content_width": 100})
@filter_option(completion.EVENT_FILTERS)
@click.option("--container", "containers", multiple=True, metavar="CONTAINER",
              help="All of this container, also on its networks and volumes",
              shell_complete=completion.containers)  # fmt: skip
@click.option("--hide-health", is_flag=True, help="Leave out what health checks execute")
@click.option("--follow", "follow", flag_value=True, default=None,
              help="Connect again when the engine goes away; so does -f by itself")  # fmt: skip
@click.option("--no-follow", "follow", flag_value=False,
              help="End at now: what the engine remembers, or since TIME")  # fmt: skip
@click.option("--no-reconnect", is_flag=True,
              help="Do not connect again, whatever else is asked for")  # fmt: skip
@click.option("--max-wait", metavar="TIME", type=SECONDS,
              help="Give up when the engine is away for so long")  # fmt: skip
@click.option("--cursor", metavar="FILE", shell_complete=completion.files,
              help="Remember what was printed, and go on there; implies --follow")  # fmt: skip
@click.option("--strict-continuity", "strict", is_flag=True,
              help="Filter here, so that fewer gaps are only possible ones")  # fmt: skip
@click.option("--format", "format", metavar="FORMAT", help="'json', or a Go template")
@click.option("--since", metavar="TIME", help="Begin with what happened since then (10m, a date)")
@click.option("--until", metavar="TIME", help="End then")
@click.option("--until-event", metavar="SPEC",
              help="End with this event: 'die', or 'event=die,container=web'")  # fmt: skip
@click.option("--count", metavar="N", type=click.IntRange(1), help="End after N events")
@click.option("--timeout", metavar="TIME", type=SECONDS,
              help="End with exit code 124 when it takes longer")  # fmt: skip
@click.option("--exec", "hook", multiple=True, metavar="CMD [ARG...]",
              help="Run this for each event, which it gets on stdin and as DSOCK_TYPE, _ACTION, "
              "_ID, _NAME, _IMAGE, _TIMENANO; the last option; implies --follow")  # fmt: skip
@click.option("--exec-jobs", "jobs", metavar="N", type=click.IntRange(1), default=1,
              help="So many at the same time, in no order; 1 by default")  # fmt: skip
@click.option("--exec-timeout", "hook_seconds", metavar="TIME", type=SECONDS,
              help="Kill it, and what it has started, after that")  # fmt: skip
@click.option("--exec-retries", "retries", metavar="N", type=click.IntRange(0), default=0,
              help="Try again so often when it fails, after 1, 2, 4... seconds")  # fmt: skip
@click.option("--diagram", metavar="[=FILE]", is_flag=False, flag_value="-",
              help="Draw who did what to whom; FILE.svg, .html, .mmd or .txt")  # fmt: skip
@click.option("--timeline", metavar="[=FILE]", is_flag=False, flag_value="-",
              help="Draw each container's life as a bar, in the same forms")  # fmt: skip
@click.option("--from", "source", metavar="FILE", shell_complete=completion.files,
              help="Draw the events of FILE, lines of --format json; '-' is stdin")  # fmt: skip
@click.pass_obj
def command(
    app: App,
    filters: tuple[str, ...],
    containers: tuple[str, ...],
    hide_health: bool,
    follow: bool | None,
    no_reconnect: bool,
    max_wait: float | None,
    cursor: str | None,
    strict: bool,
    format: str | None,
    since: str | None,
    until: str | None,
    until_event: str | None,
    count: int | None,
    timeout: float | None,
    hook: tuple[str, ...],
    jobs: int,
    hook_seconds: float | None,
    retries: int,
    diagram: str | None,
    timeline: str | None,
    source: str | None,
) -> None:
    """Show what happens at the engine, as it happens."""
    from dsock.commands.system import events_more as more

    now = time.time_ns()
    render = renderer(format)
    wanted, keep = filter.parse(filters)
    end = wire_time(until or "", now)
    last = more.Last(filter.spec(until_event) if until_event else None, count, timeout)
    keep = filter.every([keep, more.of(app, containers)])
    query: dict[str, Any] = {
        "since": wire_time(since or "", now),
        "until": end,
        "filters": wanted,
        "keep": keep,
    }
    gc.freeze()  # what is loaded stays loaded
    gc.enable()  # and this may run for months
    reconnect = (bool(follow) or bool(cursor or hook)) and not no_reconnect and follow is not False
    feed = app.rich and not format and not hook and not cursor
    of_hooks = {"--exec-jobs": jobs > 1, "--exec-timeout": hook_seconds, "--exec-retries": retries}
    of_following = {"--max-wait": max_wait, "--strict-continuity": strict}
    if not hook:
        more.refuse(of_hooks, "without --exec")
    if not reconnect:
        more.refuse(of_following, "without --follow")
    picture = diagram or timeline
    if picture:
        of_text = {"--format": format, "--cursor": cursor, "--exec": hook}
        more.refuse(of_text, "for a picture")
        more.refuse({"--follow": source and follow}, "with --from")
    elif source:
        raise DsockError("--from goes with --diagram or --timeline", exit_code=125)
    if follow is False and not end and not source:
        from dsock.events.clock import engine_now

        query["until"] = wire(engine_now(app.engine))
    more_than_docker = reconnect or cursor or hook or hide_health or feed or last or picture
    if not more_than_docker or (app.dry_run and not source):
        show = escaped_lines(render) if app.stdout_is_terminal else render
        for batch in batches(app.engine, **query):
            for text in show(batch):
                app.write(text)
            app.flush()
        return
    query |= {"reconnect": reconnect, "max_wait": max_wait, "strict": strict}
    how = more.How(query, last, cursor, hide_health)
    if picture:
        from dsock.commands.system.events_diagram import draw

        draw(app, how, {"sequence": diagram, "timeline": timeline}, source)
    elif feed:
        from dsock.commands.system.events_feed import watch

        try:
            watch(app, how, filters + tuple(f"container={name}" for name in containers))
        except KeyboardInterrupt:
            raise SystemExit(130) from None  # the terminal is as it should be: say nothing more
    elif hook:
        more.execute(app, how, hook, {"jobs": jobs, "seconds": hook_seconds, "retries": retries})
    else:
        more.write(app, how, escaped_lines(render) if app.stdout_is_terminal else render)


WITH_VALUE = {
    "--filter", "--format", "--since", "--until", "--host", "--context", "--container",
    "--max-wait", "--cursor", "--until-event", "--count", "--timeout", "--exec-jobs",
    "--exec-timeout", "--exec-retries", "--from",
}  # fmt: skip


def spelled(args: list[str]) -> list[str]:
    """`args` with each -f as --filter or --follow: the former has KEY=VALUE after it. Each word
    of the command after --exec becomes an --exec of its own."""
    out: list[str] = []
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg in WITH_VALUE:
            out += [arg, *rest[:1]]
            del rest[:1]
        elif arg.partition("=")[0] == "--exec":
            words = [arg.partition("=")[2]] if "=" in arg else []
            return out + [f"--exec={word}" for word in [*words, *rest]] or ["--exec"]
        elif arg == "-f" and rest and (not rest[0] or _is_filter(rest[0])):
            out += ["--filter", rest.pop(0)]
        elif arg == "-f":
            out.append("--follow")
        elif arg.startswith("-f") and "=" in arg:
            out += ["--filter", arg[2:].removeprefix("=")]
        else:
            out.append(arg)
    return out


def _is_filter(word: str) -> bool:
    return "=" in word and not word.startswith("-")


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
