"""logs beside docker's own: bytes, streams apart, spans of time; following on a real engine."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

HERE = "dsock-test-logs"
MIXED = (
    "i=0; while [ $i -lt 6 ]; do echo out$i; sleep 0.1; echo err$i >&2; sleep 0.1; i=$((i+1));"
    r" done; printf 'no end \000\377'"
)
LONG = "i=0; while [ $i -lt 2000 ]; do echo $i $(printf '%0100d' $i); i=$((i+1)); done; echo e >&2"

# THIRD and FOURTH are moments in the middle of HERE's output, UNIX the third as a number.
LINES = """
HERE
/HERE
-n 1 HERE
-n1 HERE
--tail 0 HERE
--tail -1 HERE
--tail 3 HERE
--tail junk HERE
--tail 1.5 HERE
--tail '' HERE
--tail all HERE
-f HERE
-f -n 0 HERE
--tail=2 -f HERE
--follow=false HERE
-t --tail 2 HERE
-tn3 HERE
--timestamps=true --tail=1 HERE
--since 10m HERE
--since 10m --until 0 HERE
--since 0 HERE
--since '' --until '' HERE
--since THIRD HERE
--until THIRD HERE
--since UNIX HERE
--since UNIX --until FOURTH HERE
--since THIRD --until FOURTH -t HERE
--since 2100-01-01 HERE
--since 2020-01-01T10 --until 2100-01-01T10:00Z HERE
--until 1970-01-01 HERE
--until 1s HERE
--since -1h HERE
--since junk HERE
--until 2024-13-01 HERE
--since junk nosuch
-n 3 --since 1h HERE
HERE-tty
-f HERE-tty
-t HERE-tty
--details HERE-tty
--details HERE-labels
--details -t HERE-labels
HERE-labels
HERE-silent
HERE-none
HERE-long
-n 500 HERE-long
-t HERE-long
nosuch
''

--nosuch HERE
"""


@pytest.fixture(scope="module")
def spoken(live_engines) -> LiveEngine:
    engine = live_engines("docker-20.10")
    labels = ("--log-opt", "labels=foo", "--label", "foo=b,=% r", "--log-opt", "env=E", "-e", "E=1")
    for name, flags, command in (
        ("", (), ("sh", "-c", MIXED)),
        ("-tty", ("-t",), ("sh", "-c", r"echo hi; echo err >&2; printf '\033[31mred\n'")),
        ("-labels", labels, ("echo", "hi")),
        ("-silent", (), ("true",)),
        ("-none", ("--log-driver", "none"), ("echo", "hi")),
        ("-long", (), ("sh", "-c", LONG)),
    ):
        engine.docker("run", "-d", "--name", HERE + name, *flags, "busybox", *command)
    names = [HERE + end for end in ("", "-tty", "-labels", "-silent", "-none", "-long")]
    engine.docker("wait", *names)
    yield engine
    engine.docker("rm", "-f", *names)


@pytest.fixture(scope="module")
def moments(spoken) -> dict[str, str]:
    text = spoken.docker("logs", "-t", HERE, errors="replace").stdout
    third, fourth = (line.split()[0] for line in text.splitlines()[2:4])
    whole, _, nanoseconds = third.rstrip("Z").partition(".")
    seconds = spoken.run(["date", "-ud", whole, "+%s"]).stdout.strip()
    return {"THIRD": third, "FOURTH": fourth, "UNIX": f"{seconds}.{nanoseconds}", "HERE": HERE}


@pytest.mark.parametrize("line", LINES.strip("\n").splitlines())
def test_both_streams_are_dockers_byte_for_byte(spoken, moments, line):
    for word, value in moments.items():
        line = line.replace(word, value)
    args = ["logs", *shlex.split(line)]
    dsock = spoken.run([sys.executable, "-m", "dsock", *args], text=False)
    docker = spoken.run([engines.docker_cli(), *args], text=False)
    assert dsock.stdout == docker.stdout
    assert dsock.returncode == docker.returncode
    if docker.returncode == 0:
        assert dsock.stderr == docker.stderr


def test_where_both_go_to_one_place_they_keep_their_order(spoken):
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "capture_output": False}
    texts = [run("logs", "-n", "9", HERE, errors="replace", **both).stdout
             for run in (spoken.docker, spoken.dsock)]  # fmt: skip
    assert texts[0] == texts[1]
    assert "err4\nout5\nerr5\n" in texts[1]


TICKING = "trap 'echo bye; exit 0' TERM; while :; do echo tick; sleep 0.1; done"


@pytest.fixture
def ticking(engine):
    """The name of a container that goes on printing."""
    name = f"{HERE}-ticking"
    engine.docker("run", "-d", "--name", name, "busybox", "sh", "-c", TICKING)
    yield name
    engine.docker("rm", "-f", name)


def follow(engine: LiveEngine, name: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "dsock", "logs", "-f", name]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(argv, env=engine.env, text=True, **pipes)


def test_a_line_comes_at_once_and_following_ends_with_the_container(engine, ticking):
    with follow(engine, ticking) as feed:
        assert feed.stdout.readline() == "tick\n"
        engine.docker("stop", ticking)
        out, err = feed.communicate(timeout=30)
    assert (feed.returncode, err) == (0, "")
    assert re.fullmatch(r"(tick\n)*bye\n", out)


def test_ctrl_c_ends_following_with_130_and_no_word(engine, ticking):
    with follow(engine, ticking) as feed:
        feed.stdout.readline()
        feed.send_signal(signal.SIGINT)
        _, err = feed.communicate(timeout=30)
    assert (feed.returncode, err.strip()) == (130, "")


def test_a_reader_that_leaves_ends_following_quietly(engine, ticking):
    with follow(engine, ticking) as feed:
        feed.stdout.readline()
        feed.stdout.close()
        err = feed.stderr.read()
        deadline = time.monotonic() + 30
        assert feed.wait(deadline - time.monotonic()) == 0
    assert err == ""


def test_logs_work_on_every_engine(any_engine):
    name = f"{HERE}-any"
    try:
        any_engine.docker("run", "--name", name, "busybox", "sh", "-c", "echo out; echo err >&2")
        done = any_engine.dsock("logs", name)
        assert (done.stdout, done.stderr, done.returncode) == ("out\n", "err\n", 0)
        assert any_engine.dsock("logs", "-f", "--tail", "1", name).returncode == 0
        assert any_engine.dsock("logs", "nosuch").returncode == 1
    finally:
        any_engine.docker("rm", "-f", name)
