"""--platform of the commands on images that an engine has: newer ones keep several of a name."""

from __future__ import annotations

from dsock.app import App
from dsock.flags import platforms, since
from dsock.render.gostrings import to_json


def wanted(app: App, platform: str | None, needed: str) -> str | None:
    """The platform as the API's queries have it, None without one.

    Raises DsockError for what is no platform, and if the engine's API is older than `needed`.
    """
    if platform is None:
        return None
    since.flag("--platform", needed, app.engine.version)
    return to_json(platforms.parse(platform)) if platform else None
