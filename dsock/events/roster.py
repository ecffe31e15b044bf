"""The containers of an engine as they are now, inspected again only where something happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dsock.api import containers, networks
from dsock.engine.parallel import started
from dsock.errors import ApiError
from dsock.events.resume import Event

if TYPE_CHECKING:
    from dsock.engine.client import Engine

FILTERS: Mapping[str, Mapping[str, bool]] = {"type": {"container": True, "network": True}}
# After these a container is not what it was. "died" and "remove" are Podman's words.
CONTAINER = {
    "create", "start", "restart", "die", "died", "stop", "oom", "destroy", "remove", "rename",
    "update", "pause", "unpause", "health_status",
}  # fmt: skip
NETWORK = {"connect", "disconnect", "create", "destroy", "remove"}


class Roster:
    """The containers that run, or with `all` all, as GET /containers/{id}/json tells, and the
    networks.

    `hear` events in any order, as often as they come: they only say what to look at again, at
    the next `refresh`. What was heard before a refresh is in what it finds.
    """

    def __init__(self, engine: Engine, all: bool = False) -> None:
        self._engine, self._all = engine, all
        self._found: dict[str, dict[str, Any]] = {}
        self._networks: list[dict[str, Any]] = []
        self._changed: set[str] = set()
        self._everything = True
        self._networks_changed = True

    @property
    def containers(self) -> list[dict[str, Any]]:
        """What was found, in no order."""
        return list(self._found.values())

    @property
    def networks(self) -> list[dict[str, Any]]:
        """The same of networks."""
        return self._networks

    @property
    def current(self) -> bool:
        """True if nothing has to be looked at again."""
        return not (self._everything or self._changed or self._networks_changed)

    def hear(self, event: Event) -> bool:
        """Take note of an event; True if it may have changed something."""
        kind = event.get("Type")
        action = str(event.get("Action") or "").partition(":")[0]
        actor = event.get("Actor") or {}
        id = str(actor.get("ID") or "")
        if kind == "network" and action in NETWORK:
            self._networks_changed = True
            # Docker names the container in an attribute, Podman as the actor.
            member = (actor.get("Attributes") or {}).get("container")
            if "connect" in action and (member or id):
                self._changed.add(str(member or id))
            return True
        if kind == "container" and action in CONTAINER and id:
            if action == "create" and not self._all:
                return False
            self._changed.add(id)
            return True
        return False

    def forget(self) -> None:
        """Look at everything again: what happened may not have been heard."""
        self._everything = self._networks_changed = True

    def refresh(self) -> None:
        """Look again at what changed. GET /containers/json, /containers/{id}/json, /networks.

        Raises DsockError as Engine.open does; what could not be seen is looked at the next time.
        """
        if self._everything:
            listed = self._engine.json(containers.list_(all=self._all)) or []
            ids = {str(record.get("Id")) for record in listed if record.get("Id")}
            for gone in self._found.keys() - ids:
                del self._found[gone]
            self._changed |= ids
            self._everything = False
        changed = sorted(self._changed)
        find = started(self._engine, self._inspect, changed)
        for id in changed:
            record = find(id)
            if record is None:
                self._found.pop(id, None)
            else:
                self._found[id] = record
            self._changed.discard(id)
        if self._networks_changed:
            self._networks = self._engine.json(networks.list_()) or []
            self._networks_changed = False

    def _inspect(self, id: str) -> dict[str, Any] | None:
        """The container, None if it is gone or does not run."""
        try:
            record: dict[str, Any] | None = self._engine.json(containers.inspect(id))
        except ApiError as err:
            if err.status in (404, 409):  # 409: it is being removed
                return None
            raise
        running = ((record or {}).get("State") or {}).get("Running")
        return record if self._all or running else None
