"""Questions of the proxy itself to the engine: what a name stands for, and whose it is."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from dsock.relay import body, head
from dsock.relay.head import BadMessage
from dsock.relay.peer import Address, dial
from dsock.relay.policy.create import Needs
from dsock.relay.policy.denied import Denied
from dsock.relay.policy.rules import OWNER_LABEL
from dsock.relay.policy.target import NAME

SECONDS = 30.0
_LONGEST = 16 << 20
# Networks that every engine has.
_COMMON = {"default", "bridge", "none"}
_PATHS = {
    "container": "/containers/{}/json", "network": "/networks/{}", "volume": "/volumes/{}",
}  # fmt: skip


class Asker:
    """Asks one engine, for the clients of one owner ("": of anybody)."""

    def __init__(self, engine: Address, owner: str) -> None:
        self._engine = engine
        self._owner = owner

    async def identity(self, kind: str, name: str) -> str:
        """The full ID of a container or network, a volume's name. Raises Denied (404) for what is
        not there or not the owner's: nobody learns which."""
        found = await self._look(kind, name)
        if found is None or not self._owned(kind, found):
            raise Denied(f"No such {kind}: {name}", 404)
        identity = found.get("Name" if kind == "volume" else "Id")
        if not isinstance(identity, str) or not identity:
            raise BadMessage("the engine says no ID", 502)
        return identity

    async def check(self, needs: Needs) -> None:
        """Raises Denied if what a new container is to use is not as harmless as its name."""
        for name in needs.volumes:
            volume = await self._look("volume", name)
            if volume is None and self._owner:
                raise Denied(f"volume {name!r} is not there; create it first")
            if volume is None:
                continue  # it becomes a plain one
            if volume.get("Driver") != "local" or volume.get("Options"):
                raise Denied(f"volume {name!r} has a driver or options that may lead elsewhere")
            if not self._owned("volume", volume):
                raise Denied(f"No such volume: {name}", 404)
        for name in needs.networks - _COMMON:
            network = await self._look("network", name)
            if network is None or not self._owned("network", network):
                raise Denied(f"network {name} not found", 404)
            if network.get("Name") != name or network.get("Driver") == "host":
                raise Denied(f"network {name!r} is not what its name says")

    def _owned(self, kind: str, found: dict[str, Any]) -> bool:
        if not self._owner:
            return True
        where = found.get("Config") if kind == "container" else found
        labels = where.get("Labels") if isinstance(where, dict) else None
        return isinstance(labels, dict) and labels.get(OWNER_LABEL) == self._owner

    async def _look(self, kind: str, name: str) -> dict[str, Any] | None:
        """What the engine has of that name, None for nothing."""
        import asyncio

        if not re.fullmatch(NAME, name):  # it would make another path
            return None
        try:
            async with asyncio.timeout(SECONDS):
                status, data = await self._get(_PATHS[kind].format(quote(name, safe="")))
        except (OSError, TimeoutError) as err:
            raise BadMessage(f"the engine does not answer: {err}", 502) from None
        if status == 404:
            return None
        try:
            found = json.loads(data) if status == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise BadMessage(f"the engine does not say what {kind} {name!r} is", 502)
        return found

    async def _get(self, path: str) -> tuple[int, bytes]:
        peer = await dial(self._engine)
        try:
            await peer.write(head.written(f"GET {path} HTTP/1.1", [("Host", "localhost")]))
            raw = await peer.head()
            if not raw:
                raise OSError("it closed the connection")
            answer = head.answer(raw, "GET")
            download = body.of_answer(answer)
            data = bytearray()
            while not download.done:
                block, payload = await peer.body(download)
                if not block or len(data) > _LONGEST:
                    raise OSError("its answer breaks off")
                for piece in payload:
                    data += piece
            return answer.status, bytes(data)
        finally:
            peer.close()
