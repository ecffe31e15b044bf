"""`dsock exec` on real engines, beside docker's own."""

from __future__ import annotations

import shlex
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.engine import flood
from tests.engine.live import LiveEngine

FOREVER = "trap 'exit 0' TERM; while :; do sleep 0.1; done"


@pytest.fixture(scope="module")
def box(live_engines) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A container that runs on Docker 20.10."""
    engine = live_engines("docker-20.10")
    name = f"exec-{uuid.uuid4().hex[:8]}"
    engine.docker("run", "-d", "--name", name, "busybox", "sh", "-c", FOREVER)
    yield name
    engine.docker("rm", "-f", name)


@pytest.fixture
def name(any_engine: LiveEngine) -> Iterator[str]:
    """A container that runs, on each engine."""
    name = f"exec-{uuid.uuid4().hex[:8]}"
    any_engine.docker("run", "-d", "--name", name, "busybox", "sh", "-c", FOREVER)
    yield name
    any_engine.docker("rm", "-f", name)


# BOX is the container, FILE an env file.
SAME = [
    "exec BOX echo hi",
    "exec BOX sh -c 'echo out; echo err >&2; exit 9'",
    "exec -t BOX sh -c 'echo out; echo err >&2'",
    "exec -i BOX cat",
    "exec -i BOX sh -c 'exit 3'",
    "exec BOX cat",
    "exec -it BOX cat",
    "exec -d BOX touch /tmp/made",
    "exec -d BOX nosuch",
    "exec -dit BOX cat",
    "exec BOX nosuch",
    "exec BOX /etc",
    "exec BOX /etc/passwd",
    "exec -e A=b -e C BOX env",
    "exec -e FROM_HERE BOX sh -c 'echo $FROM_HERE'",
    "exec --env-file FILE -e Z=mine BOX sh -c 'echo $X-$Y-$Z'",
    "exec --env-file /nosuch BOX true",
    "exec -e =x BOX true",
    "exec -w /tmp BOX pwd",
    "exec -w /nosuch BOX pwd",
    "exec -u 1000:1000 BOX id",
    "exec -u nosuch BOX id",
    "exec --privileged BOX grep CapEff /proc/self/status",
    "exec BOX ls -d -it /",
    "exec BOX -- ls",
    "exec -- BOX ls -d /",
    "exec BOX sh -c 'exit 300'",
    "exec BOX sh -c 'kill -9 $$'",
    "exec BOX sh -c 'kill -TERM $$'",
    "exec nosuch ls",
    "exec BOX",
    "exec",
    "exec --nosuch BOX ls",
]


@pytest.mark.parametrize("line", SAME)
def test_exec_is_as_dockers(engine: LiveEngine, box: str, tmp_path: Path, line: str) -> None:
    file = tmp_path / "env"
    file.write_text("X=1\n# no\nFROM_HERE\nZ=a b\n")
    words = {"BOX": box, "FILE": str(file)}
    argv = [words.get(word, word) for word in shlex.split(line)]
    env = {**engine.env, "FROM_HERE": "here"}
    docker, dsock = (run(*argv, input="typed\n", env=env) for run in (engine.docker, engine.dsock))
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    assert bool(dsock.stderr) == bool(docker.stderr), dsock.stderr


def test_exec_gives_streams_and_exit_code(any_engine: LiveEngine, name: str) -> None:
    done = any_engine.dsock("exec", name, "sh", "-c", "echo out; echo err >&2; exit 9")
    assert (done.returncode, done.stdout, done.stderr) == (9, "out\n", "err\n")


def test_exec_passes_its_input_on_and_ends_with_it(any_engine: LiveEngine, name: str) -> None:
    done = any_engine.dsock("exec", "-i", name, "cat", input="typed\n")
    assert (done.returncode, done.stdout) == (0, "typed\n")


def test_exec_leaves_input_that_nobody_reads(engine: LiveEngine, box: str) -> None:
    script = f"yes | {sys.executable} -m dsock exec -i {box} head -n 1"
    done = engine.run(["sh", "-c", script])
    assert (done.returncode, done.stdout) == (0, "y\n")


def test_exec_detached_has_its_effect(any_engine: LiveEngine, name: str) -> None:
    script = "echo done >/tmp/made; mkfifo /tmp/go; cat /tmp/go"
    done = any_engine.dsock("exec", "-d", name, "sh", "-c", script)
    assert (done.returncode, done.stdout) == (0, "")
    seen = any_engine.docker(
        "exec", name, "sh", "-c", "until [ -p /tmp/go ]; do :; done; cat /tmp/made"
    )
    assert seen.stdout == "done\n"


@pytest.mark.parametrize("state", ["stop", "pause"])
def test_exec_in_a_container_that_does_not_run_is_refused(
    any_engine: LiveEngine, name: str, state: str
) -> None:
    any_engine.docker(state, name)
    docker, dsock = (run("exec", name, "true") for run in (any_engine.docker, any_engine.dsock))
    assert (dsock.returncode, dsock.stdout, dsock.stderr) == (1, "", docker.stderr)
    any_engine.docker("unpause", name)


def test_100_mb_come_back_through_exec(engine: LiveEngine, box: str) -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pipe:
        assert pipe.stdin is not None
        assert pipe.stdout is not None
        Thread(target=flood.feed, args=(pipe.stdin,)).start()
        found = flood.through(engine, "exec", "-i", box, "cat", stdin=pipe.stdout.fileno())
    assert found == (flood.digest(), 0)
