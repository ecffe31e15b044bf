"""Events as text, as docker's command line writes them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dsock.commands.system.events import spelled
from dsock.views import events

CONTAINER = {
    "status": "start",
    "id": "abc",
    "from": "busybox",
    "Type": "container",
    "Action": "start",
    "Actor": {"ID": "abc", "Attributes": {"name": "web", "image": "busybox", "Z": "1"}},
    "scope": "local",
    "time": 1500000000,
    "timeNano": 1500000000000000042,
}
NETWORK = {
    "Type": "network",
    "Action": "connect",
    "Actor": {"ID": "n1", "Attributes": {"container": "abc", "name": "bridge"}},
    "scope": "local",
    "time": 1500000001,
    "timeNano": 1500000001123456789,
}


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def changed(**fields: Any) -> dict[str, Any]:
    return {**NETWORK, **fields}


@pytest.mark.parametrize(
    ("zone", "stamp"),
    [
        ("UTC", "2017-07-14T02:40:00.000000042Z"),
        ("Europe/Berlin", "2017-07-14T04:40:00.000000042+02:00"),
        ("America/St_Johns", "2017-07-14T00:10:00.000000042-02:30"),
        ("Asia/Kolkata", "2017-07-14T08:10:00.000000042+05:30"),
    ],
    indirect=["zone"],
)
@pytest.mark.usefixtures("zone")
def test_a_line_has_time_in_the_local_zone_and_sorted_attributes(stamp: str) -> None:
    line = f"{stamp} container start abc (Z=1, image=busybox, name=web)\n"
    assert events.plain()([CONTAINER]) == line


@pytest.mark.parametrize("zone", ["UTC"], indirect=True)
@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("event", "line"),
    [
        (changed(Actor={"ID": "x", "Attributes": {}}), "network connect x\n"),
        (changed(Actor={"ID": "x", "Attributes": None}), "network connect x\n"),
        (changed(Actor={"ID": "x"}), "network connect x\n"),
        (changed(Actor={"ID": "x", "Attributes": {"a": "1\n2"}}), "network connect x (a=1\n2)\n"),
        ({"Type": "a", "Action": "b: c", "time": 1500000001}, "a b: c \n"),
    ],
)
def test_a_line_of_an_event_that_lacks_something(event: dict[str, Any], line: str) -> None:
    text = events.plain()([event])
    head, _, rest = text.partition(" ")
    assert head.startswith("2017-07-14T02:40:01.")
    assert rest == line


def test_an_event_without_time_has_no_stamp() -> None:
    assert events.plain()([{"Type": "a", "Action": "b"}]) == "a b \n"


@pytest.mark.parametrize("zone", ["Europe/Berlin"], indirect=True)
@pytest.mark.usefixtures("zone")
def test_stamps_follow_the_clock_over_seconds_and_summer_time() -> None:
    start = 1509238799  # 2017-10-29T02:59:59+02:00
    batch = [changed(timeNano=(start + n) * 10**9 + n) for n in (0, 1)]
    stamps = [line.split()[0] for line in events.plain()(batch).splitlines()]
    assert stamps == [
        "2017-10-29T02:59:59.000000000+02:00",
        "2017-10-29T02:00:00.000000001+01:00",
    ]


def test_json_has_dockers_keys_in_dockers_order() -> None:
    text = events.as_json()([{**CONTAINER, "unknown": 1}, NETWORK])
    assert text == (
        '{"status":"start","id":"abc","from":"busybox","Type":"container","Action":"start",'
        '"Actor":{"ID":"abc","Attributes":{"Z":"1","image":"busybox","name":"web"}},'
        '"scope":"local","time":1500000000,"timeNano":1500000000000000042}\n'
        '{"Type":"network","Action":"connect","Actor":{"ID":"n1","Attributes":'
        '{"container":"abc","name":"bridge"}},'
        '"scope":"local","time":1500000001,"timeNano":1500000001123456789}\n'
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('<b>&"\\', '<b>&\\"\\\\'),
        ("\n\r\t\b\f\x1b\x7f", "\\n\\r\\t\\b\\f\\u001b\x7f"),
        ("\u2028\u2029é😀", "\\u2028\\u2029é😀"),
    ],
)
def test_json_escapes_as_go_does(value: str, written: str) -> None:
    event = changed(Actor={"ID": "x", "Attributes": {"k": value}})
    text = events.as_json()([event])
    assert f'"Attributes":{{"k":"{written}"}}' in text
    assert json.loads(text) == event


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"status": "start", "id": "abc", "from": "i"}, '"status":"start","id":"abc","from":"i",'),
        ({"status": "other", "id": "abc", "from": "i"}, '"status":"other","id":"abc","from":"i",'),
        (
            {"status": "start", "id": "other", "from": "i"},
            '"status":"start","id":"other","from":"i",',
        ),
        ({"status": "start", "id": "abc", "from": ""}, '"status":"start","id":"abc",'),
        ({"status": "start", "id": "abc"}, '"status":"start","id":"abc",'),
        ({"id": "abc"}, '"id":"abc",'),
        ({}, ""),
    ],
)
def test_json_begins_with_the_keys_of_old(given: dict[str, Any], written: str) -> None:
    new = {key: CONTAINER[key] for key in ("Type", "Action", "Actor", "scope", "time", "timeNano")}
    assert events.as_json()([given | new]).startswith(f'{{{written}"Type":"container",')


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({}, '{"Type":"","Action":"","Actor":{"ID":"","Attributes":null}}\n'),
        (
            {"Type": "a", "Actor": {"ID": "x", "Attributes": {}}, "scope": "", "time": 5},
            '{"Type":"a","Action":"","Actor":{"ID":"x","Attributes":{}},"time":5}\n',
        ),
    ],
)
def test_json_leaves_out_what_docker_leaves_out(event: dict[str, Any], text: str) -> None:
    assert events.as_json()([event]) == text


@pytest.mark.parametrize(
    ("args", "meaning"),
    [
        (["-f", "type=container"], ["--filter", "type=container"]),
        (["-ftype=container"], ["--filter", "type=container"]),
        (["-f=type=container"], ["--filter", "type=container"]),
        (["-f", "event!=exec_*", "-f"], ["--filter", "event!=exec_*", "--follow"]),
        (["-f"], ["--follow"]),
        (["-f", ""], ["--filter", ""]),
        (["-f", "--since", "5m"], ["--follow", "--since", "5m"]),
        (["-f", "--filter=type=container"], ["--follow", "--filter=type=container"]),
        (["--format", "-f", "-f"], ["--format", "-f", "--follow"]),
        (["--filter", "a=b", "-f", "c"], ["--filter", "a=b", "--follow", "c"]),
        (["--since"], ["--since"]),
    ],
)
def test_dash_f_is_filter_with_a_value_and_follow_without(
    args: list[str], meaning: list[str]
) -> None:
    assert spelled(args) == meaning
