"""`dsock stats`."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import ApiError, BadFlag, DsockError
from dsock.options import format_option, no_trunc_option
from dsock.render import listing, table
from dsock.views import stats as view
from dsock.views.resources import usage

if TYPE_CHECKING:
    from dsock.stats import Watch, Watched

SECONDS = 1.0  # the engine measures that often
FIRST_SECONDS = 2.5  # how long the first lines wait for all containers
# A container that has measured everything, to try a template on.
_EXAMPLE = view.Row("web", "0" * 64, "web", usage({}))

Show = Callable[[Iterable[view.Row]], str]


@tree.command()
@click.option("-a", "--all", is_flag=True, help="Show stopped containers too")
@format_option
@click.option("--no-stream", is_flag=True, help="Measure once, print that and end")
@no_trunc_option
@click.option("--sort", type=click.Choice(["name", *view.SORTS]), metavar="KEY",
              help=f"Order by name, or from the most by {', '.join(view.SORTS)}")  # fmt: skip
@click.option("--csv", is_flag=True, help="One line a measurement, in plain numbers")
@click.argument("targets", nargs=-1, metavar="[CONTAINER...]", shell_complete=completion.running)
@click.pass_obj
def command(
    app: App,
    targets: tuple[str, ...],
    all: bool,
    format: str | None,
    no_stream: bool,
    no_trunc: bool,
    sort: str | None,
    csv: bool,
) -> None:
    """Show what containers use: CPU, memory, network, disks.

    Those that run, or the named ones; measured anew each second.
    """
    if csv and format:
        raise BadFlag("conflicting options: --csv and --format")
    refs = list(dict.fromkeys(targets))
    source = format or app.config.get("statsFormat") or "table"
    show = _csv if csv else _formatted(app, source, no_trunc)
    if app.dry_run and not no_stream:
        _dry(app, refs, all)
    elif no_stream:
        rows = view.ordered(_once(app, refs, all), sort)
        if app.rich and source == "table" and not csv:
            from dsock.views.stats_screen import STEPS, columns

            table.show(lambda: app.console, app.write, columns(no_trunc), rows, STEPS)
        else:
            app.write(_csv_head() * csv + show(rows))
    else:
        watch = _watching(app, refs, all)
        if csv:
            _stream(app, watch)
        elif app.rich and not app.curl:
            from dsock.commands.container.stats_table import live

            live(app, watch, None if source == "table" else show, sort, no_trunc)
        else:
            _repeat(app, watch, show, sort)


def _formatted(app: App, source: str, full: bool) -> Show:
    fields = view.view(full)
    text = view.TABLE if source == "table" else source
    listing.text(fields, [_EXAMPLE], text)  # one that fails does so before the engine is asked
    return lambda rows: listing.text(fields, rows, text, app.stdout_is_terminal)


def _csv_head() -> str:
    return ",".join(view.CSV) + "\n"


def _csv(rows: Iterable[view.Row]) -> str:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(map(view.csv, rows))
    return out.getvalue()


def _refs(app: App, refs: list[str], all: bool) -> list[str]:
    return refs or [str(c["Id"]) for c in app.engine.json(containers.list_(all=all)) or ()]


def _once(app: App, named: list[str], all: bool) -> list[view.Row]:
    """The containers' usage, each measured for the second that docker measures too."""
    from dsock.engine.parallel import started
    from dsock.stats import Watched

    refs = _refs(app, named, all)
    ask = started(app.engine, lambda r: app.engine.json(containers.stats(r, stream=False)), refs)
    rows, errors = [], []
    for ref in refs:
        watched = Watched(ref)
        try:
            watched.take(ask(ref))
        except ApiError as err:
            if named or err.status != 404:  # else it has just gone
                errors.append(err)
        else:
            rows.append(row(watched))
    _complain(app, errors)
    return rows


def _dry(app: App, named: list[str], all: bool) -> None:
    refs = _refs(app, named, all)
    for ref in refs:
        app.engine.open(replace(containers.stats(ref), background=len(refs) > 1))


def _watching(app: App, refs: list[str], all: bool) -> Watch:
    """The watch on the named containers, or on those that come and go, once there is something to
    show. Ends if one that is named cannot be measured."""
    from dsock.stats import Watch

    gc.freeze()  # what is loaded stays loaded
    gc.enable()  # and this may run for months
    watch = Watch(app.engine)
    for ref in refs:
        watch.add(ref)
    if not refs:
        watch.follow(all)
    found = watch.settle(app.engine.read_seconds if refs else FIRST_SECONDS)
    _complain(app, [watched.error for watched in found if watched.error and refs])
    return watch


def _repeat(app: App, watch: Watch, show: Show, sort: str | None) -> None:
    while True:
        app.write(show(view.ordered(map(row, watch.watched()), sort)))
        app.flush()
        time.sleep(SECONDS)


def _stream(app: App, watch: Watch) -> None:
    app.write(_csv_head())
    while True:
        app.write(_csv(map(row, watch.take(SECONDS))))
        app.flush()


def row(watched: Watched) -> view.Row:
    """What is known of a container now."""
    record = watched.record
    if record is None:
        return view.Row(watched.ref, watched.id, watched.name, None)
    when = str(record.get("read", ""))
    return view.Row(watched.ref, watched.id, watched.name, usage(record), when)


def _complain(app: App, errors: Sequence[DsockError]) -> None:
    """Say what went wrong, if anything did, and end."""
    for err in errors:
        app.complain(err.message, err.hint)
    if errors:
        raise SystemExit(1)
