"""The live feed of `dsock events`: the stream, read in a thread, on a terminal."""

from __future__ import annotations

import time
from typing import Any

from dsock.app import App
from dsock.events import batches
from dsock.events.drain import Drain, Ended, Lost
from dsock.render.feed import Feed
from dsock.views.events import complete
from dsock.views.happenings import Happening, Reporter

IDLE_SECONDS = 1.0  # how old the status line may be
REFRESH_SECONDS = 1 / 8
CROWD = 1000  # events: with so many at once, there is no time to wait


def watch(app: App, query: dict[str, Any]) -> None:
    """The live feed, to the stream's end. Raises what ended it."""
    drain, reporter = Drain(), Reporter()
    drain.start(batches(app.engine, **query, on_state=drain.put))
    with Feed(app.console, app.endpoint.url) as feed:
        while True:
            happenings: list[Happening] = []
            for item in drain.take(IDLE_SECONDS):
                if isinstance(item, list):
                    happenings += map(reporter.tell, map(complete, item))
                    continue
                feed.show(happenings)
                happenings = []
                if isinstance(item, Ended):
                    if item.error is not None:
                        raise item.error
                    return
                if isinstance(item, Lost):
                    feed.lost(item.events)
                elif item.connected:
                    feed.connected(item.server)
                else:
                    feed.disconnected(item.reason, item.retry_seconds)
            feed.show(happenings)
            feed.refresh()
            if 0 < len(happenings) < CROWD:
                time.sleep(REFRESH_SECONDS)  # what comes meanwhile is drawn at once
