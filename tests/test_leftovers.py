"""What a prune's dry run would remove, and how its script says it."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
from typing import Any

import pytest

from dsock.api import networks, system
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.errors import DsockError, Unreachable
from dsock.flags import prune as flags
from dsock.views import leftovers
from tests.scripted import DSOCK, Scripted

NOW = 1_700_000_000.0


def filters(*texts: str) -> Any:
    return flags.wanted(texts, None)


@pytest.mark.parametrize(
    ("texts", "labels", "age", "taken"),
    [
        ((), {}, 0, True),
        (("label=a",), {"a": "1"}, 0, True),
        (("label=a",), {}, 0, False),
        (("label=a=1", "label=b"), {"a": "1"}, 0, False),
        (("label!=a",), {"a": "1"}, 0, False),
        (("label!=a=2",), {"a": "1"}, 0, True),
        (("label!=a", "label!=b"), {"a": "1"}, 0, True),  # the engine asks for both
        (("until=1h",), {}, 3000, False),
        (("until=1h",), {}, 4000, True),
        (("until=2023-11-14T22:13:20Z",), {}, 1, True),
    ],
)
def test_filters_take_what_the_engine_would_take(texts, labels, age, taken) -> None:
    takes = flags.takes(filters(*texts), ("label", "label!", "until"), NOW)
    assert takes(labels, NOW - age) == taken


@pytest.mark.parametrize("texts", [("foo=1",), ("until=x",), ("until=1h", "until=2h")])
def test_filters_that_the_engine_refuses_are_refused(texts) -> None:
    with pytest.raises(DsockError):
        flags.takes(filters(*texts), ("label", "label!", "until"), NOW)


@pytest.mark.parametrize(
    ("typed", "configured", "found"),
    [
        ((), ["label=a", "nonsense", "until=1h"], {"label": {"a": True}, "until": {"1h": True}}),
        (("label!=a",), ["label=a"], {"label!": {"a": True}}),
        (("label=a",), ["label!=a", "label!=b"], {"label": {"a": True}, "label!": {"b": True}}),
        (("label=a",), "no list", {"label": {"a": True}}),
    ],
)
def test_the_command_line_wins_over_the_configuration(typed, configured, found) -> None:
    assert flags.wanted(typed, configured) == found


def image(ref: str, **more: Any) -> dict[str, Any]:
    return {"Id": f"sha256:{ref}", "Created": NOW, "Size": 5, **more}


def test_an_image_is_removed_by_its_names() -> None:
    records = [
        image("1", RepoTags=["a:1", "b:2"], RepoDigests=["a@sha256:9"]),
        image("2", RepoTags=[], RepoDigests=["a@sha256:8"]),
        image("3", RepoTags=["<none>:<none>"], RepoDigests=["<none>@<none>"]),
        image("4", RepoTags=["used:1"]),
    ]
    takes = flags.takes({}, (), NOW)
    every = leftovers.images(records, {"4"}, takes, all=True)
    assert [found.refs for found in every] == [("a:1", "b:2"), ("a@sha256:8",), ("sha256:3",)]
    nameless = leftovers.images(records, {"4"}, takes, all=False)
    assert [found.refs for found in nameless] == [("a@sha256:8",), ("sha256:3",)]


def cache(ref: str, second: int, **more: Any) -> dict[str, Any]:
    return {"ID": ref, "CreatedAt": f"2023-11-14T22:13:{second:02}.5Z", "Type": "regular", **more}


def test_a_cache_goes_before_what_it_was_built_on() -> None:
    records = [
        cache("base", 1),
        cache("top", 3),
        cache("middle", 2),
        cache("busy", 4, InUse=True),
        cache("shared", 5, Shared=True),
        cache("frontend", 6, Type="frontend"),
    ]
    takes = flags.takes({}, (), NOW)
    some = [found.refs[0] for found in leftovers.caches(records, takes, all=False)]
    assert some == ["top", "middle", "base"]
    every = [found.refs[0] for found in leftovers.caches(records, takes, all=True)]
    assert every == ["frontend", "shared", *some]


def test_no_name_gets_out_of_its_comment(scripted: Scripted, tmp_path) -> None:
    scripted.expect("GET", "/containers/json?all=1&size=1", json=[])
    scripted.expect("GET", "/containers/json?all=1", json=[])
    scripted.expect("GET", "/containers/json", json=[])
    scripted.expect("GET", "/networks", json=[])
    scripted.expect("GET", "/images/json", json=[])
    evil = cache("a", 1, Description=f"RUN x\ntouch {tmp_path}/harm\r\x1b[31m")
    scripted.expect("GET", "/system/df", json={"BuildCache": [evil]})
    script = scripted.dsock("system", "prune", "--dry-run").stdout
    comment = [line for line in script.splitlines() if "RUN x" in line]
    assert len(comment) == 1
    assert comment[0].startswith("# build cache a RUN x\\ntouch ")
    assert "\x1b" not in script
    scripted.expect("POST", '/build/prune?all=1&filters={"id":{"a":true}}', json={})
    done = subprocess.run(["sh"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_disk_usage_may_take_its_time(scripted: Scripted, hold: threading.Event) -> None:
    engine = Engine(parse(scripted.host, "the test"))
    engine.read_seconds = 0.2
    scripted.expect("GET", "/networks", wait=hold)
    with pytest.raises(Unreachable):
        engine.json(networks.list_())
    scripted.expect("GET", "/system/df", json={"LayersSize": 7}, wait=hold)
    threading.Timer(0.6, hold.set).start()
    assert engine.json(system.disk_usage()) == {"LayersSize": 7}


def test_an_interrupted_question_changes_nothing(scripted: Scripted) -> None:
    ours, side = pty.openpty()
    argv = [*DSOCK, "container", "prune"]
    process = subprocess.Popen(
        argv, env=scripted.env, stdin=side, stdout=side, stderr=side, start_new_session=True
    )
    os.close(side)
    shown = b""
    while b"[y/N] " not in shown:
        shown += os.read(ours, 4096)
    os.killpg(process.pid, 2)
    assert process.wait(30) == 130
    assert scripted.calls == []
    os.close(ours)


def test_what_the_builder_keeps_is_the_engines_choice(scripted: Scripted) -> None:
    target = "/build/prune?keep-storage=1000&reserved-space=1000"
    scripted.expect("POST", target, json={"CachesDeleted": None, "SpaceReclaimed": 0})
    done = scripted.dsock("builder", "prune", "-f", "--keep-storage", "1000")
    assert (done.returncode, done.stdout) == (0, "Total reclaimed space: 0B\n")
    dry = scripted.dsock("builder", "prune", "--dry-run", "--keep-storage", "1000")
    assert dry.stdout.splitlines()[-1].endswith(f"'http://localhost/v1.41{target}'")
    refused = scripted.dsock("builder", "prune", "--dry-run", "--filter", "type=regular")
    assert (refused.returncode, refused.stdout) == (1, "")
