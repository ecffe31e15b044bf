"""The live feed of `dsock events`: the stream, read in a thread, on a terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import groupby

from dsock.app import App
from dsock.commands.system.events_more import How
from dsock.events import State
from dsock.events.gap import is_own
from dsock.render.feed import Feed
from dsock.views.events import complete
from dsock.views.happenings import Reporter

REFRESH_SECONDS = 1 / 8
CROWD = 1000  # events: with so many at once, there is no time to wait


def watch(app: App, how: How, filters: Sequence[str]) -> None:
    """The live feed, to the stream's end or the last event. Raises what ended it."""
    reporter = Reporter()
    with Feed(app.console, app.endpoint.url, " ".join(filters)) as feed:
        for item in how.items(app, how.following(app, None, 0.0)):
            if isinstance(item, State):
                if item.connected:
                    feed.connected(item.server)
                else:
                    feed.disconnected(item.reason, item.retry_seconds)
            for own, events in groupby(item if isinstance(item, list) else (), is_own):
                if own:
                    for event in events:
                        feed.told(event["Action"], event["Actor"]["Attributes"])
                else:
                    feed.show(list(map(reporter.tell, map(complete, events))))
            feed.refresh()
            if isinstance(item, list) and len(item) < CROWD:
                time.sleep(REFRESH_SECONDS)  # what comes meanwhile is drawn at once
