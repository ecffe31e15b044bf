"""Which events --filter keeps, on the engine's side and on this one."""

from __future__ import annotations

from typing import Any

import pytest

from dsock.errors import BadFlag, DsockError
from dsock.events import filter

WEB = "abcdef" + "0" * 58


def event(kind: str, action: str, id: str = WEB, **attributes: str) -> dict[str, Any]:
    actor = {"ID": id, "Attributes": attributes}
    return {"Type": kind, "Action": action, "Actor": actor, "scope": "local"}


START = event("container", "start", name="web", image="reg:5000/team/web:1.2", tier="front")
EXEC = event("container", "exec_start: sh -c ls", name="web", image="busybox")
CONNECT = event("network", "connect", "n" * 64, name="bridge", container=WEB)
PULL = event("image", "pull", "nginx:1.27", name="nginx")


def test_filters_with_equals_are_the_engines() -> None:
    wanted, keep = filter.parse(["type=container", "type=network", "label=a=b"])
    assert wanted == {"type": {"container": True, "network": True}, "label": {"a=b": True}}
    assert keep is None


@pytest.mark.parametrize(
    ("text", "given", "kept"),
    [
        ("type!=network", CONNECT, False),
        ("type!=network", START, True),
        ("type!=*", START, False),
        ("event!=start", START, False),
        ("event!=exec_*", EXEC, False),
        ("event!=exec_start", EXEC, False),
        ("event!=exec_start: sh*", EXEC, False),
        ("event!=exec_create", EXEC, True),
        ("container!=web", START, False),
        ("container!=w*", START, False),
        ("container!=web-2", START, True),
        ("container!=abcdef", START, False),
        ("container!=abcdef", CONNECT, False),
        ("container!=abc", START, True),
        ("network!=bridge", CONNECT, False),
        ("network!=bridge", START, True),
        ("image!=reg:5000/team/web:1.2", START, False),
        ("image!=reg:5000/team/web", START, False),
        ("image!=reg", START, True),
        ("image!=nginx", PULL, False),
        ("image!=nginx:1.27", PULL, False),
        ("label!=tier", START, False),
        ("label!=tier=front", START, False),
        ("label!=tier=back", START, True),
        ("scope!=local", START, False),
    ],
)
def test_filters_with_not_equals_decide_here(text: str, given: Any, kept: bool) -> None:
    wanted, keep = filter.parse([text])
    assert wanted == {}
    assert keep is not None and keep(given) is kept


def test_an_event_without_anything_is_kept() -> None:
    _, keep = filter.parse([f"{key}!=x" for key in filter.MATCHERS])
    assert keep is not None and keep({})


@pytest.mark.parametrize(
    ("text", "hint"),
    [("contianer=web", "did you mean container?"), ("foo=bar", "one of config, container,")],
)
def test_a_key_that_no_engine_knows_is_refused(text: str, hint: str) -> None:
    with pytest.raises(DsockError, match="invalid filter") as caught:
        filter.parse([text])
    assert hint in (caught.value.hint or "")
    with pytest.raises(DsockError, match="invalid filter"):
        filter.parse([text.replace("=", "!=", 1)])


def test_a_filter_without_a_value_is_a_bad_flag() -> None:
    with pytest.raises(BadFlag):
        filter.parse(["type"])
