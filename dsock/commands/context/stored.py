"""What the commands on contexts share: which one is meant, what is in it, how it is changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from dsock.app import App
from dsock.engine import contexts, contextstore
from dsock.engine.contexts import DEFAULT, Context
from dsock.engine.endpoint import context_name, default
from dsock.engine.tls import Tls
from dsock.errors import DsockError
from dsock.flags import context as flags
from dsock.options import Decorator
from dsock.render.gostrings import html_escaped

DEFAULT_DESCRIPTION = "Current DOCKER_HOST based configuration"
Material = dict[str, dict[str, bytes]]  # {endpoint: {file: content}}

description_option: Decorator = click.option(
    "--description", metavar="TEXT", default="", help="Description of the context"
)
docker_option: Decorator = click.option(
    "--docker", "docker", multiple=True, metavar="KEY=VALUE,...",
    help="Endpoint: host=URL,ca=FILE,cert=FILE,key=FILE,skip-tls-verify=BOOL; or from=CONTEXT",
)  # fmt: skip


def current(app: App) -> str:
    """The name of the context that is used now."""
    return context_name(app.host, app.context, app.environ, app.config_dir)


def find(app: App, name: str) -> Context:
    """The context `name`; "default" is made of --host, DOCKER_HOST, or the socket that is there.

    Raises DsockError if there is none.
    """
    if name != DEFAULT:
        return contexts.read(name, app.config_dir)
    try:
        host = default(app.host, app.environ, app.config_dir, app.tls_flags).url
    except DsockError:  # one that dsock cannot use; it may be listed all the same
        host = app.host or app.environ.get("DOCKER_HOST", "")
    endpoints = {"docker": {"Host": host, "SkipTLSVerify": False}}
    return Context(DEFAULT, {"Name": DEFAULT, "Metadata": {}, "Endpoints": endpoints})


def endpoint(app: App, texts: Iterable[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """(the docker endpoint, {name: content} of its certificates) that --docker describes.

    Raises DsockError.
    """
    found = flags.pairs(texts)
    if "from" in found:
        source = find(app, found["from"])
        if "docker" in source.tls_files:  # docker leaves them behind too, without a word
            app.note(f"note: the certificates of {source.name} are not copied; --from copies all")
        return source.endpoint or {}, {}
    host = {"Host": found["host"]} if found.get("host") else {}
    skips = flags.skips_verify(found)
    paths = {key: Path(found[key]).expanduser() for key in flags.FILES if found.get(key)}
    try:
        tls = {flags.FILES[key]: path.read_bytes() for key, path in paths.items()}
    except OSError as err:
        raise DsockError(
            f"unable to create docker endpoint config: {err.filename}: {err.strerror}"
        ) from None
    if tls and not found.get("host", "").startswith(("unix://", "ssh://")) and host:
        Tls(paths.get("ca"), paths.get("cert"), paths.get("key"), not skips).context()
    return {**host, "SkipTLSVerify": skips}, tls


def read_tls(context: Context) -> Material:
    """The certificates of a context. Raises DsockError."""
    try:
        return context.tls_data()
    except OSError as err:
        raise DsockError(f"cannot read {err.filename}: {err.strerror}") from None


def write(app: App, record: Mapping[str, Any], tls: Material | None, done: str) -> None:
    """Write a context and tell that it is `done` ("created"); a dry run only tells."""
    name = str(record["Name"])
    told = f'{done} context "{name}"'
    data = encoded(record)
    change(app, name, told, lambda: contextstore.write(app.config_dir, name, data, tls))


def change(app: App, name: str, done: str, act: Callable[[], None]) -> None:
    """`act()`, then print `name` and what was `done`. A dry run does and prints neither."""
    if app.dry_run:
        app.note(f"would have {done}")
        return
    act()
    app.write(f"{name}\n")
    app.note(f"Successfully {done}")


def encoded(record: Mapping[str, Any]) -> bytes:
    """meta.json as docker writes it."""
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
    return html_escaped(text).encode("utf-8", "surrogateescape")
