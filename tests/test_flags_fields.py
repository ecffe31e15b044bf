"""The fields of `dsock api`."""

from __future__ import annotations

from typing import Any

import pytest

from dsock.errors import BadFlag
from dsock.flags.fields import fields, query_of


@pytest.mark.parametrize(
    ("items", "query", "body"),
    [
        (["all==1"], {"all": "1"}, None),
        (["t==a", "t==b"], {"t": ("a", "b")}, None),
        (['filters=={"name":["a=b"]}'], {"filters": '{"name":["a=b"]}'}, None),
        (["Image=nginx"], {}, {"Image": "nginx"}),
        (["Image=a==b"], {}, {"Image": "a==b"}),
        (["Tty:=true", "Cmd:=[1]"], {}, {"Tty": True, "Cmd": [1]}),
        (["Env[]=A=1", "Env[]=B:=2"], {}, {"Env": ["A=1", "B:=2"]}),
        (["HostConfig[Privileged]:=true", "HostConfig[Binds][]=/a:/b"], {},
         {"HostConfig": {"Privileged": True, "Binds": ["/a:/b"]}}),
        (["a[][b]=1", "a[][b]=2"], {}, {"a": [{"b": "1"}, {"b": "2"}]}),
        (["Name="], {}, {"Name": ""}),
    ],
)  # fmt: skip
def test_fields_stand_in_the_query_and_in_the_body(
    items: list[str], query: dict[str, Any], body: Any
) -> None:
    assert fields(items) == (query, body)


def test_typed_fields_are_what_they_look_like_and_plain_ones_are_text() -> None:
    typed = ["a=1", "b=true", "c=null", "d=x", "e:=[2]", "f=-3"]
    assert fields([], [], typed)[1] == {
        "a": 1, "b": True, "c": None, "d": "x", "e": [2], "f": -3,
    }  # fmt: skip
    assert fields([], ["a=1", "b=true"])[1] == {"a": "1", "b": "true"}


@pytest.mark.parametrize("item", ["all", "=1", "a:=nope", "a]=1", "a[b=1", "[x]=1", ":=1"])
def test_what_is_no_field_is_refused(item: str) -> None:
    with pytest.raises(BadFlag):
        fields([item])


def test_a_value_is_no_place_for_a_field() -> None:
    with pytest.raises(BadFlag):
        fields(["a=1", "a[b]=2"])


def test_a_query_of_a_path_is_read() -> None:
    assert query_of("all=1&t=a&t=b&x=") == {"all": "1", "t": ("a", "b"), "x": ""}
