"""Archives that go to the engine: its progress, and its refusal in words that help."""

from __future__ import annotations

from dataclasses import replace

from dsock.app import App
from dsock.archive import kinds
from dsock.engine.request import Request
from dsock.errors import ApiError
from dsock.render import progress


def sent(app: App, request: Request) -> None:
    """Make a call that answers with a JSON stream, and print what that says.

    Raises ApiError with advice about the archive that was uploaded, if one was.
    """
    head = bytearray()
    if request.upload is not None:
        blocks, head = kinds.noted(request.upload.blocks)
        request = replace(request, upload=replace(request.upload, blocks=blocks))
    try:
        records = app.engine.lines(request)
        if app.rich:
            progress.live(records, app.console)
        else:
            for text in progress.plain(records):
                app.write(text)
                app.flush()
    except ApiError as err:
        if request.upload is None:
            raise
        raise kinds.explained(err, bytes(head)) from None
