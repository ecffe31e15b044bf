"""One container's log, over its ends and starts."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dsock.api import containers
from dsock.engine.frames import STDERR
from dsock.errors import ApiError, BrokenOff, DsockError, Unreachable
from dsock.flags.times import wire_time
from dsock.logs.lines import SECOND, Line, Splitter
from dsock.logs.merge import Merge, Note

if TYPE_CHECKING:
    from dsock.engine.client import Engine

MOMENT = 0.2  # seconds between an end and looking again, where nothing has changed


class Source:
    """Reads the log of the container that was inspected as `found` into a Merge, in a thread.

    `query` are the parameters of api.containers.logs. With `again` it goes on whenever a container
    of this name starts, also another one.
    """

    def __init__(
        self, engine: Engine, merge: Merge, number: int, found: Mapping[str, Any],
        query: Mapping[str, Any], follow: bool, again: bool,
    ) -> None:  # fmt: skip
        self.name = str(found["Name"]).removeprefix("/")
        self._engine, self._merge, self._number = engine, merge, number
        self._query, self._follow, self._again = query, follow, again
        self._become(found)
        self._poked = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def poke(self, name: object = None, container: object = None) -> None:
        """Something has started: this container, if it is this name or id; or anything."""
        if name is None or name == self.name or container == self._id:
            self._poked.set()

    def _become(self, found: Mapping[str, Any]) -> None:
        if getattr(self, "_id", None) != found["Id"]:
            self._last, self._there = 0, 0  # the last line's time, and how many lines have it
        self._id: str = found["Id"]
        self._tty = bool(found["Config"]["Tty"])
        self._started = found["State"].get("StartedAt")

    def _run(self) -> None:
        try:
            if str(self._query["tail"]) != "0" or not self._follow:
                self._read(follow=False, **self._query)
            self._merge.caught_up(self._number)
            if self._follow:
                self._now()
        except DsockError as err:
            self._merge.say(err)
        except BaseException as err:
            self._merge.say(DsockError(f"{self.name}: {type(err).__name__}: {err}"))
        finally:
            self._merge.end(self._number)

    def _now(self) -> None:
        query = dict(self._query)
        while True:
            try:
                if self._last:  # what has been shown is told by its time
                    query.update(since=_wire(self._last - 1), tail="all")
                self._read(follow=True, **query)
            except DsockError as err:
                if not self._again:
                    raise
                # One that was removed just now may not be known, and Podman says so amid its log.
                if not isinstance(err, (BrokenOff, Unreachable)) and self._runs():
                    raise
            if not self._again:
                return
            query.update(since=self._wait_for_start(), tail="all")

    def _runs(self) -> bool:
        """Whether the container that was read is there and has not ended."""
        found = self._found() or {}
        return bool(found) and found["Id"] == self._id and found["State"]["Running"]

    def _read(self, follow: bool, **query: Any) -> None:
        answer = self._engine.open(containers.logs(self._id, follow, timestamps=True, **query))
        splitter = Splitter(self._number)
        known = (self._last, self._there)
        if self._tty:
            for block in answer.blocks():
                known = self._put(splitter.split(block, False), known)
        else:
            for run in answer.frames():
                known = self._put(splitter.split(run.data, run.stream == STDERR), known)
        self._put(splitter.end(), known)

    def _put(self, lines: Sequence[Line], known: tuple[int, int]) -> tuple[int, int]:
        """Hand on what is not `known`: (a time, how many lines of that time)."""
        fresh = []
        shown, count = known
        for line in lines:
            if line.time < shown:
                continue
            if line.time == shown and count:
                count -= 1
                continue
            fresh.append(line)
            if line.time > self._last:
                self._last, self._there = line.time, 1
            elif line.time == self._last:
                self._there += 1
        if fresh:
            self._merge.put(self._number, fresh)
        return shown, count

    def _wait_for_start(self) -> str | None:
        """Until there is another run to read, which may be over already. Returns since when;
        None for another container."""
        ended = ""
        while True:
            self._poked.clear()
            found = self._found()
            state = (found or {}).get("State", {})
            run = found and (found["Id"], state.get("StartedAt"))
            another = run != (self._id, self._started) and _has_begun(state)
            if found and (state.get("Running") or another):
                if not another:
                    self._poked.wait(MOMENT)  # the engine has not noticed the end yet
                elif ended:
                    self._merge.say(Note(f"{self.name} has started again"))
                elif state.get("Running"):
                    ended = state.get("FinishedAt")
                same = found["Id"] == self._id
                self._become(found)
                since = ended or state.get("StartedAt") or ""
                return wire_time(since, time.time_ns()) if same else None
            if not ended:
                how = f"ended with exit code {state.get('ExitCode')}"
                if not found:
                    how = "is gone" if found is None else "waits for its engine"
                self._merge.say(Note(f"{self.name} {how}"))
                ended = state.get("FinishedAt") or self._started
            self._poked.wait()

    def _found(self) -> Mapping[str, Any] | None:
        """The container that has the name now, {} if no engine answers."""
        try:
            found: dict[str, Any] = self._engine.json(containers.inspect(self.name))
        except ApiError:
            return None
        except (BrokenOff, Unreachable):
            return {}
        return found


def _has_begun(state: Mapping[str, Any]) -> bool:
    return not str(state.get("StartedAt") or "0001").startswith("0001")


def _wire(nanoseconds: int) -> str:
    return "{}.{:09d}".format(*divmod(nanoseconds, SECOND))
