"""A container's record, less all that its image and its engine add by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dsock.flags import since
from dsock.flags.networks import is_user_defined
from dsock.remake import config, endpoints, host
from dsock.remake.habits import Habits

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remade:
    """A container as it was asked for: `body` is that of POST /containers/create, with all of
    its networks, also where the engine takes only one of them there."""

    name: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def networks(self) -> dict[str, dict[str, Any]]:
        """{network: EndpointSettings}, the container's own first."""
        found: dict[str, Any] = self.body.get("NetworkingConfig", {}).get("EndpointsConfig", {})
        return found

    def calls(self, version: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """(body of the create call, {network: EndpointSettings} to connect afterwards): engines
        before API 1.44 take one network when they create, and none takes more beside a built-in."""
        first = self.body["HostConfig"].get("NetworkMode", "default")
        several = since.speaks(version, since.SEVERAL_NETWORKS) and is_user_defined(first)
        if several or len(self.networks) < 2:
            return self.body, {}
        name, *later = self.networks
        own = self.networks[name]
        body = {key: value for key, value in self.body.items() if key != "NetworkingConfig"}
        if own:
            body["NetworkingConfig"] = {"EndpointsConfig": {name: own}}
        return body, {network: self.networks[network] for network in later}


def read(container: Record, image: Record | None, habits: Habits) -> Remade:
    """What made the `container`, by its record of GET /containers/{id}/json.

    `image` is the record of the image that it was made from (GET /images/{id}/json), None if that
    is gone.
    """
    mode, attached = endpoints.read(container, habits)
    body = config.read(container, image, habits)
    body["HostConfig"] = {"NetworkMode": mode, **host.read(container["HostConfig"], habits)}
    if attached and (len(attached) > 1 or any(attached.values())):
        body["NetworkingConfig"] = {"EndpointsConfig": attached}
    return Remade(container["Name"].removeprefix("/"), body)
