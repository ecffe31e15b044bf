"""Pictures of events: `dsock events --diagram` and `--timeline`."""

from __future__ import annotations

import json
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from dsock.app import App
from dsock.commands.system.events_more import How, notes
from dsock.errors import DsockError
from dsock.events import Event, State
from dsock.terminal import signals

Kind = Literal["sequence", "timeline"]
Drawn = tuple[Any, dict[str, Callable[[], str]]]  # for rich, and what makes each form
MOST = 10_000  # events in a picture: the last ones
FORMS = (".svg", ".html", ".mmd", ".txt")


def draw(app: App, how: How, targets: Mapping[Kind, str | None], source: str | None) -> None:
    """Draw the events of `how`, or of the file `source`, to each of `targets`; "-" is stdout.

    Ctrl-C or SIGTERM ends the stream and draws; so does what else ends it, and is raised then.
    Raises DsockError for a file that cannot be.
    """
    wanted = [(kind, target) for kind, target in targets.items() if target]
    for _, target in wanted:
        _check(target)
    events: deque[Event] = deque(maxlen=MOST)
    count = 0
    ended: DsockError | None = None
    with suppress(KeyboardInterrupt), signals.handled({signal.SIGTERM}, _end):
        try:
            for event in read(source) if source else _live(app, how):
                events.append(event)
                count += 1
        except DsockError as err:
            if source or not events:
                raise
            ended = err
    if count > MOST:
        app.note(f"the last {MOST:,} of {count:,} events are drawn")
    if not events:
        app.note("nothing happened: there is nothing to draw")
        return
    for kind, target in wanted:
        _show(app, events, kind, target)
    if ended is not None:
        raise ended


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _check(target: str) -> None:
    from dsock.engine import download

    if target == "-":
        return
    if Path(target).suffix not in FORMS:
        raise DsockError(
            f"cannot tell what {target} is to be", f"its name ends in {', '.join(FORMS)}", 125
        )
    download.check(target)


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
    note = notes(app)
    for item in how.items(app, how.following(app, None, 0.0)):
        if isinstance(item, State):
            note(item)
        yield from item if isinstance(item, list) else ()


def _show(app: App, events: Iterable[Event], kind: Kind, target: str) -> None:
    from dsock.diagram import svg

    drawn, makers = _sequence(events) if kind == "sequence" else _timeline(events)
    if target == "-" and app.rich:
        app.console.print(drawn)
        return
    makers[".html"] = lambda: svg.html(makers[".svg"]())
    text = makers[Path(target).suffix or ".txt"]()
    if target == "-":
        app.write(text)
    else:
        from dsock.engine import download

        download.to_file([text.encode("utf-8", "replace")], target)


def _sequence(events: Iterable[Event]) -> Drawn:
    from dsock.diagram import mermaid, svg, terminal
    from dsock.diagram.sequence import sequence

    picture = sequence(events)
    return terminal.Drawn(picture), {
        ".svg": lambda: svg.svg(picture),
        ".mmd": lambda: mermaid.mermaid(picture),
        ".txt": lambda: terminal.plain(picture),
    }


def _timeline(events: Iterable[Event]) -> Drawn:
    from dsock.diagram import timeline, timeline_svg
    from dsock.diagram.bars import bars

    found = bars(events)
    return timeline.Drawn(found), {
        ".svg": lambda: timeline_svg.svg(found),
        ".mmd": lambda: timeline_svg.gantt(found),
        ".txt": lambda: timeline.plain(found),
    }
