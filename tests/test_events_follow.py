"""`dsock events --follow` with an engine that goes away, comes back and repeats itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import LIMIT, Answer, Scripted
from tests.test_events_stream import T, actions, event, interrupted, read

FIRST = "/events?since=1700000000.000000000"


@pytest.fixture(autouse=True)
def listed(scripted: Scripted) -> None:
    """What is there when the stream begins, and after a gap."""
    scripted.date = formatdate(T // 10**9, usegmt=True)
    scripted.expect("GET", "/containers/json?all=1", json=[], repeat=True)
    scripted.expect("GET", "/networks", json=[], repeat=True)


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("rest", [[], [b'{"Type":"container","Act']])
def test_follow_goes_on_where_the_connection_was_cut(
    scripted: Scripted, hold: threading.Event, rest: list[Any]
) -> None:
    scripted.expect("GET", FIRST, chunks=[event(1), event(2), *rest], cut=True)
    scripted.expect("GET", "/events?since=0", chunks=[*map(event, (1, 2, 3, 4)), hold])
    process = scripted.start("events", "--follow")
    assert actions(read(process, 4)) == ["a1", "a2", "a3", "a4"]
    errors = interrupted(process)
    assert errors.count("broke off") == 1
    assert errors.count("connected again") == 1


def test_follow_prints_what_was_out_of_order_at_the_cut(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.expect("GET", FIRST, chunks=[event(2)], cut=True)
    scripted.expect("GET", "/events?since=0", chunks=[event(1), event(2), hold])
    process = scripted.start("events", "-f")
    assert actions(read(process, 2)) == ["a2", "a1"]
    interrupted(process)


def test_follow_goes_on_with_an_engine_whose_socket_was_made_anew(
    scripted: Scripted, hold: threading.Event, tmp_path: Path
) -> None:
    """A restarted engine remembers nothing but its own start; what it lost is listed."""
    scripted.expect("GET", FIRST, chunks=[event(1), event(2), hold], cut=True)
    path = tmp_path / "d.sock"
    path.symlink_to(scripted.path)
    with Scripted() as second:
        second.expect("GET", "/events?since=0", chunks=[*map(event, (3, 4, 5)), hold])
        web = {"Id": "c2", "Names": ["/web"], "Image": "nginx", "State": "running"}
        second.expect("GET", "/containers/json?all=1", json=[web])
        second.expect("GET", "/networks", json=[{"Id": "n1", "Name": "lan", "Driver": "bridge"}])
        process = scripted.start("events", "--follow", env={"DOCKER_HOST": f"unix://{path}"})
        assert actions(read(process, 2)) == ["a1", "a2"]
        path.unlink()
        hold.set()
        assert process.stderr is not None
        assert "broke off" in process.stderr.readline()
        hold.clear()
        path.symlink_to(second.path)
        gap, *boot, container, network = read(process, 6)
        assert " dsock gap " in gap and "reason=daemon-restart" in gap
        assert actions(boot) == ["a3", "a4", "a5"]
        assert "resync c2 (change=created, image=nginx, name=web, state=running" in container
        assert "resync n1 (change=created, name=lan, state=there, type=network)" in network
        interrupted(process)
        hold.set()


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_an_engine_whose_clock_is_not_ours_is_followed_by_its_own(
    scripted: Scripted, hold: threading.Event, tmp_path: Path, skew: int
) -> None:
    now = int(time.time()) + skew

    def at(seconds: int) -> dict[str, Any]:
        return {**event(seconds), "timeNano": (now + seconds) * 10**9}

    scripted.date = formatdate(now, usegmt=True)
    scripted.expect("GET", "/info", json={"ID": "an engine"}, repeat=True)
    scripted.expect("GET", f"/events?since={now}.000000000", chunks=[], cut=True)
    scripted.expect("GET", "/events?since=0", chunks=[*map(at, (-60, -1, 1)), hold])
    args, unsaved = ["events", "--cursor", str(tmp_path / "cursor")], tmp_path / ".cursor.next"
    process = scripted.start(*args)
    assert actions(read(process, 1)) == ["a1"]
    until(lambda: not unsaved.exists())
    interrupted(process)
    scripted.expect("GET", "/events?since=0", chunks=[*map(at, (-1, 1, 2)), hold])
    process = scripted.start(*args)
    assert actions(read(process, 1)) == ["a2"]
    interrupted(process)
    scripted.expect("GET", f"/events?until={now}.000000000", chunks=[])
    assert scripted.dsock("events", "--no-follow").returncode == 0


def test_follow_asks_podman_for_the_last_seconds_only(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.server = "Libpod/5.8.6 (linux)"
    scripted.expect("GET", FIRST, chunks=[{**event(0), "timeNano": T + 10 * 10**9}], cut=True)
    scripted.expect("GET", "/events?since=1700000000.000000000", chunks=[event(1), hold])
    process = scripted.start("events", "--follow")
    assert len(read(process, 2)) == 2
    interrupted(process)


def test_follow_keeps_the_filters_and_tries_again_over_errors_that_pass(
    scripted: Scripted, hold: threading.Event
) -> None:
    query = 'filters={"type":{"container":true}}'
    scripted.expect("GET", f"{FIRST}&{query}", chunks=[event(1)], cut=True)
    again = f"/events?since=0&{query}"
    scripted.expect("GET", again, status=503, json={"message": "starting"})
    scripted.expect("GET", again, status=None, cut=True)
    scripted.expect("GET", again, chunks=[event(1), event(2), hold])
    process = scripted.start("events", "--follow", "--filter", "type=container")
    assert actions(read(process, 2)) == ["a1", "a2"]
    assert len(interrupted(process).splitlines()) == 2  # away, and back: not a line a try


@pytest.mark.parametrize("flags", [["--follow", "--count=3"], []])
def test_a_picture_is_drawn_over_a_cut_or_up_to_it(
    scripted: Scripted, hold: threading.Event, flags: list[str]
) -> None:
    early = {"Date": formatdate(T // 10**9 - 60, usegmt=True)}
    first = FIRST if flags else "/events"
    scripted.expect("GET", first, chunks=[event(1), event(2)], cut=True, headers=early)
    if flags:
        scripted.expect("GET", "/events?since=0", chunks=[event(4), hold])
    done = scripted.dsock("events", "--diagram", *flags)
    words = [word for word in ("a1", "a2", "gap: daemon restart", "a4") if word in done.stdout]
    assert words == ["a1", "a2", "gap: daemon restart", "a4"][: 4 if flags else 2], done.stdout
    assert (done.returncode, "broke off" in done.stderr) == (0 if flags else 1, True)


def test_follow_gives_up_when_the_engine_is_away_for_too_long(scripted: Scripted) -> None:
    scripted.expect("GET", FIRST, chunks=[event(1)], cut=True)
    starting = {"message": "still starting"}
    scripted.expect("GET", "/events?since=0", status=503, json=starting, repeat=True)
    done = scripted.dsock("events", "--follow", "--max-wait", "300ms")
    assert (done.returncode, actions(done.stdout.splitlines())) == (1, ["a1"])
    assert "still starting" in done.stderr


def test_no_reconnect_is_stronger_than_follow(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=[event(1)], cut=True)
    done = scripted.dsock("events", "--follow", "--no-reconnect")
    assert (done.returncode, actions(done.stdout.splitlines())) == (1, ["a1"])
    assert "broke off" in done.stderr


def test_strict_continuity_takes_events_that_are_not_wanted_for_a_proof(scripted: Scripted) -> None:
    wanted = {**event(2), "Type": "volume"}
    scripted.expect("GET", FIRST, chunks=[event(1)], cut=True)
    scripted.expect("GET", "/events?since=0", chunks=[event(1), wanted])
    args = ["--strict-continuity", "--filter", "type=volume", "--count", "1"]
    done = scripted.dsock("events", "--follow", *args)
    assert (done.returncode, actions(done.stdout.splitlines())) == (0, ["a2"])


def test_follow_ends_with_an_error_that_stays(scripted: Scripted) -> None:
    scripted.expect("GET", FIRST, chunks=[event(1)], cut=True)
    scripted.expect("GET", "/events?since=0", status=403, json={"message": "not for you"})
    done = scripted.dsock("events", "--follow")
    assert done.returncode == 1
    assert "not for you" in done.stderr


def test_follow_ends_at_until_and_not_before(scripted: Scripted) -> None:
    early, late = (formatdate(T // 10**9 + s, usegmt=True) for s in (-60, 60))
    query = "until=1700000000"
    scripted.expect("GET", f"/events?{query}", chunks=[event(0)], headers={"Date": early})
    again = f"/events?since=0&{query}"
    scripted.expect("GET", again, chunks=[event(0)], headers={"Date": late})
    done = scripted.dsock("events", "--follow", "--until", "1700000000")
    assert (done.returncode, actions(done.stdout.splitlines())) == (0, ["a0"])


def test_follow_does_not_wait_for_an_engine_that_was_never_there(tmp_path: Path) -> None:
    with Scripted() as scripted:
        env = {"DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
        done = scripted.dsock("events", "--follow", env=env)
    assert done.returncode == 1
    assert "no engine's socket" in done.stderr


def test_ctrl_c_while_the_engine_does_not_answer(scripted: Scripted, hold: threading.Event) -> None:
    asked = scripted.expect("GET", "/events", wait=hold, chunks=[])
    process = scripted.start("events")
    assert asked.called.wait(LIMIT)
    assert interrupted(process) == ""


def test_ctrl_c_while_the_engine_does_not_even_say_its_version(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.ping = Answer(wait=hold)
    process = scripted.start("events")
    until(lambda: bool(scripted.pings))
    assert interrupted(process) == ""


def test_ctrl_c_while_it_waits_for_the_next_try(scripted: Scripted, tmp_path: Path) -> None:
    path = tmp_path / "d.sock"
    path.symlink_to(scripted.path)
    gone = threading.Event()
    scripted.expect("GET", FIRST, chunks=[event(1), gone], cut=True)
    process = scripted.start("events", "--follow", env={"DOCKER_HOST": f"unix://{path}"})
    read(process, 1)
    path.unlink()
    gone.set()
    assert process.stderr is not None
    assert "broke off" in process.stderr.readline()
    assert interrupted(process) == ""


@pytest.mark.parametrize(
    "flags",
    [["--exec-jobs", "2"], ["--exec-retries", "1"], ["--max-wait", "5s"], ["--strict-continuity"],
     ["--diagram", "--cursor", "x"], ["--diagram", "--format", "json"],
     ["--timeline", "--follow", "--from", "x"]],
)  # fmt: skip
def test_a_flag_that_would_do_nothing_is_refused(scripted: Scripted, flags: list[str]) -> None:
    done = scripted.dsock("events", *flags)
    assert done.returncode == 125 and " does nothing " in done.stderr
    assert scripted.calls == []
