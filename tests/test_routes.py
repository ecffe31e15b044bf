"""The engine's routes as a table."""

from __future__ import annotations

import pytest

from dsock.api import routes


@pytest.mark.parametrize(
    ("call", "template"),
    [
        ("GET /containers/json", "/containers/json"),
        ("GET /containers/web/json", "/containers/{id}/json"),
        ("POST /containers/create", "/containers/create"),
        ("POST /containers/create/start", "/containers/{id}/start"),
        ("GET /containers/web/attach/ws", "/containers/{id}/attach/ws"),
        ("GET /images/registry:5000/team/app/json", "/images/{image}/json"),
        ("GET /images/get", "/images/get"),
        ("GET /images/app/get", "/images/{image}/get"),
        ("GET /networks/", "/networks/"),
        ("GET /networks/a", "/networks/{network}"),
        ("HEAD /containers/web/archive", "/containers/{id}/archive"),
    ],
)
def test_a_path_has_its_route(call: str, template: str) -> None:
    route = routes.match(*call.split())
    assert route is not None and route.template == template


@pytest.mark.parametrize(
    "call",
    ["HEAD /containers/json", "GET /containers/", "GET /", "GET /_pingX", "OPTIONS /_ping",
     "GET /containers//json", "get /_ping", "GET /Containers/json", "GET /secrets/"],
)  # fmt: skip
def test_a_path_that_no_engine_has_is_none(call: str) -> None:
    assert routes.match(*call.split()) is None


def test_the_version_is_split_off() -> None:
    assert routes.split_version("/v1.41/info") == ("1.41", "/info")
    assert routes.split_version("/info") == ("", "/info")
    assert routes.split_version("/v1.41") == ("", "/v1.41")


def test_every_route_is_of_a_kind_and_said_once() -> None:
    table = routes.all_routes()
    assert {route.kind for route in table} <= set(routes.KINDS)
    assert len({(route.method, route.template) for route in table}) == len(table)
