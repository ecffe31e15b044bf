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

SECONDS = 0.5  # for the engine to answer; then there are just no names

# A call, and how to read names out of its answer.
Asked = tuple[Request, Callable[[Any], Iterable[str]]]

SIGNALS = (
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM",
    "SIGTERM", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGWINCH",
)  # fmt: skip


def containers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of all containers."""
    return _matching(ctx, incomplete, _some_containers(all=True))


def running(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of running containers."""
    return _matching(ctx, incomplete, _some_containers())


def stopped(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of containers that can be started."""
    return _matching(ctx, incomplete, _some_containers(filters={"status": ["created", "exited"]}))


def paused(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of paused containers."""
    return _matching(ctx, incomplete, _some_containers(filters={"status": ["paused"]}))


def images(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """References of images; :latest goes without saying, until a colon is typed."""
    return _matching(ctx, incomplete, _all_images(incomplete))


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of networks."""
    return _matching(ctx, incomplete, _all_networks())


def volumes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of volumes."""
    return _matching(ctx, incomplete, _all_volumes())


def objects(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of whatever `inspect` finds."""
    asked = _some_containers(all=True), _all_images(incomplete), _all_networks(), _all_volumes()
    return _matching(ctx, incomplete, *asked)


def signals(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of signals."""
    return [name for name in SIGNALS if name.startswith(incomplete.upper())]


def _some_containers(**which: Any) -> Asked:
    def names(found: list[dict[str, Any]]) -> Iterable[str]:
        return (n.lstrip("/") for item in found for n in item["Names"] if n.count("/") == 1)

    return _containers.list_(**which), names


def _all_images(incomplete: str) -> Asked:
    unsaid = "" if ":" in incomplete else ":latest"

    def names(found: list[dict[str, Any]]) -> Iterable[str]:
        tags = (tag for item in found for tag in item["RepoTags"] or ())
        return (tag.removesuffix(unsaid) for tag in tags if tag != "<none>:<none>")

    return _images.list_(), names


def _all_networks() -> Asked:
    return _networks.list_(), lambda found: (network["Name"] for network in found)


def _all_volumes() -> Asked:
    return _volumes.list_(), lambda found: (volume["Name"] for volume in found["Volumes"] or ())


def _matching(ctx: click.Context, incomplete: str, *asked: Asked) -> list[str]:
    """The names in the engine's answers that begin as the user does, in order."""
    from threading import Thread

    import dsock.engine.client  # noqa: F401
    from dsock.engine.transport import load

    load()  # outside the time that the engine has
    found: set[str] = set()

    def ask() -> None:
        import io
        from contextlib import redirect_stderr, suppress

        # A shell's prompt is no place for errors and warnings.
        with redirect_stderr(io.StringIO()):
            for request, names in asked:
                with suppress(Exception):
                    found.update(n for n in names(_answer(ctx, request)) if _fits(n, incomplete))

    # The engine may hang, and the process is left by os._exit: nobody waits for this thread.
    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SECONDS)
    return sorted(found.copy())


def _fits(name: str, incomplete: str) -> bool:
    """True if `name` is offered. What is not printable has no place in a command line."""
    return name.startswith(incomplete) and name.isprintable()


def _answer(ctx: click.Context, request: Request) -> Any:
    import json

    app = ctx.obj
    root = ctx.find_root().params
    app.host, app.context = app.host or root.get("host"), app.context or root.get("context")
    app.config_path = root.get("config")
    # Without a version there is one round trip less: no /_ping.
    return json.loads(app.engine.open(request, versioned=False).read())
