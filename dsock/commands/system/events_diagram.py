"""Pictures of events: `dsock events --diagram`."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from dsock.app import App
from dsock.commands.system.events_more import How
from dsock.errors import DsockError
from dsock.events import Event, batches

MOST = 10_000  # events in a picture: the last ones
FORMS = (".svg", ".html", ".mmd", ".txt")


def draw(app: App, how: How, target: str, source: str | None) -> None:
    """Draw the events of `how`, or of the file `source`, to `target`; "-" is stdout.

    Ctrl-C ends the stream and draws. Raises DsockError for a file that cannot be.
    """
    form = Path(target).suffix if target != "-" else ""
    if target != "-":
        from dsock.engine import download

        if form not in FORMS:
            raise DsockError(
                f"cannot tell what {target} is to be", f"name it {', '.join(FORMS)}", 125
            )
        download.check(target)
    events: deque[Event] = deque(maxlen=MOST)
    count = 0
    with suppress(KeyboardInterrupt):
        for event in read(source) if source else _live(app, how):
            events.append(event)
            count += 1
    if app.dry_run and not source:
        return
    if count > MOST:
        app.note(f"the last {MOST:,} of {count:,} events are drawn")
    if not events:
        app.note("nothing happened: there is nothing to draw")
        return
    _show(app, events, target, form)


def read(source: str) -> Iterator[Event]:
    """The events of a file of JSON lines, "-" for stdin. Raises DsockError for anything else."""
    try:
        with open(sys.stdin.fileno() if source == "-" else source, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                event = _parsed(line)
                if event is None:
                    raise DsockError(
                        f"line {number} of {source} is no event",
                        "`dsock events --format json` writes such lines",
                    )
                yield event
    except OSError as err:
        raise DsockError(f"cannot read {source}: {err.strerror}") from None


def _parsed(line: bytes) -> Event | None:
    from dsock.views.events import complete

    try:
        event: Event = json.loads(line)
        complete(event)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return event if event.get("Type") else None


def _live(app: App, how: How) -> Iterator[Event]:
    if app.dry_run:
        for batch in batches(app.engine, **how.query):
            yield from batch
        return
    how.query["reconnect"] = False
    for item in how.items(app, how.following(app, None, 0.0)):
        if isinstance(item, list):
            yield from item


def _show(app: App, events: Iterable[Event], target: str, form: str) -> None:
    from dsock.diagram import mermaid, svg, terminal
    from dsock.diagram.sequence import sequence

    picture = sequence(events)
    if target == "-" and app.rich:
        app.console.print(terminal.Drawn(picture))
        return
    makers = {".svg": svg.svg, ".html": svg.html, ".mmd": mermaid.mermaid}
    text = makers.get(form, terminal.plain)(picture)
    if target == "-":
        app.write(text)
    else:
        from dsock.engine import download

        download.to_file([text.encode("utf-8", "replace")], target)
