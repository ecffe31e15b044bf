"""A call as a value: what it is on the wire."""

from __future__ import annotations

import pytest

from dsock.api import containers, images
from dsock.engine.request import Request, segment
from dsock.errors import DsockError


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({}, ""),
        ({"a": None, "b": "", "c": {}, "d": [], "e": ()}, ""),
        ({"all": True, "size": False}, "all=1&size=0"),
        ({"limit": 0, "t": -1}, "limit=0&t=-1"),
        ({"filters": {"name": ["a b"]}}, "filters=%7B%22name%22%3A%5B%22a+b%22%5D%7D"),
        ({"names": ("a", "b&c")}, "names=a&names=b%26c"),
        ({"path": "/etc/pass wd"}, "path=%2Fetc%2Fpass+wd"),
    ],
)
def test_a_query_drops_what_is_not_given(query: dict[str, object], text: str) -> None:
    assert Request("GET", "/x", query).query_text() == text


def test_the_version_stands_in_front_of_the_path() -> None:
    request = containers.list_(all=True)
    assert request.target("1.41") == "/v1.41/containers/json?all=1"
    assert request.target(None) == "/containers/json?all=1"


@pytest.mark.parametrize("name", ["", ".", "..", "..."])
def test_what_is_no_name_reaches_no_other_endpoint(name: str) -> None:
    with pytest.raises(DsockError):
        segment(name)


def test_a_name_stays_one_segment() -> None:
    assert containers.inspect("a/../b?x#y").path == "/containers/a%2F..%2Fb%3Fx%23y/json"
    assert images.inspect("reg:5000/a/b@sha256:0").path == "/images/reg:5000/a/b@sha256:0/json"


def test_equal_calls_are_equal() -> None:
    assert containers.start("web") == containers.start("web")
    assert containers.start("web") != containers.start("db")


def test_a_body_is_compact_json_in_utf8() -> None:
    assert Request("POST", "/x", json={"a": ["ü", None]}).body() == '{"a":["ü",null]}'.encode()
    assert Request("GET", "/x").body() is None
