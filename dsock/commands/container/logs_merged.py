"""`dsock logs` of several containers, or of some lines only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError, Unreachable
from dsock.events import Event, State, batches
from dsock.events.resume import just_before
from dsock.logs.lines import Line
from dsock.logs.merge import Merge, Note
from dsock.logs.source import Source
from dsock.render import log_lines

Records = Sequence[Mapping[str, Any]]


def show(
    app: App,
    targets: Sequence[str],
    query: Mapping[str, Any],
    *,
    follow: bool,
    timestamps: bool,
    local_time: bool,
    wanted: log_lines.Test,
) -> int:
    """Print what the containers have printed, in the order of time; with several targets and
    `follow`, also what they print after they were started again. Returns the exit code."""
    found, code = _inspected(app, targets)
    if app.dry_run:
        for record in found:
            call = app.engine.open if record["Config"]["Tty"] else app.engine.frames
            call(containers.logs(record["Id"], follow, timestamps=True, **query))
        return code
    several = len(targets) > 1
    merge = Merge(len(found))
    sources = [
        Source(app.engine, merge, number, record, query, follow, again=several)
        for number, record in enumerate(found)
    ]
    if several and follow and found:
        _watch(app, merge, sources)
    for source in sources:
        source.start()
    names = [source.name for source in sources] if several else []
    stamp = log_lines.stamps(local_time) if timestamps or local_time else None
    write = _writer(app, names, stamp, wanted)
    while (items := merge.take()) is not None:
        lines = [item for item in items if isinstance(item, Line)]
        for item in items:
            if isinstance(item, DsockError):
                app.complain(item.message, item.hint)
                code = item.exit_code
            elif isinstance(item, Note) and app.stderr_is_terminal:
                app.note(f"-- {item}")
        write(lines)
    return code


def _inspected(app: App, targets: Sequence[str]) -> tuple[Records, int]:
    """The records of the containers that there are, each once, and the exit code so far."""
    found: dict[str, Mapping[str, Any]] = {}
    code = 0
    for target in targets:
        try:
            record = app.engine.known(containers.inspect(target))
            found.setdefault(record["Id"], record)
        except Unreachable:
            raise
        except DsockError as err:
            app.complain(err.message, err.hint)
            code = 1
    return list(found.values()), code


def _watch(app: App, merge: Merge, sources: Sequence[Source]) -> None:
    """Poke the sources whose container starts, and all when the engine is there again."""
    import threading

    def state(now: State) -> None:
        if now.connected:
            for source in sources:
                source.poke()

    def begun(event: Event) -> None:
        actor = event.get("Actor") or {}
        for source in sources:
            source.poke((actor.get("Attributes") or {}).get("name", ""), actor.get("ID"))

    def read() -> None:
        filters = {"type": {"container": True}, "event": {"start": True}}
        since = just_before(app.engine.server)
        try:
            for batch in batches(app.engine, since=since, filters=filters, reconnect=True,
                                 on_state=state):  # fmt: skip
                for event in batch:
                    begun(event)
        except DsockError as err:
            merge.say(err)

    threading.Thread(target=read, daemon=True).start()


def _writer(
    app: App, names: Sequence[str], stamp: Callable[[int], str] | None, wanted: log_lines.Test
) -> Callable[[Sequence[Line]], None]:
    """What writes lines, stdout's and stderr's apart, in their order."""
    colours = not app.environ.get("NO_COLOR") and app.environ.get("TERM") != "dumb"
    streams = (sys.stdout.buffer, sys.stderr.buffer)
    kinds = []
    for error, terminal in enumerate((app.stdout_is_terminal, app.stderr_is_terminal)):
        colour = terminal and colours
        before = log_lines.prefixes(names, terminal, colour, bool(error)) or [""]
        clean = log_lines.harmless if terminal else str
        kinds.append((before, clean, "\x1b[2m{}\x1b[0m " if colour else "{} "))

    def write(lines: Sequence[Line]) -> None:
        texts: list[str] = []
        current = False
        for line in lines:
            text = line.text.decode("utf-8", "surrogateescape")
            if not wanted(text):
                continue
            if line.error != current:
                flush(texts, current)
                current = line.error
            before, clean, form = kinds[current]
            time = form.format(stamp(line.time)) if stamp else ""
            texts.append(f"{before[line.source if names else 0]}{time}{clean(text)}\n")
        flush(texts, current)

    def flush(texts: list[str], error: bool) -> None:
        if texts:
            stream = streams[error]
            stream.write("".join(texts).encode("utf-8", "surrogateescape"))
            stream.flush()
            texts.clear()

    return write
