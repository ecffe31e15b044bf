"""What `run` and `start` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dsock.app import App
from dsock.errors import DsockError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

engine_option: Decorator = click.option(
    "--engine", type=click.Choice(["docker", "podman"]), help="Which one, if both are installed"
)
image_option: Decorator = click.option(
    "--image", "images", multiple=True, metavar="TAR",
    help="Load a saved image; 'busybox' and 'nginx' are built from this host's own programs",
)  # fmt: skip


def refuse_dry_run(app: App) -> None:
    """A sandbox is processes, not calls: there is nothing to print. Raises DsockError."""
    if app.dry_run:
        raise DsockError(
            "a sandbox cannot be dry",
            "the command inside can: dsock sandbox run -- dsock --dry-run ...",
        )
