"""`update` and `top` beside docker's own."""

from __future__ import annotations

import shlex
import uuid
from collections.abc import Iterator

import pytest

from dsock.api import containers
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from tests.engine.alike import check
from tests.engine.live import LiveEngine

EVERYWHERE = """
update --memory 64m --memory-swap 128m --cpus 0.5 NAME
update -m 32M --memory-reservation=16m --cpu-shares 0x100 --pids-limit 100 NAME
update --restart on-failure:3 NAME
update -m 48m nosuch NAME nosuch2
"""
UPDATES = """
update --memory-swap -1 NAME
update --cpus 0.5 NAME
update --cpus .25 --cpu-shares 512 NAME
update -c 0x100 NAME
update --cpu-period 50000 --cpu-quota 25000 NAME
update --cpuset-cpus 0 --cpuset-mems 0 NAME
update --pids-limit 100 NAME
update --pids-limit=-1 NAME
update --pids-limit 0 NAME
update --blkio-weight 300 NAME
update --restart always NAME
update --restart on-failure:3 NAME
update --restart no NAME
update --restart '' NAME
update --restart on-failure:x NAME
update --restart :3 NAME
update --restart nosuch NAME
update --memory 0 NAME
update --memory x NAME
update --memory 1 NAME
update --cpus 1000 NAME
update --cpus x NAME
update --cpuset-cpus 99 NAME
update --cpu-rt-runtime 1000 NAME
update --kernel-memory 64m NAME
update NAME
update
update --nosuch NAME
update -m 48m nosuch NAME nosuch2
container update --cpu-shares 100 NAME NAME
"""
TOPS = """
top NAME
top NAME -o pid,comm
top NAME -eo pid,args
top NAME aux
top NAME -o nosuch
top NAME --nosuch
top -o NAME
top
top nosuch
top IDLE
container top NAME -e
"""


@pytest.fixture
def pair(any_engine: LiveEngine) -> Iterator[tuple[LiveEngine, str, str]]:
    """Two containers that are alike, one for docker to change and one for dsock."""
    names = [f"dsock-update-{uuid.uuid4().hex[:8]}" for _ in range(2)]
    for name in names:
        any_engine.docker("run", "-d", "--name", name, "busybox", "sleep", "10000")
    yield any_engine, names[0], names[1]
    any_engine.docker("kill", *names)  # Podman's rm would wait for what ignores SIGTERM
    any_engine.docker("rm", "-f", *names)


def limits(engine: LiveEngine, name: str) -> dict[str, object]:
    found = Engine(parse(engine.host, "the test")).json(containers.inspect(name))["HostConfig"]
    return {key: value for key, value in found.items() if name not in str(value)}


def test_updates_say_and_do_what_dockers_do(pair: tuple[LiveEngine, str, str]) -> None:
    engine, theirs, mine = pair
    every = EVERYWHERE + (UPDATES if "docker-20.10" in engine.host else "")
    for line in filter(None, every.splitlines()):
        docker = engine.docker(*shlex.split(line.replace("NAME", theirs)))
        dsock = engine.dsock(*shlex.split(line.replace("NAME", mine)))
        told = dsock.stdout.replace(mine, theirs), dsock.returncode, bool(dsock.stderr)
        assert told == (docker.stdout, docker.returncode, bool(docker.stderr)), (
            line, docker.stderr, dsock.stderr,
        )  # fmt: skip
        assert limits(engine, mine) == limits(engine, theirs), line


def test_an_update_can_be_looked_at_first(engine: LiveEngine) -> None:
    done = engine.dsock("--dry-run", "update", "-m", "64m", "--restart", "on-failure:2", "x")
    assert done.stdout.count("curl") == 1
    body = '{"Memory":67108864,"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2}}'
    assert f"-d '{body}'" in done.stdout and "/containers/x/update" in done.stdout


@pytest.fixture(scope="module")
def busy(live_engines) -> Iterator[tuple[LiveEngine, str]]:
    """A container with two processes, and one that does not run."""
    engine, name = live_engines("docker-20.10"), f"dsock-top-{uuid.uuid4().hex[:8]}"
    try:
        engine.docker("run", "-d", "--name", name, "busybox", "sh", "-c", "sleep 9999; :")
        engine.docker("create", "--name", f"{name}-idle", "busybox")
        yield engine, name
    finally:
        engine.docker("rm", "-f", name, f"{name}-idle")


@pytest.mark.parametrize("line", TOPS.strip().splitlines())
def test_top_prints_and_ends_as_dockers_does(busy: tuple[LiveEngine, str], line: str) -> None:
    engine, name = busy
    check(engine, line.replace("IDLE", f"{name}-idle").replace("NAME", name))


def test_top_works_on_every_engine(any_engine: LiveEngine) -> None:
    name = f"dsock-top-{uuid.uuid4().hex[:8]}"
    any_engine.docker("run", "-d", "--name", name, "busybox", "sleep", "9999")
    try:
        check(any_engine, f"top {name}")
    finally:
        any_engine.docker("kill", name)
        any_engine.docker("rm", "-f", name)
