"""`dsock create`, and how `run` creates its container."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from dsock import completion, tree
from dsock.api import containers, images
from dsock.app import App
from dsock.commands import trust
from dsock.commands.container import api_socket
from dsock.commands.container.cidfile import cidfile
from dsock.commands.container.options import create_options
from dsock.errors import ApiError, BadFlag
from dsock.flags import references
from dsock.flags.create import body
from dsock.flags.platforms import normalized

PULL = ("always", "missing", "never", "")

_ID = re.compile(r"(sha256:)?[0-9a-f]{64}")
_IMAGE_MISSING = re.compile(r"no such image|image not known|the specified platform", re.I)
_LOCALHOST = re.compile(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1\Z")


@tree.command(interspersed=False)
@create_options
@click.argument("image", shell_complete=completion.images)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [ARG...]")
@click.pass_obj
def command(app: App, /, image: str, command: tuple[str, ...], **flags: Any) -> None:
    """Create a new container.

    Prints its ID; `dsock start` runs it.
    """
    app.write(create(app, image, command, flags) + "\n")


def create(
    app: App, image: str, command: Sequence[str], flags: Mapping[str, Any], detach: bool = False
) -> str:
    """Create a container from the flags of create_options and return its ID.

    Pulls the image as --pull says, with progress on stderr. POST /containers/create. Raises
    BadFlag, DsockError for what cannot be, ApiError for what the engine refuses.
    """
    check_pull(app, flags)
    wished = body(image, command, flags, app.environ, detach, app.engine.version, app.proxies)
    if wished.get("Tty"):
        from dsock.terminal.foreground import console_size

        wished["HostConfig"].update(console_size(app))
    if app.engine.podman:  # it limits what nobody has limited; 0, as docker says it, is no limit
        wished["HostConfig"].setdefault("PidsLimit", 0)
    _warn(app, wished["HostConfig"])
    credentials = api_socket.share(app, wished) if flags["use_api_socket"] else {}
    if app.stderr_is_terminal:  # a script gets docker's bytes
        _note_sockets(app, wished["HostConfig"])
    with cidfile(app, flags["cidfile"]) as write:
        found = created(app, image, wished, flags)
        for warning in found.get("Warnings") or ():
            app.note(f"WARNING: {warning}")
        container = str(found["Id"])
        write(container)
    if credentials:
        api_socket.hand_over(app, container, credentials)
    return container


def check_pull(app: App, flags: Mapping[str, Any]) -> None:
    """Raises DsockError for signatures that were to be checked, BadFlag for a wrong --pull."""
    trust.refuse(app, flags["disable_content_trust"])
    if flags["pull"] not in PULL:
        wanted = '"always", "missing" or "never"'
        raise BadFlag(f"invalid pull option: '{flags['pull']}': must be one of {wanted}")


def _note_sockets(app: App, host: Mapping[str, Any]) -> None:
    """Tell a person who mounts a runtime's socket what that means."""
    from dsock.audit.mounts import SOCKET, Known, findings
    from dsock.audit.subject import Subject

    who = Subject("container", "new", "", {"HostConfig": host})
    if any(found.rule is SOCKET for found in findings(who, Known())):
        app.note(
            "note: with this socket the container is root on the host; `dsock proxy --profile list"
            " --listen PATH` makes one that can do less"
        )


def created(
    app: App, image: str, wished: Mapping[str, Any], flags: Mapping[str, Any]
) -> dict[str, Any]:
    """The engine's answer to the body `wished`: {"Id", "Warnings"}. Of `flags` only name, pull,
    platform and quiet count."""
    reference = None if _ID.fullmatch(image) else references.parse(image).or_latest()
    given = flags["platform"]
    platform = app.environ.get("DOCKER_DEFAULT_PLATFORM") if given is None else given
    wanted = normalized(platform) if platform else None
    request = containers.create(wished, flags["name"], wanted)
    pulls = reference is not None and flags["pull"] == "missing"
    if flags["pull"] == "always":
        _pull(app, image, platform, flags)
    elif app.dry_run and pulls and not _is_there(app, image, wanted):
        _pull_missing(app, reference, image, platform, flags)
    try:
        found: dict[str, Any] = app.engine.json(request)
    except ApiError as err:
        if not pulls or err.status != 404 or not _IMAGE_MISSING.search(err.reason):
            raise
        _pull_missing(app, reference, image, platform, flags)
        found = app.engine.json(request)
    return found


def _pull_missing(
    app: App,
    reference: references.Reference | None,
    image: str,
    platform: str | None,
    flags: Mapping[str, Any],
) -> None:
    if reference is not None and not flags["quiet"]:
        app.note(f"Unable to find image '{reference.familiar}' locally")
    _pull(app, image, platform, flags)


def _pull(app: App, image: str, platform: str | None, flags: Mapping[str, Any]) -> None:
    from dsock.commands.image.pull import pull

    pull(app, image, platform, flags["quiet"], to_stderr=True)


def _is_there(app: App, image: str, platform: str | None) -> bool:
    """True if the engine has the image: a dry run's call to create cannot answer that."""
    try:
        found = app.engine.look(images.inspect(image))
    except ApiError as err:
        if err.status == 404:
            return False
        raise
    return not platform or f"{platform}/".startswith(f"{found['Os']}/{found['Architecture']}/")


def _warn(app: App, host: Mapping[str, Any]) -> None:
    if host.get("OomKillDisable") and not host.get("Memory"):
        app.note(
            "WARNING: OOM killer is disabled for the container, but no memory limit is set,"
            " this can result in the system running out of resources."
        )
    for server in host.get("Dns", ()):
        if _LOCALHOST.match(server):
            app.note(f"WARNING: Localhost DNS ({server}) may fail in containers.")
            break
