"""`dsock render` with engines that do what a real one does seldom."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsock.commands.render_watch import FOREVER, Pause
from tests.scripted import DSOCK, Scripted

A, B = "a" * 64, "b" * 64
EVENTS = "/events?since=0&filters=" + '{"type":{"container":true,"network":true}}'


def record(id: str, name: str, **labels: str) -> dict[str, Any]:
    return {"Id": id, "Name": f"/{name}", "State": {"Running": True}, "Config": {"Labels": labels}}


def engine_with(scripted: Scripted, *records: dict[str, Any]) -> None:
    listed = [{"Id": one["Id"]} for one in records]
    scripted.expect("GET", "/containers/json", json=listed, repeat=True)
    scripted.expect("GET", "/networks", json=[], repeat=True)
    for one in records:
        scripted.expect("GET", f"/containers/{one['Id']}/json", json=one, repeat=True)


@pytest.fixture
def template(tmp_path: Path) -> str:
    file = tmp_path / "t.j2"
    file.write_text("{% for c in containers %}{{ c.name }} {{ c.labels.x }}\n{% endfor %}")
    return str(file)


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_container_that_is_gone_before_it_is_looked_at_is_left_out(
    scripted: Scripted, template: str
) -> None:
    scripted.expect("GET", "/containers/json", json=[{"Id": A}, {"Id": B}])
    scripted.expect("GET", f"/containers/{A}/json", status=404, json={"message": "No such"})
    scripted.expect("GET", f"/containers/{B}/json", json=record(B, "web", x="1"))
    scripted.expect("GET", "/networks", json=[])
    done = scripted.dsock("render", template)
    assert (done.returncode, done.stdout) == (0, "web 1\n"), done.stderr


def test_what_a_label_says_does_not_steer_a_terminal(scripted: Scripted, template: str) -> None:
    engine_with(scripted, record(A, "web", x="\x1b[31mred"))
    typed = shlex.join([*DSOCK, "render", template])
    seen = subprocess.run(
        ["script", "-qec", typed, "/dev/null"],
        env=scripted.env, capture_output=True, text=True, check=False, timeout=60,
    ).stdout  # fmt: skip
    assert seen.strip() == r"web \x1b[31mred"


def test_a_storm_of_events_is_looked_at_once_and_what_stays_the_same_is_not_told(
    scripted: Scripted, template: str, tmp_path: Path, hold: threading.Event
) -> None:
    engine_with(scripted, record(A, "web", x="1"))
    storm, one = threading.Event(), threading.Event()

    def event(action: str) -> dict[str, Any]:
        actor = {"ID": A, "Attributes": {"name": "web"}}
        return {"Type": "container", "Action": action, "Actor": actor, "timeNano": next(numbers)}

    numbers = iter(range(1, 1000))
    many = [event(f"health_status: {word}") for word in ("healthy", "unhealthy") * 50]
    noise = [event("exec_start: true") for _ in range(50)]
    text = b"".join(json_line(e) for e in many + noise)
    scripted.expect(
        "GET", EVENTS, chunks=[storm, text, one, json_line(event("update")), hold]
    )  # fmt: skip
    out, log = tmp_path / "out", tmp_path / "log"
    process = scripted.start(
        "render", "--watch", template, str(out), "--wait", "500ms:5s",
        "--reload", f"sh -c 'echo told >>{log}'",
    )  # fmt: skip

    def looks() -> int:
        return scripted.names.count(f"GET /containers/{A}/json")

    until(lambda: log.exists() and looks() == 1)
    before = _written(out)
    storm.set()
    until(lambda: looks() == 2)
    one.set()
    until(lambda: looks() == 3)
    process.send_signal(signal.SIGHUP)
    until(lambda: looks() == 4)
    process.terminate()
    assert process.wait(30) == 143
    assert (looks(), log.read_text(), _written(out)) == (4, "told\n", before)


def test_what_is_killed_while_it_checks_leaves_nothing_behind(
    scripted: Scripted, template: str, tmp_path: Path, hold: threading.Event
) -> None:
    engine_with(scripted, record(A, "web", x="1"))
    scripted.expect("GET", EVENTS, chunks=[hold])
    out, pid = tmp_path / "out", tmp_path / "pid"
    out.write_text("old")
    check = f"sh -c 'echo $$ >{pid}; sleep 1000' sh {{}}"
    process = scripted.start("render", "--watch", template, str(out), "--check", check)
    until(lambda: pid.exists() and pid.read_text().endswith("\n"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 143
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "pid", "t.j2"]
    assert out.read_text() == "old"
    until(lambda: gone(int(pid.read_text())))


def test_changes_are_waited_for_to_settle_but_not_for_ever() -> None:
    pause = Pause(0.2, 2.0)
    assert pause.due == FOREVER
    pause.add(10.0)
    assert pause.due == pytest.approx(10.2)
    pause.add(10.1)
    assert pause.due == pytest.approx(10.3)
    for at in range(100, 130):
        pause.add(at / 10)
    assert pause.due == pytest.approx(12.0)
    pause.clear()
    pause.add(20.0)
    assert pause.due == pytest.approx(20.2)


def json_line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _written(path: Path) -> tuple[int, int]:
    """Tells one writing of a file from another; reading it changes nothing."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns
