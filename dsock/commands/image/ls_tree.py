"""`dsock images --tree`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dsock.api import containers, images
from dsock.app import App
from dsock.engine.parallel import started
from dsock.errors import ApiError
from dsock.render import listing
from dsock.views import image_tree


def show(app: App, found: Sequence[Mapping[str, Any]], wanted: Collection[str]) -> None:
    """Print which of the images `found` rests on which, and their containers: those with the ids
    `wanted`, and what they rest on."""
    ids = list(dict.fromkeys(image["Id"] for image in found))
    asked = started(app.engine, lambda identity: app.engine.json(images.inspect(identity)), ids)
    details = {}
    for identity in ids:
        try:
            details[identity] = asked(identity)
        except ApiError as err:
            if err.status != 404:  # removed since
                raise
    users = app.engine.json(containers.list_(all=True)) or []
    rows = image_tree.lines(found, details, users, wanted)
    if app.rich:
        from dsock.render import table

        shown = image_tree.columns()
        table.show(lambda: app.console, app.write, shown, rows, image_tree.STEPS)
    else:
        app.write(listing.text(image_tree.view(), rows, image_tree.TABLE))
