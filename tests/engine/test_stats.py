"""`stats` beside docker's own, and what it has beyond: order, CSV, and a table in place."""

from __future__ import annotations

import csv
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.engine.alike import check
from tests.engine.engines import docker_cli
from tests.engine.live import LiveEngine
from tests.screen import SECONDS, Terminal
from tests.scripted import Scripted

# What docker prints of containers that do not run is the same at any time.
LINES = r"""
stats --no-stream NAME-a NAME-b
stats --no-stream NAME-b NAME-a NAME-b
stats --no-stream --no-trunc NAME-a
stats --no-stream --format json NAME-a NAME-b
stats --no-stream --format '{{json .}}' --no-trunc NAME-a
stats --no-stream --format table NAME-a
stats --no-stream --format 'table {{.Name}}\t{{.Container}}\t{{.MemUsage}}' NAME-a
stats --no-stream --format '{{.ID}} {{.CPUPerc}} {{.NetIO}}\t{{.BlockIO}} {{.PIDs}}' NAME-a
stats --no-stream --format raw NAME-a
stats --no-stream --format '{{.Foo}}' NAME-a
stats --no-stream --format 'table {{.OSType}}' NAME-a
stats --no-stream --format '{{'
stats --no-stream nosuch NAME-a nosuch2
stats nosuch NAME-a
container stats --no-stream NAME-a
stats --nosuch
"""
MEMORY_1 = {
    "usage": 50_000_000, "limit": 64_000_000,
    "stats": {"total_inactive_file": 1_234_567, "inactive_file": 99},
}  # fmt: skip
MEMORY_2 = {"usage": 50_000_000, "limit": 64_000_000, "stats": {"inactive_file": 40_000_000}}
NETWORKS = {
    "eth0": {"rx_bytes": 999_949, "tx_bytes": 12},
    "eth1": {"rx_bytes": 1_000_000_000, "tx_bytes": 999_951},
}
DISKS = [
    {"major": 8, "minor": 0, "op": "Read", "value": 4096},
    {"major": 8, "minor": 0, "op": "write", "value": 123_456_789},
    {"major": 8, "minor": 0, "op": "Total", "value": 5},
    {"major": 8, "minor": 16, "op": "r", "value": 10**12},
    {"major": 8, "minor": 16, "op": "", "value": 7},
]


def cpu(used: int, system: int, **more: Any) -> dict[str, Any]:
    return {"cpu_usage": {"total_usage": used, **more.pop("usage", {})},
            "system_cpu_usage": system, **more}  # fmt: skip


RECORDS: dict[str, dict[str, Any]] = {
    "version 1 of cgroups": {"memory_stats": MEMORY_1},
    "version 2 of cgroups": {"memory_stats": MEMORY_2},
    "more cache than memory": {
        "memory_stats": {"usage": 5, "limit": 9, "stats": {"total_inactive_file": 10}}
    },
    "no statistics of memory": {"memory_stats": {"usage": 1023, "limit": 1024}},
    "one limit that is none": {"memory_stats": {"usage": 2**40 + 2**33, "limit": 2**63 - 4096}},
    "networks and disks": {
        "networks": NETWORKS,
        "blkio_stats": {"io_service_bytes_recursive": DISKS},
        "pids_stats": {"current": 12345},
    },
    "four busy CPUs": {
        "cpu_stats": cpu(5_000_000_000, 9_000_000_000, online_cpus=4),
        "precpu_stats": cpu(1_000_000_000, 5_000_000_000, online_cpus=4),
    },
    "CPUs that are only listed": {
        "cpu_stats": cpu(200, 2000, usage={"percpu_usage": [1, 2, 3]}),
        "precpu_stats": cpu(100, 1000),
    },
    "a counter that went back": {
        "cpu_stats": cpu(1, 2000, online_cpus=2), "precpu_stats": cpu(5, 1000),
    },
    "nulls": {
        "networks": None, "pids_stats": {}, "memory_stats": {},
        "blkio_stats": {"io_service_bytes_recursive": None},
    },
}  # fmt: skip


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"dsock-stats-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def idle(live_engines: Callable[[str], LiveEngine]) -> Iterator[tuple[LiveEngine, str]]:
    """Two containers that do not run."""
    engine, name = live_engines("docker-20.10"), f"dsock-stats-{uuid.uuid4().hex[:8]}"
    names = [f"{name}-a", f"{name}-b"]
    for each in names:
        engine.docker("create", "--name", each, "busybox")
    yield engine, name
    engine.docker("rm", *names)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_stats_prints_and_ends_as_dockers_does(idle: tuple[LiveEngine, str], line: str) -> None:
    engine, name = idle
    check(engine, line.replace("NAME", name))


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_usage_is_counted_as_docker_counts(scripted: Scripted, record: dict[str, Any]) -> None:
    common = {"id": "5" * 64, "name": "/web", "read": "2026-01-01T00:00:01Z",
              "preread": "2026-01-01T00:00:00Z"}  # fmt: skip
    target = "/containers/web/stats?stream=0"
    scripted.expect("GET", target, json={**common, **record}, repeat=True)
    args = ["stats", "--no-stream", "web"]
    docker = subprocess.run(
        [docker_cli(), *args], env=scripted.env, capture_output=True, text=True, timeout=60
    )
    assert docker.returncode == 0, docker.stderr
    assert scripted.dsock(*args).stdout == docker.stdout


