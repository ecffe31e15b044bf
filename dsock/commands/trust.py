"""Content trust, which dsock does not have: nobody is to believe that signatures were checked."""

from __future__ import annotations

from typing import Any

import click

from dsock.app import App
from dsock.errors import DsockError
from dsock.options import Decorator

FLAG = ("--disable-content-trust/--content-trust",)
HOW: dict[str, Any] = {
    "default": None,
    "help": "Check no signatures (the default, and all that there is)",
}
option: Decorator = click.option(*FLAG, **HOW)


def refuse(app: App, disabled: bool | None) -> None:
    """Raises DsockError where --disable-content-trust=false or, without that flag (`disabled` is
    None), DOCKER_CONTENT_TRUST asks for images whose signatures are checked."""
    if disabled is None:
        disabled = app.environ.get("DOCKER_CONTENT_TRUST", "").lower() not in ("1", "true", "t")
    if not disabled:
        raise DsockError(
            "content trust is not supported: signatures are not checked",
            "name the image by digest, NAME@sha256:...; or --disable-content-trust",
        )
