"""`dsock proxy`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsock import tree
from dsock.app import App
from dsock.errors import BadFlag

if TYPE_CHECKING:
    from dsock.relay.policy.load import Listener
    from dsock.relay.policy.rules import Policy, Rule


@tree.command()
@click.option("--listen", "path", metavar="PATH", help="Socket to make")
@click.option("--profile", "profiles", multiple=True, metavar="NAME",
              help="Let pass what this profile needs; may be given several times")  # fmt: skip
@click.option("--policy", metavar="FILE", help="Let pass what this file says (YAML or TOML)")
@click.option("--group", metavar="NAME", help="Group of the socket")
@click.option("--mode", metavar="MODE", help='Rights of the socket (default "0600")')
@click.option("--audit", is_flag=True, help="Log what would be refused, and let it pass")
@click.option("--log", metavar="FILE", help="One line of JSON a decision (default: stderr)")
@click.option("--check", metavar="FILE", help="Only read a policy and say what it lets pass")
@click.option("--explain", nargs=2, metavar="METHOD PATH", help="Only say whether this may pass")
@click.option("--profiles", "show", is_flag=True, help="List the profiles and what they risk")
@click.pass_obj
def command(
    app: App,
    path: str | None,
    profiles: tuple[str, ...],
    policy: str | None,
    group: str | None,
    mode: str | None,
    audit: bool,
    log: str | None,
    check: str | None,
    explain: tuple[str, str] | None,
    show: bool,
) -> None:
    """Give others a socket that lets pass only what they need.

    Whatever the policy does not name is refused. A policy, with all that it may say
    (`call` alone is enough for a rule; `query: any` and `body: any` open it wide):

    \b
      listen: /run/app/docker.sock       # or `listeners:`, a list of such tables
      mode: "0660"
      group: app
      uids: [1000]                       # who may connect; gids (first groups) too
      profiles: [events]
      owner: app                         # see and touch only what app made here
      hide: [env, mounts, labels, command, networks]
      rules:
        - GET /containers/{id}/logs
        - call: POST /containers/create
          query: [name]
          body:                          # what it may ask for besides the harmless
            images: ["busybox:*"]
            binds: ["/srv/app:ro"]
            networks: [app]

    SIGHUP reads it again, for what is asked from then on; a file that is broken,
    or has other sockets, leaves the old policy in place.
    """
    from dsock.relay.policy import load

    if show:
        _show_profiles(app)
        return
    if check is not None:
        for one in load.file(check):
            _describe(app, one)
        return

    def read() -> list[Listener]:
        found = _listeners(path, profiles, policy, audit)
        return [_with_flags(one, path, mode, group) for one in found]

    listeners = read()
    if explain is not None:
        _explain(app, listeners, *explain)
        return
    if any(one.path is None for one in listeners):
        raise BadFlag("where to? --listen PATH says, or `listen` in the policy")
    _warn(app, listeners)
    if app.dry_run:
        for one in listeners:
            _describe(app, one)
        return
    from dsock.engine.address import address
    from dsock.relay import proxy

    proxy.run(listeners, address(app.endpoint), proxy.LogFile(log), read, app.complain)


def _listeners(
    path: str | None, profiles: tuple[str, ...], policy: str | None, audit: bool
) -> list[Listener]:
    from dsock.relay.policy import load

    if not profiles and policy is None:
        raise BadFlag("what may pass? --profile or --policy says", "dsock proxy --profiles")
    found = load.file(policy) if policy is not None else []
    if profiles:
        given = load.of_profiles(profiles)
        found = [replace(one, policy=load.joined(one.policy, given)) for one in found] or [
            load.Listener(given)
        ]
    if path is not None and len(found) > 1:
        raise BadFlag("--listen is for one socket, and the policy has several")
    if audit:
        found = [replace(one, policy=replace(one.policy, audit=True)) for one in found]
    return found


def _with_flags(one: Listener, path: str | None, mode: str | None, group: str | None) -> Listener:
    from dsock.relay.policy import load

    if path is not None:
        one = replace(one, path=Path(path).absolute())
    if mode is not None:
        one = replace(one, mode=load.mode(mode))
    return one if group is None else replace(one, group=group)


def _show_profiles(app: App) -> None:
    from textwrap import fill

    from dsock.relay.policy.profiles import PROFILES

    for name, profile in PROFILES.items():
        calls = "every call" if profile.unlimited else ", ".join(profile.calls)
        hides = f"Hides: {', '.join(profile.hide)}.\n" if profile.hide else ""
        app.write(f"{name}\n")
        for text in (f"Lets pass: {calls}.", hides, f"Risk: {profile.risk}"):
            if text:
                indent = {"initial_indent": "  ", "subsequent_indent": "    "}
                app.write(fill(text.strip(), 96, break_on_hyphens=False, **indent) + "\n")  # type: ignore[arg-type]


def _describe(app: App, one: Listener) -> None:
    from dsock.relay.policy import rules

    policy = one.policy
    app.write(f"{one.path or '(no socket)'} (mode {one.mode:04o}): {len(policy.rules)} rules\n")
    for rule in policy.rules:
        app.write(f"  {rule.call}\n")
    for name, value in (("owner", policy.owner), ("hides", ", ".join(sorted(policy.hide)))):
        if value:
            app.write(f"  {name}: {value}\n")
    for text in rules.dangers(policy):
        app.write(f"  WARNING: {text}\n")


def _warn(app: App, listeners: list[Listener]) -> None:
    from dsock.relay.policy import rules

    for one in listeners:
        for text in rules.dangers(one.policy):
            app.complain(f"WARNING: {text}")
        if one.policy.audit:
            app.complain(f"WARNING: {one.path}: only an audit, everything passes")
        if one.mode & 0o002 and one.policy.uids is None and one.policy.gids is None:
            app.complain(f"WARNING: {one.path}: mode {one.mode:04o} lets in every user")


def _explain(app: App, listeners: list[Listener], method: str, path: str) -> None:
    from dsock.relay.policy import rules, target
    from dsock.relay.policy.denied import Denied

    denied = False
    for one in listeners:
        where = f"{one.path}: " if len(listeners) > 1 else ""
        try:
            asked = target.read(method, path)
            rule = rules.matching(one.policy, asked)[0]
        except Denied as err:
            denied = True
            app.write(f"{where}denied: {err.message}\n")
            continue
        app.write(f"{where}allowed by the rule {rule.call}\n")
        app.write(f"  sent to the engine: {method} {asked.written()}\n")
        app.write(_conditions(one.policy, rule))
    if denied:
        raise SystemExit(1)


def _conditions(policy: Policy, rule: Rule) -> str:
    """What else has to hold, and what is hidden, in lines."""
    from dsock.relay.policy import bodies

    lines = []
    unlimited = isinstance(rule.body, bodies.Unlimited)
    if rule.call in bodies.ARCHIVES:
        lines.append("whatever is in its archive")
    elif bodies.takes_json(rule.call):
        strict = "if its body asks for nothing that the policy does not grant"
        lines.append("whatever its body asks for" if unlimited else strict)
    if "/exec/" in rule.call and not unlimited:
        lines.append("if the exec was made through this socket")
    if policy.owner:
        lines.append(f"if it is about what {policy.owner} made")
    if policy.hide:
        lines.append(f"hidden in the answer: {', '.join(sorted(policy.hide))}")
    return "".join(f"  {line}\n" for line in lines)
