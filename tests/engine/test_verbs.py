"""stop, kill, restart, rm, wait and rename beside docker's own: the same story by both."""

from __future__ import annotations

import shlex
import time

import pytest

from tests.engine.live import Done, LiveEngine

RUNNING, IDLE, ENDED = "dsock-test-verb-run", "dsock-test-verb-idle", "dsock-test-verb-end"
OTHER = "dsock-test-verb-other"
NAMES = {"run": RUNNING, "idle": IDLE, "end": ENDED, "other": OTHER}

STORIES = {
    "stop": """
        stop -t 0 {run} nosuch {idle}
        stop -t 0 {run} {run}
        stop {end}
        stop /{end}
        stop
        stop -t x {run}
        stop -t=-1 nosuch
        stop -t 0x1 nosuch
        stop --time 1 {idle}
        stop --time=1 -t 1 {idle}
        stop -t1 --time 1 {idle}
        stop --timeout 1 {idle}
        container stop nosuch nosuch
        stop --nosuch {run}
        stop ''
    """,
    "kill": """
        kill -s HUP {run} {idle}
        kill --signal=NOSUCH {run}
        kill -s 0 {run}
        kill -s '' {run}
        kill {run}
        kill {idle} nosuch {end}
        container kill
    """,
    "restart": """
        restart -t 0 {idle} nosuch {run}
        restart --time=0 {run}
        restart --timeout=0 {idle}
        restart
        restart -t 1.5 {run}
    """,
    "rm": """
        rm {run}
        rm /{run} {idle}
        rm nosuch {end}
        rm -f nosuch
        rm -f nosuch {run} nosuch
        rm -f ''
        rm -f /
        rm -fv {run} {idle}
        rm -f a/b
        rm
        rm -x {run}
    """,
    "rm of links and volumes": """
        rm -l {end}
        rm -l {end}/nosuch
        container rm --force --volumes {run} {end}
        container remove {idle}
        rm --force=false nosuch
    """,
    "wait": """
        wait {end}
        wait {end} nosuch {end}
        kill {run}
        wait {run} {end}
        container wait {idle}
        run --name {other} busybox nosuch
        wait {other}
        wait
    """,
    "rename": """
        rename {idle} {other}
        rename nosuch {idle}
        rename {other} {other}
        rename {other} {run}
        rename {other} 'a b'
        rename {other} ''
        rename '' {idle}
        rename ' ' {idle}
        rename /{other} /{idle}
        rename {idle}
        rename {idle} a b
        container rename {idle} {other}
    """,
}


def told(engine: LiveEngine, cli: str, story: str) -> list[tuple[object, ...]]:
    """What `cli` answers to each line of a story, and the state in which that leaves things."""
    run = getattr(engine, cli)
    remove(engine)
    engine.docker("create", "--name", IDLE, "busybox", "sleep", "1000")
    engine.docker("run", "--name", ENDED, "busybox", "sh", "-c", "exit 3")
    engine.docker("run", "-d", "--name", RUNNING, "-v", "/anonymous", "busybox", "sleep", "1000")
    answers = []
    for line in story.strip().splitlines():
        done: Done = run(*shlex.split(line.strip().format(**NAMES)))
        said = bool(done.stderr)
        answers.append((line.strip(), done.stdout, done.returncode, said, states(engine)))
    return answers


def states(engine: LiveEngine) -> list[str]:
    shape = "{{.Names}} {{.State}}"
    done = engine.docker("ps", "-a", "-f", "name=dsock-test-verb", "--format", shape)
    return sorted(done.stdout.splitlines())


def remove(engine: LiveEngine) -> None:
    engine.docker("rm", "-fv", *NAMES.values())


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_a_story_goes_the_same_way_by_docker_and_by_dsock(engine, story):
    try:
        assert told(engine, "dsock", story) == told(engine, "docker", story)
    finally:
        remove(engine)


def test_rm_removes_the_anonymous_volumes_only_when_asked(engine):
    def volumes() -> set[str]:
        return set(engine.docker("volume", "ls", "-q").stdout.split())

    before = volumes()
    for flags, left in (((), 1), (("-v",), 0)):
        engine.docker("create", "--name", IDLE, "-v", "/data", "busybox")
        engine.dsock("rm", *flags, IDLE)
        made = volumes() - before
        assert len(made) == left
        if made:
            engine.docker("volume", "rm", *made)


def test_stop_sends_the_signal_where_the_engine_can(live_engines):
    engine = live_engines("docker-28.5")
    script = "trap 'exit 7' USR1; trap 'exit 9' TERM; touch /ready; while :; do sleep 0.05; done"
    check = ("--health-cmd", "test -e /ready", "--health-interval", "100ms")
    name = "dsock-test-verb-signal"
    try:
        for verb, code in ((("stop", "-s", "USR1"), 7), (("stop",), 9)):
            engine.docker("run", "-d", "--name", name, *check, "busybox", "sh", "-c", script)
            until_healthy(engine, name)
            assert engine.dsock(*verb, name).stdout == f"{name}\n"
            assert engine.dsock("wait", name).stdout == f"{code}\n"
            engine.docker("rm", "-f", name)
    finally:
        engine.docker("rm", "-f", name)


def until_healthy(engine: LiveEngine, name: str) -> None:
    deadline = time.monotonic() + 30
    state = ("inspect", "-f", "{{.State.Health.Status}}", name)
    while engine.docker(*state).stdout.strip() != "healthy":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_stop_says_that_an_old_engine_cannot_choose_the_signal(engine):
    try:
        engine.docker("create", "--name", IDLE, "busybox")
        done = engine.dsock("stop", "--signal", "INT", IDLE)
        assert (done.returncode, done.stdout) == (0, f"{IDLE}\n")
        assert "API version 1.42" in done.stderr
    finally:
        remove(engine)
