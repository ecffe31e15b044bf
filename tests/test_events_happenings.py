"""What is said of an event to a person, and how it fits the terminal."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dsock.render.feed_lines import Lines
from dsock.render.width import width
from dsock.views.events import complete
from dsock.views.happenings import Happening, Reporter

ID = "abcdef" + "0" * 58
NOW = time.time_ns()
IMAGE = "registry.example.com:5000/team/payments-api:2.14.3"


def event(kind: str, action: str, id: str = ID, **attributes: str) -> dict[str, Any]:
    actor = {"ID": id, "Attributes": attributes}
    return complete({"Type": kind, "Action": action, "Actor": actor, "timeNano": NOW})


def told(*events: dict[str, Any]) -> Happening:
    """What is said of the last of these events."""
    reporter = Reporter()
    return [reporter.tell(one) for one in events][-1]


def summary(happening: Happening) -> str:
    details = " ".join(detail.text for detail in happening.details)
    return f"{happening.kind} {happening.what} | {happening.who} | {details} | {happening.tone}"


NAMES = {"name": "web", "image": "nginx:1.27"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (event("container", "start", **NAMES), "container start | web | nginx:1.27 | good"),
        (
            event("container", "die", **NAMES, exitCode="137", execDuration="7"),
            "container die | web | exit 137 after 7 s nginx:1.27 | bad",
        ),
        (
            event("container", "die", **NAMES, exitCode="0"),
            "container die | web | exit 0 nginx:1.27 | ",
        ),
        (
            event("container", "start", **NAMES, exitCode="7", signal="9"),
            "container start | web | nginx:1.27 exitCode=7 signal=9 | good",
        ),
        (
            event("container", "health_status: unhealthy", **NAMES),
            "container health | web | unhealthy nginx:1.27 | bad",
        ),
        (
            event("container", "exec_start: sh -c a:b", **NAMES, execID="x"),
            "container exec start | web | sh -c a:b nginx:1.27 | quiet",
        ),
        (
            event("container", "kill", **NAMES, signal="15"),
            "container kill | web | SIGTERM nginx:1.27 | warn",
        ),
        (
            event("container", "kill", **NAMES, signal="99"),
            "container kill | web | signal 99 nginx:1.27 | warn",
        ),
        (
            event("container", "rename", **NAMES, oldName="/old"),
            "container rename | web | was old nginx:1.27 | ",
        ),
        (
            event("container", "prune", "", reclaimed="12345678"),
            "container prune |  | 12.3MB reclaimed | warn",
        ),
        (
            event("container", "create", image="sha256:" + ID, maintainer="x", tier="front"),
            "container create | abcdef000000 | abcdef000000 tier=front | ",
        ),
        (event("network", "create", name="n1", type="bridge"), "network create | n1 | bridge | "),
        (
            event("network", "connect", "n" * 64, name="n1", type="bridge", container=ID),
            "network connect | n1 | abcdef000000 | ",
        ),
        (
            event("volume", "mount", "data", container=ID, destination="/data", driver="local",
                  propagation="", **{"read/write": "false"}),
            "volume mount | data | abcdef000000 at /data read-only | quiet",
        ),
        (
            event("image", "delete", "sha256:" + ID, name="sha256:" + ID),
            "image delete | abcdef000000 |  | warn",
        ),
        (
            event("service", "update", "s1", name="web",
                  **{"replicas.old": "3", "replicas.new": "5"}),
            "service update | web | replicas 3 → 5 | ",
        ),
        (
            event("node", "update", "n1", name="n1", **{"state.old": "ready", "state.new": "down"}),
            "node update | n1 | state ready → down | bad",
        ),
        (event("novel", "thing: more", "", a="1"), "novel thing |  | more a=1 | "),
    ],
)  # fmt: skip
def test_what_is_said_of_an_event(given: dict[str, Any], said: str) -> None:
    assert summary(told(given)) == said


def test_a_container_is_named_on_its_network_once_it_was_heard_of() -> None:
    connect = event("network", "connect", "n" * 64, name="n1", container=ID)
    assert summary(told(event("container", "create", name="web"), connect)).endswith("| web | ")


def test_names_that_are_remembered_are_bounded() -> None:
    reporter = Reporter()
    for n in range(5000):
        reporter.tell(event("container", "create", f"{n:064x}", name=f"c{n}"))
    assert reporter.name(f"{4999:064x}") == "c4999"
    assert reporter.name(f"{0:064x}") == "0" * 12


def lines(*events: dict[str, Any], columns: int) -> list[str]:
    reporter = Reporter()
    segments = Lines().of([reporter.tell(one) for one in events], columns)
    return "".join(segment.text for segment in segments).splitlines()


LONG = "a-long-container-name-from-a-template-0001"
STORY = [
    event("container", "create", name="shop-payments-api-canary-1", image=IMAGE, team="payments"),
    event("network", "connect", "n" * 64, name="shop_default", type="bridge", container=ID),
    event("container", "exec_create: /bin/sh -c curl -fsS http://localhost:8080/healthz || exit 1",
          **NAMES),
    event("container", "die", **NAMES, exitCode="137", execDuration="7"),
    event("container", "start", name=LONG, image="busybox"),
    event("container", "start", name="日本語コンテナ", image="alpine:3.20"),
]  # fmt: skip


@pytest.mark.parametrize("columns", [60, 72, 80, 100, 120, 200])
def test_a_line_an_event_that_fits_with_its_name_whole(columns: int) -> None:
    shown = lines(*STORY, columns=columns)
    assert len(shown) == len(STORY)
    for line, one in zip(shown, STORY, strict=True):
        assert one["Actor"]["Attributes"]["name"] in line
        assert width(line) <= columns


def test_less_room_takes_attributes_away_first_and_shortens_images_and_commands() -> None:
    first = [lines(STORY[0], columns=columns)[0] for columns in (200, 100, 80, 60)]
    assert [IMAGE in line for line in first] == [True, False, False, False]
    assert ["payments-api:2.14.3" in line for line in first] == [True, True, True, False]
    assert ["team=payments" in line for line in first] == [True, True, False, False]
    command = lines(STORY[2], columns=80)[0]
    assert command.endswith("…") and "curl" in command
    assert "|| exit 1" in lines(STORY[2], columns=120)[0]


def test_how_it_ended_and_with_whom_is_told_beside_a_long_name_too() -> None:
    name = "a-container-with-a-name-that-nobody-would-have-typed-1234"
    died = event("container", "die", name=name, image=IMAGE, exitCode="137")
    assert lines(died, columns=95)[0].endswith(f"container die {name}  exit 137")
    joined = event("network", "connect", "n" * 64, name="shop_default", container=ID)
    created = event("container", "create", name=name)
    assert lines(created, joined, columns=72)[1].endswith("a-container…ve-typed-1234")


def test_milliseconds_where_there_is_room() -> None:
    clock = time.strftime("%H:%M:%S", time.localtime(NOW // 10**9))
    assert lines(STORY[3], columns=100)[0].startswith(f"{clock}.{NOW // 10**6 % 1000:03d} ● ")
    assert lines(STORY[3], columns=80)[0].startswith(f"{clock} ● container die ")
    assert lines(STORY[3], columns=60)[0].startswith(f"{clock} ● die ")


def test_another_day_is_named_once() -> None:
    old = {**STORY[3], "timeNano": 1_500_000_000 * 10**9}
    shown = lines(old, old, STORY[3], columns=80)
    assert len(shown) == 5
    assert "July 2017" in shown[0]


def test_what_containers_say_cannot_steer_the_terminal() -> None:
    evil = "x\x1b[31m\n\u202e[bold]"
    line = lines(event("container", "start", name=evil, image=evil, label=evil), columns=200)
    assert len(line) == 1
    assert line[0].count(r"x\x1b[31m\n\u202e[bold]") == 3
