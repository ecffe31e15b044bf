"""What TAB offers: live names, never an error, never slow, whatever the engine does; and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from dsock.engine.request import Request

# How long the engine may be silent, and how long it may take altogether; then there are just no
# names. The former is short of what a person notices, and knows no load of this machine.
SILENT_SECONDS = 0.1
SECONDS = 0.5
ID_LETTERS = 12

# A call, and how to read names out of its answer.
Asked = tuple["Request", Callable[[Any], Iterable[str]]]
Callback = Callable[[click.Context, click.Parameter, str], list[str]]

SIGNALS = (
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM",
    "SIGTERM", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGWINCH",
)  # fmt: skip

# Keys of --filter, and the values of those that have few.
Filters = Mapping[str, Sequence[str]]
_TRUTH = ("true", "false")
CONTAINER_FILTERS: Filters = {
    **dict.fromkeys((
        "ancestor", "before", "exited", "expose", "id", "label", "name", "network", "publish",
        "since", "volume",
    ), ()),
    "health": ("healthy", "none", "starting", "unhealthy"),
    "is-task": _TRUTH,
    "status": ("created", "dead", "exited", "paused", "removing", "restarting", "running"),
}  # fmt: skip
BUILD_CACHE_FILTERS: Filters = {
    **dict.fromkeys(("description", "id", "parent", "type", "until"), ()),
    **dict.fromkeys(("inuse", "private", "shared"), _TRUTH),
}
PRUNE_FILTERS: Filters = {"label": (), "label!": (), "until": ()}
IMAGE_FILTERS: Filters = {
    **dict.fromkeys(("before", "label", "reference", "since", "until"), ()),
    "dangling": _TRUTH,
}
SEARCH_FILTERS: Filters = {"is-official": _TRUTH, "stars": ()}
NETWORK_FILTERS: Filters = {
    **dict.fromkeys(("driver", "id", "label", "name"), ()),
    "dangling": _TRUTH,
    "scope": ("global", "local", "swarm"),
    "type": ("builtin", "custom"),
}
VOLUME_FILTERS: Filters = {
    **dict.fromkeys(("driver", "label", "name"), ()),
    "dangling": _TRUTH,
}
CONTAINER_COLUMNS = (
    "age", "command", "created", "exit-code", "finished", "health", "id", "image", "image-id", "ip",
    "labels", "mounts", "name", "networks", "pid", "ports", "project", "reason", "restarts",
    "service", "size", "started", "state", "status",
)  # fmt: skip
EVENT_FILTERS: Filters = {
    **dict.fromkeys((
        "config", "container", "daemon", "image", "label", "network", "node", "plugin", "secret",
        "service", "volume",
    ), ()),
    "event": (
        "attach", "commit", "connect", "copy", "create", "delete", "destroy", "detach", "die",
        "disconnect", "exec_create", "exec_detach", "exec_die", "exec_start", "export",
        "health_status", "import", "kill", "load", "mount", "oom", "pause", "prune", "pull", "push",
        "reload", "remove", "rename", "resize", "restart", "save", "start", "stop", "tag", "top",
        "unmount", "unpause", "untag", "update",
    ),
    "scope": ("local", "swarm"),
    "type": (
        "builder", "config", "container", "daemon", "image", "network", "node", "plugin", "secret",
        "service", "volume",
    ),
}  # fmt: skip


def containers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of all containers; IDs where only one of those can be meant."""
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


def columns(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Columns of `ps`, also after a comma."""
    before, comma, last = incomplete.rpartition(",")
    given = before.split(",")
    return [
        f"{before}{comma}{name}"
        for name in CONTAINER_COLUMNS
        if name.startswith(last) and name not in given
    ]


def contexts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of docker's contexts."""
    from dsock.engine import contexts as stored

    app = ctx.obj
    app.config_path = ctx.find_root().params.get("config")
    return [n for n in stored.names(app.config_dir) if _fits(n, incomplete)]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The shell's own names of files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def places(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem[str]] | list[str]:
    """CONTAINER: where a container's name begins so, else files of this host."""
    if not incomplete or incomplete.startswith(("/", ".")) or ":" in incomplete:
        return files(ctx, param, incomplete)
    names = _matching(ctx, incomplete, _some_containers(all=True))
    return [f"{name}:" for name in names] or files(ctx, param, incomplete)


def filters(known: Filters) -> Callback:
    """KEY= and KEY=VALUE of a command that knows the filters `known`."""

    def offered(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        key, equals, value = incomplete.partition("=")
        if not equals:
            return sorted(f"{name}=" for name in known if name.startswith(key))
        values = known.get(key.removesuffix("!"), ())
        return [f"{key}={found}" for found in values if found.startswith(value)]

    return offered


def _some_containers(**which: Any) -> Asked:
    from dsock.api import containers

    def names(found: list[dict[str, Any]]) -> Iterable[str]:
        for item in found:
            # Further names, "/other/alias", are links of other containers.
            yield from (name[1:] for name in item["Names"] if name.count("/") == 1)
            yield item["Id"][:ID_LETTERS]

    return containers.list_(**which), names


def _all_images(incomplete: str) -> Asked:
    from dsock.api import images

    unsaid = "" if ":" in incomplete else ":latest"

    def names(found: list[dict[str, Any]]) -> Iterable[str]:
        tags = (tag for item in found for tag in item["RepoTags"] or ())
        return (tag.removesuffix(unsaid) for tag in tags if tag != "<none>:<none>")

    return images.list_(), names


def _all_networks() -> Asked:
    from dsock.api import networks

    return networks.list_(), lambda found: (network["Name"] for network in found)


def _all_volumes() -> Asked:
    from dsock.api import volumes

    return volumes.list_(), lambda found: (volume["Name"] for volume in found["Volumes"] or ())


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
    names = {name for name in found.copy() if not _is_id(name)}
    return sorted(names or found.copy()) if incomplete else sorted(names)


def _fits(name: str, incomplete: str) -> bool:
    """True if `name` is offered. What is not printable has no place in a command line."""
    return name.startswith(incomplete) and name.isprintable()


def _is_id(name: str) -> bool:
    return re.fullmatch(f"[0-9a-f]{{{ID_LETTERS}}}", name) is not None


def _answer(ctx: click.Context, request: Request) -> Any:
    import json

    app = ctx.obj
    root = ctx.find_root().params
    app.host, app.context = app.host or root.get("host"), app.context or root.get("context")
    app.config_path = root.get("config")
    app.tls = {name: root.get(name) for name in ("tls", "verify", "ca", "cert", "key")}
    app.engine.read_seconds = SILENT_SECONDS
    # Without a version there is one round trip less: no /_ping.
    return json.loads(app.engine.open(request, versioned=False).read())


# {place of a name in a path: who knows such names}, for `dsock api`.
OF_PATHS: Mapping[str, Callback] = {
    "{id}": containers,
    "{image}": images,
    "{network}": networks,
    "{volume}": volumes,
}
