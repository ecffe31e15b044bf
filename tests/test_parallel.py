"""Plural targets at the same time: what comes when, in which order it is printed."""

from __future__ import annotations

import pytest

from tests.scripted import Scripted


@pytest.mark.parametrize(
    ("verb", "method", "path"),
    [
        ("stop", "POST", "/containers/{}/stop"),
        ("kill", "POST", "/containers/{}/kill"),
        ("rm", "DELETE", "/containers/{}"),
    ],
)
def test_all_are_under_way_before_the_first_has_ended(
    scripted: Scripted, verb: str, method: str, path: str
) -> None:
    last = scripted.expect(method, path.format("c"), status=204)
    for name in "ab":
        scripted.expect(method, path.format(name), status=204, wait=last.done)
    done = scripted.dsock(verb, "a", "b", "c")
    assert (done.returncode, done.stdout) == (0, "a\nb\nc\n"), done.stderr


def test_a_failure_among_them_is_told_and_the_others_are_printed(scripted: Scripted) -> None:
    reason = {"message": "No such container: b"}
    last = scripted.expect("POST", "/containers/c/stop", status=204)
    scripted.expect("POST", "/containers/a/stop", status=304, wait=last.done)
    scripted.expect("POST", "/containers/b/stop", status=404, json=reason)
    done = scripted.dsock("stop", "a", "b", "c")
    assert (done.returncode, done.stdout) == (1, "a\nc\n")
    assert done.stderr == "Error response from daemon: No such container: b\n"


def test_the_version_is_asked_once_for_all(scripted: Scripted) -> None:
    for name in "ab":
        scripted.expect("POST", f"/containers/{name}/kill", status=204)
    scripted.dsock("kill", "a", "b")
    assert len(scripted.pings) == 1


def test_restart_takes_one_after_the_other(scripted: Scripted) -> None:
    first = scripted.expect("POST", "/containers/a/restart?t=1", status=204)
    scripted.expect("POST", "/containers/b/restart?t=1", status=204, wait=first.done)
    assert scripted.dsock("restart", "-t", "1", "a", "b").stdout == "a\nb\n"
    assert scripted.names == ["POST /containers/a/restart", "POST /containers/b/restart"]


def test_more_than_fifty_are_no_problem(scripted: Scripted) -> None:
    names = [f"web{number}" for number in range(60)]
    for name in names:
        scripted.expect("POST", f"/containers/{name}/stop", status=204)
    assert scripted.dsock("stop", *names).stdout.split() == names


def test_a_dry_run_writes_them_in_order(scripted: Scripted) -> None:
    done = scripted.dsock("--dry-run", "stop", "b", "a")
    stops = [line.rpartition("/containers/")[2] for line in done.stdout.splitlines()]
    assert [stop[:6] for stop in stops if "stop" in stop] == ["b/stop", "a/stop"]
    assert scripted.calls == []
