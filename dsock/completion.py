"""Live names for TAB: never an error, never slow, whatever the engine does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from dsock.api import containers as _containers
from dsock.api import images as _images
from dsock.api import networks as _networks
from dsock.api import volumes as _volumes
from dsock.engine.request import Request

SECONDS = 0.25  # for the engine to answer; then there are just no names

SIGNALS = (
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM",
    "SIGTERM", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGWINCH",
)  # fmt: skip


def containers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of all containers."""
    return _matching(ctx, incomplete, _containers.list_(all=True), _container_names)


def running(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of running containers."""
    return _matching(ctx, incomplete, _containers.list_(), _container_names)


def stopped(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of containers that can be started."""
    request = _containers.list_(filters={"status": ["created", "exited"]})
    return _matching(ctx, incomplete, request, _container_names)


def images(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """References of images; :latest goes without saying."""
    return _matching(ctx, incomplete, _images.list_(), _image_names)


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of networks."""
    return _matching(ctx, incomplete, _networks.list_(), lambda found: (n["Name"] for n in found))


def volumes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of volumes."""
    request = _volumes.list_()
    return _matching(ctx, incomplete, request, lambda found: (v["Name"] for v in found["Volumes"]))


def objects(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of whatever `inspect` finds."""
    found = {name for names in (containers, images, networks, volumes)
             for name in names(ctx, param, incomplete)}  # fmt: skip
    return sorted(found)


def signals(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of signals."""
    return [name for name in SIGNALS if name.startswith(incomplete.upper())]


def _container_names(found: list[dict[str, Any]]) -> Iterable[str]:
    return (name.lstrip("/") for item in found for name in item["Names"] if name.count("/") == 1)


def _image_names(found: list[dict[str, Any]]) -> Iterable[str]:
    tags = (tag for item in found for tag in item["RepoTags"] or () if tag != "<none>:<none>")
    return (tag.removesuffix(":latest") for tag in tags)


def _matching(
    ctx: click.Context, incomplete: str, request: Request, names: Callable[[Any], Iterable[str]]
) -> list[str]:
    """The names in the engine's answer that begin as the user does, in order."""
    from threading import Thread

    out: list[str] = []

    def ask() -> None:
        try:
            found = _answer(ctx, request)
            out.extend(sorted({n for n in names(found) if n.startswith(incomplete)}))
        except Exception:
            return  # a shell's prompt is no place for errors

    # The engine may hang, and the process is left by os._exit: nobody waits for this thread.
    import dsock.engine.client
    import dsock.engine.transport  # noqa: F401  loaded outside the time that the engine has

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SECONDS)
    return list(out)


def _answer(ctx: click.Context, request: Request) -> Any:
    import json

    app = ctx.obj
    root = ctx.find_root().params
    app.host, app.context = app.host or root.get("host"), app.context or root.get("context")
    app.config_path = root.get("config")
    # Without a version there is one round trip less: no /_ping.
    return json.loads(app.engine.open(request, versioned=False).read())
