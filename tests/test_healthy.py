"""Waiting for health, with an engine whose every answer is known."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dsock.events.healthy import NotHealthy, healthy
from tests.scripted import LIMIT, Scripted

ID = "4a" * 32
CHECKED = {"Healthcheck": {"Test": ["CMD", "true"]}}


def found(status: str = "running", health: str = "starting", **config: Any) -> dict[str, Any]:
    state = {"Status": status, "ExitCode": 7, "Health": {"Status": health}}
    return {"Id": ID, "State": state, "Config": config or CHECKED}


def event(action: str) -> dict[str, Any]:
    return {"Type": "container", "Action": action, "Actor": {"ID": ID}, "timeNano": 1}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (found(health="unhealthy"), 3),
        (found(Healthcheck={"Test": ["NONE"]}), 4),
        (found(Healthcheck={"Test": []}), 4),
        (found(Image="x"), 4),
        (found("exited"), 5),
        (found("dead", "healthy"), 5),
        (found("exited", "unhealthy"), 5),
    ],
)
def test_each_reason_has_an_exit_code(record: dict[str, Any], code: int) -> None:
    with pytest.raises(NotHealthy) as caught:
        healthy(record, "web")
    assert caught.value.exit_code == code


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (found(health="healthy"), True),
        (found(), False),
        (found("created", ""), False),
        (found("restarting"), False),
        (found("paused"), False),
    ],
)
def test_what_may_yet_become_healthy_is_waited_for(record: dict[str, Any], expected: bool) -> None:
    assert healthy(record, "web") is expected


def listening(engine: Scripted, *chunks: Any) -> None:
    filters = '{"type":{"container":true},"container":{"web":true}}'
    engine.expect("GET", f"/events?since=0&filters={filters}", chunks=chunks)


def test_the_stream_is_there_before_the_container_is_looked_at(scripted: Scripted) -> None:
    end = threading.Event()
    looked = scripted.expect("GET", "/containers/web/json", json=found())
    listening(scripted, looked.called, event("health_status: healthy"), end)
    again = scripted.expect("GET", f"/containers/{ID}/json", json=found(health="healthy"))
    done = scripted.dsock("wait", "--condition", "healthy", "web")
    end.set()
    assert (done.stdout, done.returncode, again.called.is_set()) == ("web\n", 0, True)
    assert scripted.names[:2] == ["GET /events", "GET /containers/web/json"]


def test_the_checks_themselves_and_other_containers_cause_no_call(scripted: Scripted) -> None:
    end = threading.Event()
    looked = scripted.expect("GET", "/containers/web/json", json=found())
    other = {**event("die"), "Actor": {"ID": "5b" * 32}}
    listening(scripted, looked.called, event("exec_start: true"), other, event("die"), end)
    scripted.expect("GET", f"/containers/{ID}/json", json=found("exited"))
    done = scripted.dsock("wait", "--condition", "healthy", "web")
    end.set()
    assert done.returncode == 5
    assert "ended before it was healthy (with exit code 7)" in done.stderr
    assert len(scripted.calls) == 3


def test_an_engine_that_goes_away_ends_the_wait_with_one_line(scripted: Scripted) -> None:
    looked = scripted.expect("GET", "/containers/web/json", json=found())
    listening(scripted, looked.called)
    done = scripted.dsock("wait", "--condition", "healthy", "web")
    assert done.returncode == 1
    assert "broke off" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_container_that_is_removed_has_ended(scripted: Scripted) -> None:
    end = threading.Event()
    looked = scripted.expect("GET", "/containers/web/json", json=found())
    listening(scripted, looked.called, event("destroy"), end)
    scripted.expect("GET", f"/containers/{ID}/json", status=404, json={"message": "no"})
    done = scripted.dsock("wait", "--condition", "healthy", "web")
    end.set()
    assert (done.returncode, "(removed)" in done.stderr) == (5, True)


@pytest.mark.parametrize("condition", ["", "not-running", "next-exit", "removed"])
def test_a_wait_ends_after_its_time(scripted: Scripted, condition: str) -> None:
    end = threading.Event()
    query = f"?condition={condition}" if condition else ""
    argv = ["wait", "--timeout=300ms", *(["--condition", condition] if condition else []), "web"]
    scripted.expect("POST", f"/containers/web/wait{query}", wait=end, json={"StatusCode": 0})
    done = scripted.dsock(*argv, timeout=LIMIT)
    end.set()
    assert (done.returncode, done.stdout) == (124, "")
    assert "web: still waiting after 0.3 s" in done.stderr


@pytest.mark.parametrize("text", ["x", "-1s", "1 s", ""])
def test_a_time_that_is_none_is_a_bad_flag(scripted: Scripted, text: str) -> None:
    done = scripted.dsock("wait", f"--timeout={text}", "web")
    assert (done.returncode, scripted.calls) == (125, [])
    assert "is no duration" in done.stderr
