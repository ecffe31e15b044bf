"""What the monitor knows and shows, and what keys make of that; nothing here talks or draws."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from dsock.monitor.history import History
from dsock.render.natural import natural
from dsock.views.happenings import Happening
from dsock.views.stats import SORTS

Record = Mapping[str, Any]
View = Literal["list", "filter", "confirm", "help", "logs", "inspect"]

SORT_KEYS = ("state", "name", *SORTS)
# Key -> what it does to the selected container.
ACTIONS = {"s": "stop", "u": "start", "r": "restart", "p": "pause", "K": "kill", "d": "remove",
           "x": "shell"}  # fmt: skip
CONFIRMED = ("stop", "restart", "kill", "remove")
PAGE = 10
MUCH = 1_000_000  # lines: what is drawn ends where the text does
REMEMBERED = 200  # events, and lines of a log


class Wish(NamedTuple):
    """What is to be done: one of ACTIONS, "unpause", "logs", "inspect" or "quit"."""

    what: str
    container: str = ""


class Model:
    """The state of the screen."""

    def __init__(self) -> None:
        self.view: View = "list"
        self.records: Sequence[Record] = ()
        self.histories: dict[str, History] = {}
        self.events: deque[Happening] = deque(maxlen=REMEMBERED)
        self.shows_events = True
        self.all = True
        self.sort = "state"
        self.filter = ""
        self.selected = ""  # an id
        self.asked = ""  # the action that waits for a yes
        self.busy: dict[str, str] = {}  # id -> what is being done to it
        self.message, self.failed = "", False
        self.reason = ""  # why there is no engine now
        self.log: list[str] = []  # or what inspect shows
        self.log_of = ""  # an id
        self.scrolled = 0  # lines of it below the screen

    def take(self, records: Sequence[Record]) -> None:
        """The containers there are now."""
        self.records = records
        there = {str(record["Id"]) for record in records}
        self.histories = {id: kept for id, kept in self.histories.items() if id in there}

    def history(self, container: str) -> History:
        """What a container has used, by its id."""
        return self.histories.setdefault(container, History())

    def rows(self) -> list[Record]:
        """The containers that are shown, in their order."""
        wanted = self.filter.lower()
        found = [
            record
            for record in self.records
            if (self.all or record.get("State") in ("running", "paused", "restarting"))
            and (not wanted or any(wanted in text.lower() for text in _texts(record)))
        ]
        return sorted(found, key=self._order)

    def keep_selected(self, rows: Sequence[Record]) -> int:
        """The place of the selected container in `rows`; where it is gone, the first is selected,
        and -1 returned if there is none."""
        ids = [str(row["Id"]) for row in rows]
        if self.selected not in ids:
            self.selected = ids[0] if ids else ""
        return ids.index(self.selected) if ids else -1

    def pressed(self, key: str) -> Wish | None:
        """A key, by its name (monitor.keys)."""
        match self.view:
            case "filter":
                self._typed(key)
            case "confirm":
                self.view = "list"
                return Wish(self.asked, self.selected) if key in ("y", "enter") else None
            case "help":
                self.view = "list"
            case "logs" | "inspect":
                self._in_log(key)
            case _:
                return self._in_list(key)
        return None

    def refuse(self, container: str, why: str) -> None:
        """Say why something could not be done to a container."""
        why = why.removeprefix("Error response from daemon: ")
        why = why.replace(container, container[:12])
        self.message, self.failed = f"{self.name(container)}: {why}", True

    def name(self, container: str) -> str:
        """The name of a container by its id."""
        return next((name_of(r) for r in self.records if r["Id"] == container), container[:12])

    def _order(self, record: Record) -> tuple[Any, ...]:
        name, usage = natural(name_of(record)), self.usage(record)
        if self.sort == "state":
            return record.get("State") != "running", name
        if self.sort == "name":
            return (name,)
        return -SORTS[self.sort](usage) if usage is not None else 1.0, name

    def usage(self, record: Record) -> Any:
        """The latest numbers of a container that runs, else None."""
        history = self.histories.get(str(record["Id"]))
        running = record.get("State") in ("running", "paused")
        return history.usage if history is not None and running else None

    def _in_list(self, key: str) -> Wish | None:
        rows = self.rows()
        at = self.keep_selected(rows)
        steps = {"up": -1, "k": -1, "down": 1, "j": 1, "page up": -PAGE, "page down": PAGE,
                 "home": -len(rows), "g": -len(rows), "end": len(rows), "G": len(rows)}  # fmt: skip
        self.message = ""
        if key in steps and rows:
            self.selected = str(rows[min(max(at + steps[key], 0), len(rows) - 1)]["Id"])
        elif key == "q":
            return Wish("quit")
        elif key == "/":
            self.view = "filter"
        elif key == "?" or key == "h":
            self.view = "help"
        elif key == "o":
            self.sort = SORT_KEYS[(SORT_KEYS.index(self.sort) + 1) % len(SORT_KEYS)]
            self.message = f"sorted by {self.sort}"
        elif key == "a":
            self.all = not self.all
        elif key == "e":
            self.shows_events = not self.shows_events
        elif key == "escape":
            self.filter = ""
        elif key in ("l", "enter", "i") and rows:
            self.view = "inspect" if key == "i" else "logs"
            self.log_of, self.log = self.selected, []
            self.scrolled = MUCH if key == "i" else 0
            return Wish(self.view, self.selected)
        elif key in ACTIONS and rows:
            return self._act(ACTIONS[key], rows[at])
        return None

    def _act(self, what: str, record: Record) -> Wish | None:
        if what == "pause" and record.get("State") == "paused":
            what = "unpause"
        if what in CONFIRMED:
            self.view, self.asked = "confirm", what
            return None
        return Wish(what, self.selected)

    def _typed(self, key: str) -> None:
        if key in ("enter", "escape"):
            self.view = "list"
            self.filter = self.filter if key == "enter" else ""
        elif key == "backspace":
            self.filter = self.filter[:-1]
        elif len(key) == 1:
            self.filter += key

    def _in_log(self, key: str) -> None:
        steps = {"up": 1, "k": 1, "down": -1, "j": -1, "page up": PAGE, "page down": -PAGE,
                 "home": MUCH, "g": MUCH, "G": -MUCH, "end": -MUCH}  # fmt: skip
        if key in steps:
            self.scrolled = max(0, self.scrolled + steps[key])
        elif key in ("q", "escape", "l", "i", "enter", "backspace"):
            self.view, self.log_of = "list", ""


def name_of(record: Record) -> str:
    """A container's name, without those that links gave it."""
    names = [str(name) for name in record.get("Names") or ()]
    own = next((name for name in names if "/" not in name[1:]), names[0] if names else "")
    return own.removeprefix("/") or str(record["Id"])[:12]


def _texts(record: Record) -> tuple[str, ...]:
    return name_of(record), str(record.get("Image", "")), str(record["Id"])[:12]
