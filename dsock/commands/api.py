"""`dsock api`: any call, written by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace

import click

from dsock import tree
from dsock.api import containers, routes
from dsock.app import App
from dsock.commands import api_output as output
from dsock.engine.request import Request, Upload
from dsock.errors import ApiError, BadFlag
from dsock.flags.fields import fields, query_of

READ_BYTES = 1 << 16
TAR = "application/x-tar"


@tree.command()
@click.option("-X", "--method", metavar="METHOD", help="Default: GET; POST if there is a body")
@click.option("-f", "--field", "plain", multiple=True, metavar="KEY=VALUE",
              help="A field of the body, always text")  # fmt: skip
@click.option("-F", "--typed", multiple=True, metavar="KEY=VALUE",
              help="The same with true, null, numbers as such and @FILE, or KEY:=JSON")  # fmt: skip
@click.option("--input", "source", metavar="FILE", help="Send a file as the body ('-': stdin)")
@click.option("-H", "--header", multiple=True, metavar="NAME:VALUE", help="A header of the call")
@click.option("-i", "--include", is_flag=True, help="Print status and headers, on stderr")
@click.option("--format", metavar="FORMAT",
              help="'json' (indented), 'raw', or a Go template")  # fmt: skip
@click.option("--jq", "program", metavar="PROGRAM", help="Filter the answer through jq's language")
@click.argument("path", shell_complete=lambda *asked: paths(*asked))
@click.argument("items", nargs=-1, metavar="[KEY==VALUE|KEY=VALUE|KEY:=JSON...]")
@click.pass_obj
def command(
    app: App,
    path: str,
    items: tuple[str, ...],
    method: str | None,
    plain: tuple[str, ...],
    typed: tuple[str, ...],
    source: str | None,
    header: tuple[str, ...],
    include: bool,
    format: str | None,
    program: str | None,
) -> int | None:
    """Make any call to the engine and print the answer.

    PATH is an endpoint of the Engine API, "/containers/json"; the version is put before it unless
    it has one. KEY==VALUE goes into the query, KEY=VALUE and KEY:=JSON into the body, also deep
    inside: 'HostConfig[Binds][]=/a:/b'; with -X GET all are the query's. A refused call leaves
    with 1: the answer is on stdout, the engine's message on stderr.
    """
    show = output.shown(app, format, program)
    request, versioned = _request(app, method, path, items, plain, typed, source, header)
    _, plain_path = routes.split_version(request.path)
    route = routes.match(request.method, plain_path)
    kind = route.kind if route else "json"
    if kind == "tunnel":
        _two_way(app, request, plain_path, versioned, include)
        return None
    request = replace(request, streams=kind in ("lines", "frames", "tar"))
    try:
        answer = app.engine.open(request, versioned)
    except ApiError as err:
        app.write_bytes(err.body)
        app.flush()
        raise
    with closing(answer):
        if include:
            output.head(app, answer.status, answer.headers)
        if kind == "frames" and not app.dry_run:
            output.frames(app, answer.blocks())
        elif show is None or kind == "tar":
            for block in answer.blocks():
                app.write_bytes(block)
                app.flush()
        elif kind == "lines":
            from dsock.engine.wire import json_lines

            for record in json_lines(answer.blocks()):
                show(record)
        else:
            output.value(app, answer.read(), show)
    return None


def paths(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Paths of the engine for TAB, with the names that are there in the places of {id}."""
    from dsock import completion

    given = ctx.params.get("method") or "GET"
    methods = {given.upper()} if ctx.params.get("method") else {"GET", "POST"}
    found: set[str] = set()
    done = incomplete.split("/")
    for route in routes.all_routes():
        parts = route.template.split("/")
        fits = all(a == b or b.startswith("{") for a, b in zip(done[:-1], parts, strict=False))
        if route.method not in methods or len(parts) < len(done) or not fits:
            continue
        here = parts[len(done) - 1]
        ask = completion.OF_PATHS.get(here)
        names = ask(ctx, param, done[-1]) if ask else [here] if "{" not in here else []
        ends = "/" if len(parts) > len(done) else ""
        before = "/".join(done[:-1])
        found |= {f"{before}/{name}{ends}" for name in names if name.startswith(done[-1])}
    return sorted(found)


def _request(
    app: App,
    method: str | None,
    path: str,
    items: Iterable[str],
    plain: Iterable[str],
    typed: Iterable[str],
    source: str | None,
    headers: Iterable[str],
) -> tuple[Request, bool]:
    """The call, and whether the version goes before its path."""
    path, _, asked = path.partition("?")
    query, body = fields(items, plain, map(_with_file, typed))
    if source is not None and body is not None:
        raise BadFlag("--input and fields of a body cannot be used together")
    path = "/" + path.lstrip("/")
    version, plain_path = routes.split_version(path)
    sends = body is not None or source is not None
    verb = (method or ("POST" if sends else "GET")).upper()
    if not re.fullmatch("[A-Z]+", verb):
        raise BadFlag(f"{method!r} is no method of HTTP")
    if bad := re.search(r"[^\x21-\x7e]", path):
        raise BadFlag(f"a path holds no {bad[0]!r}", "write it as %XX")
    if verb == "GET" and body is not None:  # it has none: what was asked for is the query
        query, body = {**body, **query}, None
    return Request(
        verb,
        path,
        {**query_of(asked), **query},
        json=body,
        upload=_upload(source, verb, plain_path) if source is not None else None,
        headers=dict(map(_header, headers)),
    ), not version


def _with_file(item: str) -> str:
    """KEY=@FILE as KEY:=JSON with the file's text, other fields as they are."""
    key, _, value = item.partition("=")
    if not value.startswith("@") or key.endswith(":"):
        return item
    with open(0 if value == "@-" else value[1:], encoding="utf-8", closefd=value != "@-") as file:
        return f"{key}:={json.dumps(file.read())}"


def _upload(source: str, method: str, path: str) -> Upload:
    tar = path in ("/build", "/images/load", "/images/create") or path.endswith("/archive")
    name = "-" if source == "-" else source
    return Upload(name, _blocks(source), TAR if tar else "application/json")


def _blocks(source: str) -> Iterator[bytes]:
    """The file in pieces, as they come."""
    with open(0 if source == "-" else source, "rb", buffering=0, closefd=source != "-") as file:
        while block := file.read(READ_BYTES):
            yield block


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name) or re.search(r"[\r\n]", value):
        raise BadFlag(f"{text!r} is no header", "write it as NAME:VALUE")
    return name, value.strip()


def _two_way(app: App, request: Request, path: str, versioned: bool, include: bool) -> None:
    """The answer's output as it comes, and what is typed or piped in."""
    from dsock.engine.upgrade import Connection
    from dsock.terminal.attach import Session, Streams

    tty = _has_terminal(app, request, path)
    answer = app.engine.open(replace(request, upgrade=True), versioned)
    if include:
        output.head(app, answer.status, answer.headers)
    if app.dry_run:
        return
    app.flush()
    Session(Connection(answer), Streams(tty, stdin=True)).run()  # type: ignore[arg-type]


def _has_terminal(app: App, request: Request, path: str) -> bool:
    """True if what the engine sends is raw: an exec says it itself, a container is asked."""
    if isinstance(request.json, dict):
        return bool(request.json.get("Tty"))
    found = re.fullmatch(r"/containers/([^/]+)/attach", path)
    return bool(found and app.engine.look(containers.inspect(found[1]))["Config"]["Tty"])
