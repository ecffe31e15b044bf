"""What an events stream remembers over its connections."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest

from dsock.errors import ApiError, BrokenOff, Unreachable
from dsock.events.clock import Clock
from dsock.events.reconnect import LONGEST, SHORTEST, Backoff, passing
from dsock.events.resume import LATE, REMEMBERED, Resume, nanoseconds

DOCKER, PODMAN = "Docker/20.10.24 (linux)", "Libpod/5.8.6 (linux)"
T = 1_700_000_000_000_000_000


def event(at: int, action: str = "start", **attributes: str) -> dict[str, Any]:
    actor = {"ID": "c", "Attributes": attributes}
    return {"Type": "container", "Action": action, "Actor": actor, "timeNano": T + at}


def test_times_are_exact_to_the_nanosecond() -> None:
    assert nanoseconds("1700000000.123456789") == 1_700_000_000_123_456_789
    assert nanoseconds("1700000000.5") == 1_700_000_000_500_000_000
    assert nanoseconds("1700000000") == T


def test_repeated_events_come_once_after_a_reconnection() -> None:
    resume = Resume("")
    resume.connected(T)
    one, two, three = event(1), event(2), event(3)
    assert resume.fresh([one, two]) == [one, two]
    resume.since(DOCKER)
    assert resume.fresh([dict(one), dict(two), three]) == [three]


def test_events_of_the_same_moment_are_told_apart() -> None:
    resume = Resume("")
    resume.connected(T)
    resume.fresh([event(1, "die", name="a")])
    resume.since(DOCKER)
    others = [event(1, "start", name="a"), event(1, "die", name="b")]
    assert resume.fresh([event(1, "die", name="a"), *others]) == others


def test_an_event_that_came_late_is_new() -> None:
    resume = Resume("")
    resume.connected(T)
    resume.fresh([event(20)])
    resume.since(DOCKER)
    assert resume.fresh([event(10), event(20)]) == [event(10)]


def test_what_happened_before_the_stream_began_is_not_new() -> None:
    resume = Resume("")
    resume.connected(T)
    resume.since(DOCKER)
    assert resume.fresh([event(-1), event(1)]) == [event(1)]


def test_a_clock_that_is_wrong_loses_nothing() -> None:
    resume = Resume("")
    resume.connected(T + 100)
    resume.fresh([event(2)])
    resume.since(DOCKER)
    assert resume.fresh([event(1), event(2), event(3)]) == [event(1), event(3)]


def test_what_is_much_older_than_the_last_event_is_not_new() -> None:
    resume = Resume("")
    resume.connected(T)
    resume.fresh([event(2 * LATE)])
    resume.since(DOCKER)
    assert resume.fresh([event(LATE - 1), event(LATE + 1)]) == [event(LATE + 1)]


def test_docker_is_asked_for_all_and_podman_for_the_last_seconds() -> None:
    resume = Resume("")
    resume.connected(T)
    resume.fresh([event(LATE + 5), event(1)])
    assert resume.since(DOCKER) == "0"
    assert resume.since(PODMAN) == "1700000000.000000005"


def test_an_event_at_the_seam_of_memory_and_now_comes_once() -> None:
    resume = Resume("1600000000", remember=False)
    resume.connected(T)
    assert resume.fresh([event(1)]) == [event(1)]
    assert resume.fresh([event(1), event(2)]) == [event(2)]


def test_a_time_in_the_future_keeps_nothing_back() -> None:
    resume = Resume("1900000000")
    resume.connected(T)
    assert resume.fresh([event(1)]) == [event(1)]
    resume.since(DOCKER)
    assert resume.fresh([event(1), event(2)]) == [event(2)]


def test_a_stream_that_is_never_doubtful_is_passed_on_as_it_is() -> None:
    batch = [event(1), event(1)]
    assert Resume("").fresh(batch) is batch


def test_memory_is_bounded() -> None:
    resume = Resume("")
    resume.connected(T)
    for n in range(3 * REMEMBERED):
        resume.fresh([event(n)])
    resume.since(DOCKER)
    last = [event(n) for n in range(2 * REMEMBERED, 3 * REMEMBERED)]
    assert resume.fresh(last) == []
    assert len(resume.fresh([event(0)])) == 1  # forgotten by now


def test_waiting_grows_to_its_limit_and_starts_again() -> None:
    backoff = Backoff()
    waits = [backoff.seconds(0.0, clean=False) for _ in range(30)]
    assert waits[0] == pytest.approx(SHORTEST)
    assert all(SHORTEST <= wait <= LONGEST for wait in waits)
    assert min(waits[8:]) >= LONGEST / 2
    assert len(set(waits[8:])) > 1  # not everybody at the same time
    assert backoff.seconds(60.0, clean=False) == pytest.approx(SHORTEST)


def test_a_stream_that_a_proxy_ends_is_connected_at_once_but_not_in_a_loop() -> None:
    backoff = Backoff()
    assert [backoff.seconds(600.0, clean=True) for _ in range(3)] == [0, 0, 0]
    assert backoff.seconds(0.01, clean=True) >= SHORTEST


def test_the_engines_clock_is_known_to_a_second() -> None:
    ahead = Clock(formatdate(time.time() + 3600, usegmt=True))
    assert ahead.latest() > time.time_ns() + 3599 * 10**9
    assert abs(Clock("").answered - time.time_ns()) < 10**10
    assert Clock("Thu, 01 Jan 1970 00:00:07 GMT").answered == 7 * 10**9


def test_what_another_try_may_overcome() -> None:
    assert passing(BrokenOff()) and passing(Unreachable("gone"))
    assert passing(ApiError(503, "starting", "GET /events"))
    assert not passing(ApiError(400, "bad filter", "GET /events"))
