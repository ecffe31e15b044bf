"""The engine's routes, API 1.24 to 1.51: for who has a path and wants to know what it is.

Names of images, networks, plugins and the like may hold slashes; in the engine such a name runs up
to what follows it in the template, or to the end.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

# What an answer is. json: one value; lines: a stream of JSON values; frames: output of a container,
# in frames or raw; tunnel: two-way bytes; tar: an archive; text: anything else that is short.
KINDS = ("json", "lines", "frames", "tunnel", "tar", "text")

_TABLE = """
HEAD   /_ping                                text
GET    /_ping                                text
GET    /version                              json
GET    /info                                 json
GET    /system/df                            json
GET    /events                               lines
POST   /auth                                 json
POST   /session                              tunnel
POST   /grpc                                 tunnel

GET    /containers/json                      json
POST   /containers/create                    json
POST   /containers/prune                     json
GET    /containers/{id}/json                 json
GET    /containers/{id}/top                  json
GET    /containers/{id}/logs                 frames
GET    /containers/{id}/changes              json
GET    /containers/{id}/export               tar
GET    /containers/{id}/stats                lines
POST   /containers/{id}/resize               text
POST   /containers/{id}/start                text
POST   /containers/{id}/stop                 text
POST   /containers/{id}/restart              text
POST   /containers/{id}/kill                 text
POST   /containers/{id}/update               json
POST   /containers/{id}/rename               text
POST   /containers/{id}/pause                text
POST   /containers/{id}/unpause              text
POST   /containers/{id}/attach               tunnel
GET    /containers/{id}/attach/ws            tunnel
POST   /containers/{id}/wait                 json
POST   /containers/{id}/exec                 json
DELETE /containers/{id}                      text
HEAD   /containers/{id}/archive              text
GET    /containers/{id}/archive              tar
PUT    /containers/{id}/archive              text
POST   /commit                               json
POST   /exec/{id}/start                      tunnel
POST   /exec/{id}/resize                     text
GET    /exec/{id}/json                       json

GET    /images/json                          json
GET    /images/search                        json
GET    /images/get                           tar
POST   /images/load                          lines
POST   /images/create                        lines
POST   /images/prune                         json
GET    /images/{image}/get                   tar
GET    /images/{image}/history               json
GET    /images/{image}/json                  json
POST   /images/{image}/push                  lines
POST   /images/{image}/tag                   text
DELETE /images/{image}                       json
GET    /distribution/{image}/json            json
POST   /build                                lines
POST   /build/prune                          json
POST   /build/cancel                         text

GET    /networks                             json
GET    /networks/                            json
POST   /networks/create                      json
POST   /networks/prune                       json
GET    /networks/{network}                   json
DELETE /networks/{network}                   text
POST   /networks/{network}/connect           text
POST   /networks/{network}/disconnect        text

GET    /volumes                              json
POST   /volumes/create                       json
POST   /volumes/prune                        json
GET    /volumes/{volume}                     json
PUT    /volumes/{volume}                     text
DELETE /volumes/{volume}                     text

POST   /swarm/init                           json
POST   /swarm/join                           text
POST   /swarm/leave                          text
GET    /swarm                                json
GET    /swarm/unlockkey                      json
POST   /swarm/update                         text
POST   /swarm/unlock                         text
GET    /services                             json
POST   /services/create                      json
GET    /services/{service}                   json
POST   /services/{service}/update            json
DELETE /services/{service}                   text
GET    /services/{service}/logs              frames
GET    /nodes                                json
GET    /nodes/{node}                         json
DELETE /nodes/{node}                         text
POST   /nodes/{node}/update                  text
GET    /tasks                                json
GET    /tasks/{task}                         json
GET    /tasks/{task}/logs                    frames
GET    /secrets                              json
POST   /secrets/create                       json
GET    /secrets/{secret}                     json
DELETE /secrets/{secret}                     text
POST   /secrets/{secret}/update              text
GET    /configs                              json
POST   /configs/create                       json
GET    /configs/{config}                     json
DELETE /configs/{config}                     text
POST   /configs/{config}/update              text

GET    /plugins                              json
GET    /plugins/privileges                   json
POST   /plugins/pull                         lines
POST   /plugins/create                       text
GET    /plugins/{plugin}/json                json
DELETE /plugins/{plugin}                     json
POST   /plugins/{plugin}/enable              text
POST   /plugins/{plugin}/disable             text
POST   /plugins/{plugin}/upgrade             lines
POST   /plugins/{plugin}/push                lines
POST   /plugins/{plugin}/set                 text
"""


class Route(NamedTuple):
    """One endpoint: "POST", "/containers/{id}/start", and what its answer is (KINDS)."""

    method: str
    template: str
    kind: str

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


@cache
def all_routes() -> tuple[Route, ...]:
    """Every route, those without a name in the path before those with one, and those that end
    with one last, as engines match."""
    rows = [Route(*line.split()) for line in _TABLE.strip().splitlines() if line]
    return tuple(sorted(rows, key=lambda row: ("{" in row.template, row.template.endswith("}"))))


def match(method: str, path: str) -> Route | None:
    """The route of a decoded path without version and query, None if the engine has none."""
    for route, pattern in _patterns():
        if route.method == method and pattern.fullmatch(path):
            return route
    return None


def split_version(path: str) -> tuple[str, str]:
    """("1.41", "/containers/json") of "/v1.41/containers/json"; ("", path) without a version."""
    found = re.match(r"/v([0-9][0-9.]*)(?=/)", path)
    return (found[1], path[found.end() :]) if found else ("", path)


@cache
def _patterns() -> tuple[tuple[Route, re.Pattern[str]], ...]:
    return tuple((route, re.compile(_pattern(route.template))) for route in all_routes())


def _pattern(template: str) -> str:
    pieces = re.split(r"\{\w+\}", template)
    return ".+".join(map(re.escape, pieces))
