"""`system doctor` on real engines."""

from __future__ import annotations

import json

HERE = "dsock-test-doctor"


def findings(engine, code: int = 0) -> dict[str, dict[str, str]]:
    """{check: finding}."""
    done = engine.dsock("system", "doctor", "--format", "json")
    assert (done.returncode, done.stderr) == (code, ""), done.stdout
    return {row["Check"]: row for row in map(json.loads, done.stdout.splitlines())}


def test_a_sound_engine_is_found_sound(any_engine) -> None:
    found = findings(any_engine)
    assert any_engine.host in found["socket"]["Message"]
    assert found["clock"]["Message"] == "the engine's and this one agree"
    for check in ("socket", "rights", "api", "clock", "storage", "host", "networks"):
        assert found[check]["Status"] == "ok", found[check]
    assert set(found) >= {"cgroups", "logs", "leftovers", "containers"}


def test_a_log_that_grows_and_a_sick_container_are_found(engine) -> None:
    try:
        health = ("--health-cmd", "false", "--health-interval", "100ms", "--health-retries", "1")
        name = f"{HERE}-sick"
        engine.docker("run", "-d", "--name", name, *health, "busybox", "sleep", "10000")
        wait_for(lambda: "(unhealthy)" in engine.docker("ps", "-f", f"name={name}").stdout)
        found = findings(engine)
        assert found["logs"]["Status"] == found["containers"]["Status"] == "warn"
        assert "max-size" in found["logs"]["Fix"]
        assert name in found["containers"]["Message"]
    finally:
        engine.docker("rm", "-f", f"{HERE}-sick")


def wait_for(reached) -> None:
    import time

    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_text_says_the_same_with_the_fix_below(engine) -> None:
    lines = engine.dsock("system", "doctor").stdout.splitlines()
    assert lines[0].startswith("ok    socket      unix://")
    assert all(line.split()[0] in ("ok", "warn", "fail", "fix:") for line in lines)
    table = engine.dsock("system", "doctor", "--format", "table {{.Status}}\t{{.Check}}").stdout
    assert table.splitlines()[0].split() == ["STATUS", "CHECK"]