def test_an_engine_without_containers_gives_a_header(private_engine) -> None:
    empty = private_engine()
    for line in ("stats --no-stream", "stats --no-stream -a --format json"):
        check(empty, line)


class Piped:
    """A `dsock stats` that writes to a pipe."""

    def __init__(self, engine: LiveEngine, *args: str) -> None:
        command = [sys.executable, "-m", "dsock", "stats", *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=engine.env)
        self._rest = b""

    def line(self) -> str:
        """The next line."""
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        deadline = time.monotonic() + SECONDS
        while b"\n" not in self._rest:
            left = max(0.0, deadline - time.monotonic())
            assert select.select([descriptor], [], [], left)[0], f"no line: {self._rest!r}"
            block = os.read(descriptor, 65536)
            assert block, "it ended"
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def until(self, seen: Callable[[str], object]) -> str:
        """Read lines until one is as wanted."""
        deadline = time.monotonic() + SECONDS
        while not seen(line := self.line()):
            assert time.monotonic() < deadline, line
        return line

    def interrupted(self) -> int:
        """The exit code after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS)


@pytest.fixture
def piped() -> Iterator[Callable[..., Piped]]:
    """Starts one that does not outlive the test."""
    begun: list[Piped] = []

    def start(engine: LiveEngine, *args: str) -> Piped:
        begun.append(Piped(engine, *args))
        return begun[-1]

    yield start
    for each in begun:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def running(any_engine: LiveEngine, name: str) -> Iterator[LiveEngine]:
    """An engine with a container of that name that runs."""
    run(any_engine, name)
    yield any_engine
    remove(any_engine, name)


def run(engine: LiveEngine, name: str) -> None:
    done = engine.docker("run", "-d", "-m", "64m", "--name", name, "busybox", "sleep", "1000")
    assert done.returncode == 0, done.stderr


def remove(engine: LiveEngine, name: str) -> None:
    engine.docker("kill", name)  # Podman's rm -f waits for what ignores SIGTERM
    engine.docker("rm", "-f", name)


def test_containers_come_and_go_while_it_runs(
    any_engine: LiveEngine, name: str, piped: Callable[..., Piped]
) -> None:
    stats = piped(any_engine, "--format", "table {{.Name}}\t{{.PIDs}}.")
    try:
        stats.until(lambda line: line.startswith("NAME"))
        run(any_engine, name)
        stats.until(lambda line: re.match(rf"{name} +[1-9]\d*\.", line))
        any_engine.docker("kill", name)
        stats.until(lambda line: line.startswith("NAME"))
        deadline = time.monotonic() + SECONDS
        was_there = True
        while was_there:  # one table after the other
            assert time.monotonic() < deadline
            line, was_there = stats.line(), False
            while not line.startswith("NAME"):
                was_there |= line.startswith(name)
                line = stats.line()
    finally:
        remove(any_engine, name)


def test_a_container_that_stops_and_starts_again_is_measured_again(
    running: LiveEngine, name: str, piped: Callable[..., Piped]
) -> None:
    stats = piped(running, "-a", "--format", "json")

    def measured(expected: bool) -> Callable[[str], bool]:
        def seen(line: str) -> bool:
            found = json.loads(line)
            return found["Name"] == name and (found["PIDs"] not in ("--", "0")) == expected

        return seen

    stats.until(measured(True))
    running.docker("kill", name)
    stats.until(measured(False))
    running.docker("start", name)
    stats.until(measured(True))


def test_csv_has_plain_numbers(running: LiveEngine, name: str, piped: Callable[..., Piped]) -> None:
    stats = piped(running, "--csv", name)
    count = 2 if "podman" in running.host else 3  # Podman measures each five seconds
    lines = [stats.line() for _ in range(count)]
    assert stats.interrupted() == 130
    rows = list(csv.DictReader(lines))
    times = [row["time"] for row in rows]
    assert times == sorted(set(times))
    for row in rows:
        assert (row["name"], row["memory_limit_bytes"]) == (name, str(64 << 20))
        assert 0 < int(row["memory_bytes"]) < 64 << 20
        assert 0 < float(row["memory_percent"]) < 100
        assert int(row["pids"]) >= 1
    assert float(rows[-1]["cpu_percent"] or 0) >= 0
    once = running.dsock("stats", "--csv", "--no-stream", name)
    assert [row["name"] for row in csv.DictReader(once.stdout.splitlines())] == [name]


def test_rows_can_be_sorted(scripted: Scripted) -> None:
    for name, memory, processes in (("b", 10, 7), ("c", 30, 9), ("a", 20, 8)):
        record = {"name": f"/{name}", "memory_stats": {"usage": memory, "limit": 100},
                  "pids_stats": {"current": processes}}  # fmt: skip
        scripted.expect("GET", f"/containers/{name}/stats?stream=0", json=record, repeat=True)

    def order(*flags: str) -> str:
        names = scripted.dsock("stats", "--no-stream", "--format", "{{.Name}}", *flags, *"bca")
        return names.stdout.replace("\n", "")

    assert order() == "bca"
    assert order("--sort", "name") == "abc"
    assert order("--sort", "mem") == "cab"
    assert order("--sort=pids") == "cab"
    refused = scripted.dsock("stats", "--sort", "colour")
    assert refused.returncode == 125 and "cpu" in refused.stderr


def test_an_engine_that_goes_away_ends_it(
    private_engine: Callable[[], LiveEngine], piped: Callable[..., Piped]
) -> None:
    engine = private_engine()
    stats = piped(engine)
    stats.until(lambda line: line.startswith("CONTAINER ID"))
    engine.kill()
    assert stats.process.wait(SECONDS) == 1


def test_a_terminal_has_a_table_that_stays_in_place(running: LiveEngine, name: str) -> None:
    argv = [sys.executable, "-m", "dsock", "stats", name]
    terminal = Terminal(argv, running.env, columns=120)
    try:
        shown = terminal.until(rf"{name} +\d+\.\d\d% ")
        assert shown.split("\n")[0].split()[:2] == ["CONTAINER", "ID"]
        seen = terminal.screen.frames
        terminal.until(lambda _: terminal.screen.frames > seen)  # the next comes a second later
        terminal.resize(24, 60)
        narrow = terminal.until(rf"\ANAME +CPU %.*\n{name} .*\Z")
        assert max(map(len, narrow.split("\n"))) <= 60
        seen = terminal.screen.frames
        terminal.until(lambda _: terminal.screen.frames > seen + 1)
        assert terminal.screen.text().count("CPU %") == 1
        terminal.type("\x03")
        assert terminal.ends() == 130
        assert terminal.screen.text().count(name) == 1
        assert "25" in terminal.screen.modes
    finally:
        terminal.close()


def test_more_containers_than_lines_end_in_a_count(
    private_engine: Callable[[], LiveEngine],
) -> None:
    engine = private_engine()
    for _ in range(8):
        engine.docker("create", "busybox")
    argv = [sys.executable, "-m", "dsock", "stats", "-a"]
    terminal = Terminal(argv, engine.env, rows=6)
    try:
        terminal.until(r"\ANAME.*(\n\S+ .*){3}\nand 5 more\Z")
        assert terminal.screen.above == []
        terminal.type("\x03")
        assert terminal.ends() == 130
    finally:
        terminal.close()


def test_a_hostile_name_steers_no_terminal(scripted: Scripted, hold: threading.Event) -> None:
    record = {"id": "5" * 64, "name": "/x\x1b]0;t\x07\x1b[2J\u202e[red]", "read": "2026",
              "memory_stats": {"usage": 1, "limit": 2}}  # fmt: skip
    scripted.expect("GET", "/containers/web/stats?stream=0", json=record)
    scripted.expect("GET", "/containers/web/stats?stream=1", chunks=[record, hold])
    for flags in (["--no-stream"], []):
        argv = [sys.executable, "-m", "dsock", "stats", *flags, "web"]
        terminal = Terminal(argv, scripted.env, columns=140)  # it knows few sequences
        try:
            terminal.until(r"x\\x1b\]0;t\\x07\\x1b\[2J\\u202e\[red\] ")
            if not flags:
                terminal.type("\x03")
            assert terminal.ends() == (0 if flags else 130)
        finally:
            terminal.close()


def test_the_calls_can_be_looked_at_first(engine: LiveEngine, name: str) -> None:
    engine.docker("create", "--name", name, "busybox")
    try:
        script = engine.dsock("--dry-run", "stats", "--no-stream", name).stdout
        answer = engine.run(["sh", "-c", script])
        assert json.loads(answer.stdout)["name"] == f"/{name}"
        script = engine.dsock("--dry-run", "stats", name, "other").stdout
        assert script.count("/stats?stream=1' & ") == 2
    finally:
        engine.docker("rm", name)
