"""One container in the place of another: what is done is undone if it fails, and what was cut off
in the middle is found again by its names.

    NAME.dsock-new          the new one, before it takes the name; it has never run
    NAME.dsock-old-running  the old one, aside; it ran before, or
    NAME.dsock-old-stopped  it did not
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from dsock.api import containers, networks
from dsock.app import App
from dsock.errors import ApiError, DsockError, Unreachable

NEW, RUNNING, STOPPED = ".dsock-new", ".dsock-old-running", ".dsock-old-stopped"
LOOK_SECONDS = 0.1
LAST_LINES = "10"

Record = Mapping[str, Any]


class Patience(NamedTuple):
    """Seconds that a new container gets to become healthy (None: it has no health check), and
    that it has to run if it has none: most of those that cannot run end at once."""

    healthy: float | None
    settle: float


def swap(
    app: App,
    old: Record,
    create: Callable[[str], str],
    connects: Mapping[str, Mapping[str, Any]],
    patience: Patience,
) -> str:
    """Replace `old` (its record); the new one's ID.

    `create` makes the new container under a name and returns its ID, `connects` are its further
    networks. It is started if the old one runs, and has to become healthy or not to end at once.
    Whatever fails, the old one is as it was.
    """
    name, running = old["Name"].removeprefix("/"), old["State"]["Running"]
    new, moved = name + NEW, False
    with _interruptible():
        try:
            new = create(name + NEW)
            for network, endpoint in connects.items():
                asked = {"Container": new, "EndpointConfig": endpoint}
                app.engine.json(networks.connect(network, asked))
            moved = True
            app.engine.json(containers.rename(old["Id"], name + (RUNNING if running else STOPPED)))
            if running:
                app.engine.json(containers.stop(old["Id"]))
            app.engine.json(containers.rename(new, name))
            if running:
                app.engine.json(containers.start(new))
                check(app, new, patience)
        except BaseException as err:
            with _undisturbed():
                if isinstance(err, DsockError):
                    app.complain(err.message, err.hint)
                _undo(app, name, new, old["Id"] if moved else "", running)
            if isinstance(err, DsockError):
                raise SystemExit(err.exit_code) from None
            raise
        app.engine.json(containers.remove(old["Id"], force=True))
    return new


def recover(app: App, name: str, listed: Iterable[Record], patience: Patience) -> None:
    """Put right what an earlier swap of `name` left among the containers that are `listed`: it is
    ended if the new container runs, else the old one is put back. Raises DsockError if only a
    person can tell which to keep."""
    there = {found.removeprefix("/"): one for one in listed for found in one.get("Names") or ()}
    new, main = there.get(name + NEW), there.get(name)
    aside = next((name + end for end in (RUNNING, STOPPED) if name + end in there), None)
    if new is None and aside is None:
        return
    if app.dry_run:
        raise DsockError(
            f"an earlier recreate of {name} was cut off, which this one would put right first",
            "a dry run cannot show what follows then",
        )
    for one, called in ((new, name + NEW), (main if aside else None, name)):
        if one and not _unused(one) and not (called == name and one["State"] == "running"):
            raise _undecided(name, called, aside or name, "it has ended since")
    if aside and main and not _unused(main):
        app.note(f"{name}: an earlier recreate was cut off; the new container runs")
        old = there[aside]["Id"]
        try:
            check(app, main["Id"], patience)
        except DsockError as err:
            raise _undecided(name, name, aside, err.message) from None
        app.engine.json(containers.remove(old, force=True))
        return
    if aside is None:
        app.engine.json(containers.remove(name + NEW, volumes=True))
        return
    fresh = main or new
    _undo(app, name, fresh["Id"] if fresh else "", there[aside]["Id"], aside.endswith(RUNNING))
    if main and new:
        app.engine.json(containers.remove(name + NEW, volumes=True))


def _undecided(name: str, new: str, old: str, reason: str) -> DsockError:
    return DsockError(
        f"an earlier recreate of {name} was cut off: {new} is the new container, {old} the old"
        f" one; {reason}",
        f"remove the one that you do not want: dsock rm -f {new}, or dsock rm -f {old}",
    )


def name_of(target: str, listed: Iterable[Record]) -> str:
    """The name that `target`, a name or an ID, has or had before a swap was cut off."""
    name = target.lstrip("/")
    names = {one["Id"]: [found.lstrip("/") for found in one.get("Names") or ()] for one in listed}
    if all(name not in found for found in names.values()):
        starting = [found for id_, found in names.items() if id_.startswith(name)]
        name = starting[0][0] if len(starting) == 1 and starting[0] else name
    return re.sub(rf"({NEW}|{RUNNING}|{STOPPED})\Z".replace(".", r"\."), "", name)


def check(app: App, container: str, patience: Patience) -> None:
    """Return once a started container is healthy, or has not ended after a moment if it has no
    health check. Raises DsockError otherwise."""
    from dsock.events import healthy

    if app.dry_run:
        if patience.healthy is not None and not app.engine.podman:
            healthy.wait(app.engine, container, patience.healthy)
        return
    deadline = time.monotonic() + patience.settle
    while True:
        found = app.engine.json(containers.inspect(container))
        state = found["State"]
        if not state["Running"] or found.get("RestartCount"):
            raise DsockError(f"the new container ended with exit code {state['ExitCode']}")
        if (state.get("Health") or {}).get("Status") and not app.engine.podman:
            if app.stderr_is_terminal:
                app.note("waiting until the new container is healthy")
            try:
                healthy.wait(app.engine, container, patience.healthy)
            except healthy.NotHealthy as err:
                said = err.message.replace(container, "the new container")
                raise DsockError(said, exit_code=err.exit_code) from None
            return
        if time.monotonic() >= deadline:
            return
        time.sleep(LOOK_SECONDS)


def _unused(summary: Record) -> bool:
    return summary["State"] in ("created", "configured", "initialized")


def _undo(app: App, name: str, new: str, old: str, running: bool) -> None:
    """Remove the `new` container and put the `old` one back under its name ("": it is there)."""
    if app.dry_run:
        return
    try:
        if new:
            _tell(app, new)
            _unless_gone(lambda: app.engine.json(containers.remove(new, force=True, volumes=True)))
        if old and app.engine.json(containers.inspect(old))["Name"] != f"/{name}":
            app.engine.json(containers.rename(old, name))
        if old and running:
            app.engine.json(containers.start(old))  # 304 if it runs
    except DsockError as err:
        app.complain(
            f"{name} could not be put back: {err.message}",
            f"once the engine answers, dsock recreate {name} does: nothing is lost",
        )
    else:
        app.complain(f"{name} is as it was before" + (", and runs" if running else ""))


def _tell(app: App, new: str) -> None:
    """Show the last that a container said that is about to be removed."""
    try:
        found = app.engine.json(containers.inspect(new))
        if _unused({"State": found["State"]["Status"]}):
            return
        answer = app.engine.open(containers.logs(new, tail=LAST_LINES))
        if found["Config"]["Tty"]:
            said = b"".join(answer.blocks())
        else:
            said = b"".join(run.data for run in answer.frames())
    except Unreachable:
        raise
    except DsockError:
        return  # gone, or without logs
    for line in said.decode("utf-8", "replace").splitlines():
        app.complain(f"  | {line}")


def _unless_gone(act: Callable[[], object]) -> None:
    try:
        act()
    except ApiError as err:
        if err.status != 404:
            raise


@contextmanager
def _interruptible() -> Iterator[None]:
    """A SIGTERM or SIGHUP raises, as Ctrl-C does, so that what is done can be undone."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No signal that asks to leave comes in between."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
