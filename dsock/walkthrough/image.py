"""The image that a walkthrough is played with: nginx if it can be had, else what is there."""

from __future__ import annotations

from typing import NamedTuple

from dsock.api import images
from dsock.engine.client import Engine
from dsock.errors import ApiError, DsockError
from dsock.walkthrough.stage import Stage

WANTED = "nginx"
# What is played with where there is no nginx, the best first, and what keeps it running.
_OTHERS = {"busybox": ("httpd", "-f"), "alpine": ("sleep", "600")}
_ANY = ("sleep", "600")


class Image(NamedTuple):
    """A reference, the command that a container of it runs, and whether it was pulled for this."""

    reference: str
    command: tuple[str, ...] = ()
    pulled: bool = False


def chosen(engine: Engine, stage: Stage, auth: str | None) -> Image:
    """nginx, pulled if it is missing and nobody objects, or one of the engine's images.

    `auth` is the value of X-Registry-Auth. Raises DsockError if there is no image at all.
    """
    try:
        engine.json(images.inspect(WANTED))
        return Image(WANTED)
    except ApiError as err:
        if err.status != 404:
            raise
    if stage.confirm("pull?"):
        stage.word("pulling")
        try:
            for _ in engine.lines(images.pull(f"docker.io/library/{WANTED}", "latest", auth=auth)):
                pass
            return Image(WANTED, pulled=True)
        except ApiError:
            found = _other(engine)
            stage.word("pull-failed", image=found.reference)
    else:
        found = _other(engine)
        stage.word("other-image", image=found.reference)
    return found


def _other(engine: Engine) -> Image:
    tags = [tag for found in engine.json(images.list_()) for tag in found.get("RepoTags") or ()]
    tags = sorted(tag for tag in tags if not tag.startswith("<none>"))
    for name, command in _OTHERS.items():
        for tag in tags:
            if tag.rpartition(":")[0].rpartition("/")[2] == name:
                return Image(tag, command)
    if not tags:
        raise DsockError(
            f"this engine has no image, and {WANTED} was not pulled",
            "dsock walkthrough --sandbox plays it on an engine that has one",
        )
    return Image(tags[0], _ANY)
