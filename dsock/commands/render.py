"""`dsock render`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App
from dsock.commands import render_notify, render_output
from dsock.commands.render_job import Job
from dsock.errors import BadFlag
from dsock.events.roster import Roster
from dsock.flags.times import SECOND, duration
from dsock.templates.load import Source


@tree.command()
@click.option("-a", "--all", "all", is_flag=True, help="Also containers that do not run")
@click.option("-w", "--watch", is_flag=True, help="Go on, and write anew when something changes")
@click.option("--wait", metavar="MIN[:MAX]", default="200ms:2s",
              help="Write when nothing happened for MIN, after MAX at the latest")  # fmt: skip
@click.option("--check", metavar="COMMAND",
              help="Keep the old file unless this succeeds; {} is the new one")  # fmt: skip
@click.option("--reload", "reloads", multiple=True, metavar="COMMAND",
              help="Run this after a change, and again until it succeeds; {} is OUT")  # fmt: skip
@click.option("--signal", "signals", multiple=True, metavar="SIGNAL=CONTAINER",
              help="Send this after a change")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
              help="`settings.NAME` of the template")  # fmt: skip
@click.option("--go", is_flag=True, help="A Go template with docker-gen's names, as is any *.tmpl")
@click.option("--keep-blank-lines", is_flag=True,
              help="Of a Go template; docker-gen removes them")  # fmt: skip
@click.argument("template")
@click.argument("out", default="-", metavar="[OUT]")
@click.pass_obj
def command(
    app: App,
    all: bool,
    watch: bool,
    wait: str,
    check: str | None,
    reloads: tuple[str, ...],
    signals: tuple[str, ...],
    settings: tuple[str, ...],
    go: bool,
    keep_blank_lines: bool,
    template: str,
    out: str,
) -> None:
    """Write a file from a template and the containers that run.

    TEMPLATE is a Jinja2 file, '-' for stdin, or built in: nginx is a whole nginx.conf that
    balances the containers with a label dsock.host or a variable VIRTUAL_HOST, nginx-sites what
    goes into conf.d. Without OUT the text goes to stdout.

    A template has `containers`, `networks`, `env` and `settings`. A container has id, short_id,
    name, hostname, image, created, status, running, paused, health, ready, exit_code, env, labels,
    project, service, networks, network_mode, ip, ip6, ports, mounts, command. Beside Jinja2's own
    filters there are docker-gen's: group_by, group_by_multi, where, where_exist, sort_by, closest,
    json, sha1, dir, exists, split ...; and `hosts(containers)` for balancers.

    OUT is replaced whole, or not at all, and only if something in it changes. Commands are run
    without a shell. After SIGHUP, --watch looks at everything anew.
    """
    pause = _pause(wait)
    source = Source(template, go, keep_blank_lines)
    notices = [*render_notify.programs(reloads, out), *render_notify.signals(signals)]
    output = render_output.Output(app, out, render_output.checked_by(check))
    if out == "-" and (check or notices):
        raise BadFlag("--check, --reload and --signal need a file to write", "name it as OUT")
    job = Job(app, Roster(app.engine, all), source, output, _settings(settings))
    if watch and not app.dry_run:
        from dsock.commands import render_watch

        render_watch.watch(app, job, notices, *pause)
    elif job.run():
        for notice in notices:
            notice.send(app)


def _pause(text: str) -> tuple[float, float]:
    """The seconds of "MIN" or "MIN:MAX"; MAX is 4 times MIN if it is not said."""
    words = text.split(":")
    found = [time for time in map(duration, words) if time is not None and time >= 0]
    if len(found) != len(words) or len(found) > 2:
        raise BadFlag(f"--wait: {text!r} is no MIN:MAX", "write 200ms:2s")
    least, most = found[0], found[1] if len(found) > 1 else 4 * found[0]
    return least / SECOND, max(least, most) / SECOND


def _settings(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if pair.find("=") < 1:
            raise BadFlag(f"--set: {pair!r} is no NAME=VALUE")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
