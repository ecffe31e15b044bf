"""--wait-healthy and wait --condition on real engines."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

HERE = "dsock-test-healthy"
WHEN_OK = ("--health-cmd", "test -e /ok", "--health-interval", "300ms", "--health-retries", "99")
LATER = ("busybox", "sh", "-c", "sleep 1; touch /ok; sleep 1000")
NEVER = ("--health-cmd", "echo oh no; false", "--health-interval", "1h")


@pytest.fixture
def names(engine):
    """A function that gives names of containers, which are removed afterwards."""
    made: list[str] = []

    def name(end: str) -> str:
        made.append(f"{HERE}-{end}")
        return made[-1]

    yield name
    engine.docker("rm", "-f", *made)


def health(engine: LiveEngine, name: str) -> str:
    return engine.docker("inspect", "-f", "{{.State.Health.Status}}", name).stdout.strip()


def test_run_comes_back_when_the_container_is_healthy(engine, names):
    name = names("run")
    done = engine.dsock("run", "--wait-healthy=60s", "--name", name, *WHEN_OK, *LATER)
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, "", 65)
    assert health(engine, name) == "healthy"


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (("--wait-healthy", "--health-cmd", "echo oh no; false", "--health-interval", "100ms",
          "--health-retries", "1"), 3, "is unhealthy: oh no"),
        (("-d", "--wait-healthy"), 4, "no health check"),
        (("--wait-healthy=500ms", *NEVER), 124, "not healthy within 0.5 s"),
    ],
)  # fmt: skip
def test_run_says_why_it_is_not_and_leaves_the_container(engine, names, flags, code, said):
    name = names("not")
    done = engine.dsock("run", *flags, "--name", name, "busybox", "sleep", "1000")
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert f"{name}: " in done.stderr
    assert engine.docker("inspect", "-f", "{{.State.Running}}", name).stdout == "true\n"


@pytest.mark.parametrize("flags", [(), ("--rm",)])
def test_run_tells_of_a_container_that_ends(engine, names, flags):
    command = ("busybox", "sh", "-c", "sleep 1; exit 7")
    done = engine.dsock("run", "--wait-healthy", "--name", names("ends"), *flags, *NEVER, *command)
    assert done.returncode == 5
    assert "ended before it was healthy" in done.stderr


def test_start_waits_for_all_and_prints_those_that_are_healthy(engine, names):
    good, bad, plain = names("good"), names("bad"), names("plain")
    engine.docker("create", "--name", good, *WHEN_OK, *LATER)
    engine.docker("create", "--name", bad, "--health-cmd", "false", "--health-interval", "100ms",
                  "--health-retries", "1", *LATER)  # fmt: skip
    engine.docker("create", "--name", plain, *LATER)
    done = engine.dsock("start", "--wait-healthy=60s", bad, good, plain)
    assert (done.stdout, done.returncode) == (f"{good}\n", 3)
    assert "is unhealthy" in done.stderr and "no health check" in done.stderr
    for order, code in (
        ((bad, good, plain), 3),
        ((plain, bad), 4),
        (("nosuch", bad), 1),
        ((bad,), 3),
    ):
        script = engine.dsock("--dry-run", "wait", "--condition", "healthy", *order).stdout
        assert engine.run(["sh"], input=script).returncode == code
    done = engine.dsock("start", "--wait-healthy", good, "nosuch")
    assert (done.stdout, done.returncode) == (f"{good}\n", 1)


def test_the_next_exit_of_each_is_told_in_their_order(engine, names):
    one, two = names("one"), names("two")
    for name, code in ((one, 3), (two, 4)):
        command = ("busybox", "sh", "-c", f"sleep 0.3; exit {code}")
        engine.docker("run", "-d", "--restart", "always", "--name", name, *command)
    done = engine.dsock("wait", "--condition", "next-exit", "--timeout", "60s", two, one)
    assert (done.stdout, done.returncode) == ("4\n3\n", 0), done.stderr


def test_waiting_works_on_every_engine(any_engine):
    name = f"{HERE}-any"
    podman = "podman" in any_engine.host
    try:
        any_engine.docker("run", "-d", "--stop-signal", "KILL", "--name", name, *WHEN_OK, *LATER)
        with subprocess.Popen(
            [sys.executable, "-m", "dsock", "wait", "--condition=healthy", "--timeout=60s", name],
            env=any_engine.env, stdout=subprocess.PIPE, text=True,
        ) as waiting:  # fmt: skip
            while podman and waiting.poll() is None:  # its checks need systemd, or someone to ask
                check(any_engine, name)
            out, _ = waiting.communicate(timeout=60)
        assert (out, waiting.returncode) == (f"{name}\n", 0)
        any_engine.docker("stop", "-t", "0", name)
        done = any_engine.dsock("wait", "--condition", "healthy", name)
        assert done.returncode == 5
    finally:
        any_engine.docker("rm", "-f", name)


def check(engine: LiveEngine, name: str) -> None:
    """Make Podman check a container's health now."""
    url = f"http://podman/v5.0.0/libpod/containers/{name}/healthcheck"
    engine.run(["curl", "-s", "--unix-socket", engine.host.removeprefix("unix://"), url])


def test_the_line_of_the_readme_waits(engine):
    text = (engines.CHECKOUT / "README.md").read_text()
    (line,) = re.findall(r"^    dsock (run --wait-healthy.*)$", text, re.MULTILINE)
    done = engine.dsock(*shlex.split(line))
    engine.docker("rm", "-f", done.stdout.strip())
    assert (done.returncode, done.stderr) == (0, "")


def test_the_script_of_a_dry_run_waits_too(engine, names):
    name = names("dry")
    flags = ("--wait-healthy=60s", "--name", name, *WHEN_OK, *LATER)
    script = engine.dsock("--dry-run", "run", *flags).stdout
    done = engine.run(["sh"], input=script)
    assert (done.returncode, len(done.stdout)) == (0, 65), done.stderr
    assert health(engine, name) == "healthy"
