"""`dsock events --exec` with commands that do what commands should not."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from tests.scripted import LIMIT, Scripted
from tests.test_events_stream import event

SCRIPT = """
echo "$DSOCK_ACTION" >>"$LOG"
case $DSOCK_ACTION in
a1) exit 3 ;;
a2) exec <&- ;;
a3) kill -TERM $$ ;;
a4) sleep 1000 & echo $! >"$LOG.pid"; wait ;;
a5) yes | head -1 >/dev/null; cat >"$LOG.last" ;;
esac
"""


@pytest.fixture(autouse=True)
def listed(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json?all=1", json=[], repeat=True)


def test_a_command_that_fails_hangs_or_does_not_read_delays_nothing_and_loses_nothing(
    scripted: Scripted, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    scripted.expect("GET", "/events", chunks=[*(event(n, x="y" * 300_000) for n in range(1, 6))])
    done = scripted.dsock(
        "events", "--no-reconnect", "--exec-timeout", "3s", "--count", "5",
        "--exec", "sh", "-c", SCRIPT, env={"LOG": str(log)},
    )  # fmt: skip
    assert log.read_text().split() == ["a1", "a2", "a3", "a4", "a5"]
    told = [line.partition(" for ")[0] for line in done.stderr.splitlines()]
    assert told == [
        "--exec sh: exit code 3", "--exec sh: ended by SIGTERM", "--exec sh: killed after 3 s",
    ]  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "log.last").stat().st_size > 300_000
    started = Path("/proc", (tmp_path / "log.pid").read_text().strip(), "cmdline")
    deadline = time.monotonic() + LIMIT
    while started.exists() and started.read_bytes():  # a zombie has nothing there
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_as_many_run_at_the_same_time_as_are_asked_for(
    scripted: Scripted, tmp_path: Path, hold: threading.Event
) -> None:
    """Each waits until there are three."""
    scripted.expect("GET", "/events", chunks=[*map(event, range(1, 7)), hold])
    script = f"cd {tmp_path}; >$DSOCK_ACTION; until [ $(ls | wc -l) -ge 3 ]; do sleep .02; done"
    more = ["--exec-jobs", "3", "--exec-timeout", "50s", "--exec", "sh", "-c", script]
    done = scripted.dsock("events", "--no-reconnect", "--count", "6", *more)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(os.listdir(tmp_path)) == ["a1", "a2", "a3", "a4", "a5", "a6"]
