"""recreate: another container under the same name, or the old one as it was."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from dsock.api import containers
from dsock.api import networks as api_networks
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.flags import create
from tests import create_lines
from tests.engine import engines
from tests.engine.cut import Cut, killer
from tests.engine.live import LiveEngine

HERE = "dsock-test-recreate"
NET, NET2 = f"{HERE}-net", f"{HERE}-net2"
ENDS = (".dsock-new", ".dsock-old-running", ".dsock-old-stopped")
# Ends at once when it is stopped.
SLEEPER = ("--stop-signal", "KILL", "busybox", "sleep", "10000")


class Web:
    """A container to recreate, with a volume, two networks and a port."""

    def __init__(self, live: LiveEngine, name: str) -> None:
        self.live, self.name = live, name
        self.engine = Engine(parse(live.host, "the test"))
        flags = "-d -e A=1 -e B=2 -l own=1 -p 18480:80 -v /data"
        line = create_lines.command_line(f"{flags} --network {NET} {shlex.join(SLEEPER)}")
        body = create.body(line["image"], line["command"], line, {}, True, self.engine.version)
        self.engine.json(containers.create(body, name))
        second = {"Container": name, "EndpointConfig": {"Aliases": ["second"]}}
        self.engine.json(api_networks.connect(NET2, second))
        self.engine.json(containers.start(name))
        self.ok("docker", "exec", name, "sh", "-c", "echo kept >/data/file; echo lost >/file")
        self.first = self.inspect()

    def ok(self, tool: str, *args: str) -> str:
        done = getattr(self.live, tool)(*args)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    def recreate(self, *args: str, **how: Any) -> subprocess.CompletedProcess[str]:
        """Without a moment in which the new container has to run, to save that time."""
        return self.live.dsock("recreate", "--settle", "0", self.name, *args, **how)

    def inspect(self, name: str = "") -> dict[str, Any]:
        found: dict[str, Any] = self.engine.json(containers.inspect(name or self.name))
        return found

    def health(self) -> str:
        """What the health check of the new container says, "" as long as there is none."""
        if len(self.names()) != 2:
            return ""
        found = self.engine.json(containers.list_(all=True, filters={"name": {self.name: True}}))
        status = next((c["Status"] for c in found if c["Names"] == [f"/{self.name}"]), "")
        return "starting" if "health: starting" in status else ""

    def names(self) -> list[str]:
        """The names of all containers of this test."""
        found = self.engine.json(containers.list_(True, filters={"name": {self.name: True}}))
        return sorted(one["Names"][0].removeprefix("/") for one in found)

    def check_untouched(self) -> None:
        """Assert that the first container runs as at the beginning, and nothing is left over."""
        now = self.inspect()
        assert self.names() == [self.name]
        assert now["Id"] == self.first["Id"]
        assert now["State"]["Running"]
        assert set(now["NetworkSettings"]["Networks"]) == {NET, NET2}
        files = self.ok("docker", "exec", self.name, "cat", "/file", "/data/file")
        assert files == "lost\nkept\n"

    def check_replaced(self) -> dict[str, Any]:
        """Assert that another container runs, with the volume and both networks."""
        now = self.inspect()
        assert self.names() == [self.name]
        assert now["Id"] != self.first["Id"]
        assert now["State"]["Running"]
        assert self.ok("docker", "exec", self.name, "cat", "/data/file") == "kept\n"
        networks = now["NetworkSettings"]["Networks"]
        assert set(networks) == {NET, NET2}
        assert "second" in networks[NET2]["Aliases"]
        return now


@pytest.fixture(scope="module")
def networks(live_engines):
    live = live_engines("docker-20.10")
    for name in (NET, NET2):
        live.docker("network", "create", name)
    yield live
    for name in (NET, NET2):
        live.docker("network", "rm", name)


@pytest.fixture
def web(networks, request):
    made = Web(networks, f"{HERE}-web")
    yield made
    networks.docker("rm", "-vf", *(made.name + end for end in ("", *ENDS)))


def test_flags_take_the_place_of_what_is_under_their_key(web):
    done = web.recreate("-p", "18481:80", "-e", "A=3", "--label", "more=2", "--memory", "64m")
    assert done.returncode == 0, done.stderr
    now = web.check_replaced()
    assert done.stdout == now["Id"] + "\n"
    assert now["Config"]["Env"][:2] == ["B=2", "A=3"]
    assert now["Config"]["Labels"] == {"own": "1", "more": "2"}
    assert now["HostConfig"]["PortBindings"]["80/tcp"] == [{"HostIp": "", "HostPort": "18481"}]
    assert now["HostConfig"]["Memory"] == 64 << 20
    assert now["Config"]["Cmd"] == ["sleep", "10000"]
    assert done.stderr.splitlines() == [
        f"{web.name}:", "- -p 18480:80", "- -e A=1",
        "+ -p 18481:80", "+ -e A=3", "+ --label more=2", "+ --memory 64m",
    ]  # fmt: skip


def test_without_takes_away_and_an_image_and_command_can_follow(web):
    without = ("--without", "env=B", "--without", "-p", "--without", "label=own")
    done = web.recreate(*without, "nginx", "nginx", "-g", "daemon off;")
    assert done.returncode != 0  # -g is no flag of dsock's
    web.check_untouched()
    done = web.recreate(*without, "nginx", "--", "nginx", "-g", "daemon off;")
    assert done.returncode == 0, done.stderr
    now = web.check_replaced()
    assert now["Config"]["Image"] == "nginx"
    assert now["Config"]["Cmd"] == ["nginx", "-g", "daemon off;"]
    assert "A=1" in now["Config"]["Env"]
    assert "B=2" not in now["Config"]["Env"]
    assert not now["HostConfig"]["PortBindings"]
    assert "own" not in now["Config"]["Labels"]


ILL = "--health-cmd 'echo ill; exit 1' --health-interval 100ms --health-retries 1"
FAILURES = [
    ("--cpus 9999", "Range of CPUs", 1),
    ("--settle 60s --entrypoint sh busybox -- -c 'echo so sorry; exit 7'", "| so sorry", 1),
    ("--entrypoint /nosuch", "no such file", 1),
    ("--pull never nosuch", "No such image", 1),
    ("--network nosuch", "network nosuch not found", 1),
    ("-p 18485:80 -p 18485:81", "port is already allocated", 1),
    (ILL, "the new container: is unhealthy: ill", 3),
    ("--health-cmd true --wait-timeout 100ms", "not healthy within", 124),
    ("--without env=NOPE", "has no --env NOPE", 1),
    ("--restart on-failure:x", "invalid", 125),
]


def test_whatever_fails_the_old_container_is_as_it_was(web):
    for flags, reason, code in FAILURES:
        done = web.recreate(*shlex.split(flags))
        assert (done.returncode, done.stdout) == (code, ""), (flags, done.stderr)
        assert reason in done.stderr, flags
        web.check_untouched()


@pytest.mark.parametrize("number", range(1, 8))
def test_what_is_killed_in_the_middle_is_put_right_by_the_next_recreate(web, tmp_path, number):
    engine = web.live.host.removeprefix("unix://")
    cut = Cut(web.live.box.folder / f"cut-{number}", engine, number, killer(lambda: process.pid))
    args = ("--host", cut.host, "recreate", "--settle", "0", web.name, "-e", "A=2")
    argv = [sys.executable, "-m", "dsock", *args]
    process = subprocess.Popen(argv, env=web.live.env, stderr=subprocess.PIPE, text=True)
    try:
        process.communicate(timeout=60)
    finally:
        cut.close()
    assert process.returncode == -signal.SIGKILL
    steps = ["create", "connect", "rename", "stop", "rename", "start", "DELETE"]
    assert [step in call for step, call in zip(steps, cut.calls, strict=False)] == [True] * number
    assert set(web.names()) & {web.name, web.name + ".dsock-old-running"}
    done = web.recreate("-e", "B=3")
    assert done.returncode == 0, done.stderr
    now = web.check_replaced()
    assert "B=3" in now["Config"]["Env"]


def test_a_new_container_that_has_ended_after_a_cut_is_left_to_the_person(web):
    web.ok("docker", "rename", web.name, web.name + ".dsock-old-running")
    web.ok("docker", "run", "--name", web.name, "busybox", "true")
    done = web.recreate()
    assert done.returncode == 1
    assert f"dsock rm -f {web.name}, or dsock rm -f {web.name}.dsock-old-running" in done.stderr
    web.ok("docker", "rm", web.name)
    assert web.recreate("-e", "A=2").returncode == 0
    web.check_replaced()


def test_a_stopped_container_stays_stopped(web):
    web.ok("docker", "stop", web.name)
    done = web.recreate("-e", "A=2")
    assert done.returncode == 0, done.stderr
    now = web.inspect()
    assert now["State"]["Status"] == "created"
    assert web.names() == [web.name]
    assert "A=2" in now["Config"]["Env"]


def test_a_running_container_with_rm_is_refused(web):
    name = web.name + ".dsock-new"  # so that the fixture removes it
    web.ok("docker", "run", "-d", "--rm", "--name", name + "x", *SLEEPER)
    done = web.live.dsock("recreate", name + "x")
    web.ok("docker", "rm", "-f", name + "x")
    assert done.returncode == 1
    assert "runs with --rm" in done.stderr
    assert "hint: dsock inspect --as run" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_puts_the_old_container_back(web, number):
    argv = [sys.executable, "-m", "dsock", "recreate", web.name, "--health-cmd", "exit 0",
            "--health-interval", "1h"]  # fmt: skip
    with subprocess.Popen(argv, env=web.live.env, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while web.health() != "starting":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert f"{web.name} is as it was before, and runs" in err
    web.check_untouched()


def test_the_script_of_a_dry_run_does_the_same(web):
    done = web.live.dsock("--dry-run", "recreate", web.name, "-e", "A=2")
    web.check_untouched()
    ran = web.live.run(["sh"], input=done.stdout)
    assert ran.returncode == 0, ran.stderr
    now = web.check_replaced()
    assert ran.stdout == f"{now['Id']}\n"
    assert "A=2" in now["Config"]["Env"]


def test_who_shares_the_network_of_the_old_container_is_named(web):
    side = web.name + ".dsock-newer"
    web.ok("docker", "run", "-d", "--name", side, "--network", f"container:{web.name}", *SLEEPER)
    done = web.recreate("-e", "A=2")
    web.ok("docker", "rm", "-f", side)
    assert done.returncode == 0
    assert f"{side} uses the old container's network" in done.stderr


def test_recreate_works_on_every_engine(any_engine):
    name = f"{HERE}-any"
    try:
        any_engine.dsock("run", "-d", "--name", name, "-e", "A=1", "-v", "/data", *SLEEPER)
        any_engine.dsock("exec", name, "sh", "-c", "echo kept >/data/file")
        done = any_engine.dsock("recreate", name, "-e", "A=2", "-e", "C=3")
        assert done.returncode == 0, done.stderr
        shown = any_engine.dsock("exec", name, "sh", "-c", "echo $A $C; cat /data/file")
        assert shown.stdout == "2 3\nkept\n"
        assert any_engine.dsock("recreate", name, "--entrypoint", "/nosuch").returncode != 0
        shown = any_engine.dsock("exec", name, "sh", "-c", "echo $A $C; cat /data/file")
        assert shown.stdout == "2 3\nkept\n"
    finally:
        any_engine.dsock("rm", "-f", "-v", name)


def test_what_the_readme_shows_works(networks, tmp_path):
    text = (engines.CHECKOUT / "README.md").read_text()
    block = text.partition("and the same once more\n")[2].partition("\n`")[0]
    lines = [line.partition("#")[0].split()[1:] for line in block.split("\n") if line.strip()]
    assert len(lines) == 3
    name = f"{HERE}-readme"
    try:
        networks.dsock("run", "-d", "--name", name, "-l", "old=1", "nginx")
        for line in lines:
            done = networks.dsock(*(name if word == "web" else word for word in line))
            assert done.returncode == 0, done.stderr
    finally:
        networks.dsock("rm", "-f", name)
