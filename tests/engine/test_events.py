"""`dsock events` and `docker events` on the same engine: the same bytes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

SECONDS = 30.0
DSOCK = [sys.executable, "-m", "dsock"]
TEMPLATES = [
    "json",
    "{{json .}}",
    "{{.}}",
    "{{.Type}} {{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}}",
    "{{.Status}} {{.ID}} {{.From}} {{.Scope}} {{.Time}} {{.TimeNano}}",
    '{{index .Actor.Attributes "x"}} {{len .Actor.Attributes}} {{json .Actor}}',
    "{{range $k, $v := .Actor.Attributes}}{{$k}}={{upper $v}};{{end}}",
    r"table {{.Type}}\t{{.Actor.Attributes.nope}}",
]


def unique(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}"


def live_through(engine: LiveEngine, name: str) -> None:
    """Lives of containers, a network and a volume that begin with `name`."""
    labels = ["--label", 'x=<b>&"\\', "--label", "nl=a\nb", "--label", "u=\u2028é\x7f"]
    for argv in (
        ["run", "--rm", "--name", f"{name}-a", *labels, "busybox", "sh", "-c", "exit 3"],
        ["run", "-d", "--name", f"{name}-b", "-v", f"{name}-v:/data", "busybox", "sleep", "100"],
        ["exec", f"{name}-b", "true"],
        ["rename", f"{name}-b", f"{name}-c"],
        ["network", "create", f"{name}-n"],
        ["network", "connect", f"{name}-n", f"{name}-c"],
        ["kill", f"{name}-c"],
        ["rm", f"{name}-c"],
        ["network", "rm", f"{name}-n"],
        ["volume", "rm", f"{name}-v"],
        ["tag", "busybox", f"{name}-i"],
        ["rmi", f"{name}-i"],
    ):
        done = engine.docker(*argv)
        assert done.returncode in (0, 3), done.stderr


@contextmanager
def following(engine: LiveEngine, argv: list[str]) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A command that runs, and the file that its stdout goes to."""
    with tempfile.NamedTemporaryFile() as file:
        process = subprocess.Popen(
            argv, env=engine.env, stdout=file, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process, Path(file.name)
        finally:
            process.kill()
            process.communicate()


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def mark(engine: LiveEngine, name: str, *outputs: Path) -> None:
    """Make events of that name until each of `outputs` has one."""

    def seen() -> bool:
        engine.docker("tag", "busybox", name)
        return all(name in path.read_text() for path in outputs)

    until(seen)
    engine.docker("rmi", name)


@pytest.mark.parametrize("engine_name", ["docker-20.10", "docker-28.5"])
def test_a_stretch_of_events_is_dockers_byte_for_byte(
    live_engines: Callable[[str], LiveEngine], engine_name: str
) -> None:
    engine = live_engines(engine_name)
    name, start = unique("stretch"), time.time()
    live_through(engine, name)
    stretch = ["events", "--since", f"{start:.9f}", "--until", f"{time.time():.9f}"]
    plain = engine.docker(*stretch).stdout
    assert f"{name}-a" in plain
    variants = [
        [],
        *(["--format", template] for template in TEMPLATES),
        ["--filter", "type=container"],
        ["-f", "event=die", "-f", "event=start", "--format", "json"],
        ["-f", f"container={name}-a"],
        ["-f", "label=nl", "-f", "label=x"],
    ]
    for flags in variants:
        theirs = engine.docker(*stretch, *flags)
        ours = engine.dsock(*stretch, *flags)
        assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode), flags
    wanted = [line for line in plain.splitlines() if " container exec_" not in line]
    ours = engine.dsock(*stretch, "-f", "event!=exec_*")
    assert ours.stdout.splitlines() == wanted


def test_a_stretch_of_events_is_whole_at_podman(live_engines: Callable[[str], LiveEngine]) -> None:
    """docker's command line gets a part of it, another one each time."""
    engine, name, start = live_engines("podman-5.8"), unique("stretch"), time.time()
    engine.docker("run", "--rm", "--name", name, "busybox", "true")
    engine.docker("run", "--rm", "--name", f"{name}-2", "busybox", "true")
    template = "{{.Action}} {{.Actor.Attributes.name}}"
    stretch = ["--since", f"{start:.9f}", "--until", f"{time.time():.9f}", "--format", template]
    for flags in (stretch, ["--since", "0", "--no-follow", "--format", template]):
        told = engine.dsock("events", *flags).stdout.splitlines()
        lives = [f"{verb} {n}" for n in (name, f"{name}-2") for verb in ("create", "start", "die")]
        assert [line for line in told if line in lives] == lives


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns"])
def test_times_are_read_and_written_in_the_local_zone(engine: LiveEngine, zone: str) -> None:
    name = unique("zone")
    mark(engine, name)
    env = {**engine.env, "TZ": zone}
    hour_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
    for since in ("60s", "1m30s", "0", hour_ago, "2020-01-01", "2020-01-01T10:00"):
        # Only its own events: an older one may be a minute old for one of the two alone.
        only = ["-f", f"image={name}"]
        argv = ["events", *only, "--since", since, "--until", f"{time.time():.9f}"]
        theirs, ours = engine.docker(*argv, env=env), engine.dsock(*argv, env=env)
        assert ours.stdout == theirs.stdout != ""


@pytest.mark.parametrize(
    "flags",
    [
        ["--format", "{{.Type"],
        ["--format", "{{.Nope}}"],
        ["--format", "{{upper .Type}}"],
        ["--filter", "type"],
        ["--filter"],
        ["extra"],
        ["--nope"],
        ["--since", "nonsense-3"],
        ["--since", "10", "--until", "5"],
    ],
)
def test_what_docker_refuses_is_refused_with_its_exit_code(
    engine: LiveEngine, flags: list[str]
) -> None:
    theirs = engine.docker("events", *flags)
    ours = engine.dsock("events", *flags)
    assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode)
    assert ours.returncode != 0 and ours.stderr


def test_what_happens_now_is_dockers_too(engine: LiveEngine) -> None:
    name = unique("now")
    commands = [[engines.docker_cli(), "events"], [*DSOCK, "events"]]
    commands += [[*argv, "--format", "json"] for argv in commands]
    with ExitStack() as stack:
        outputs = [stack.enter_context(following(engine, argv))[1] for argv in commands]
        mark(engine, f"{name}-begin", *outputs)
        live_through(engine, name)
        mark(engine, f"{name}-end", *outputs)
        texts = [path.read_text() for path in outputs]
    begin, end = f"{name}-a", f"{name}-end"
    theirs, ours, their_json, our_json = (
        text[text.index(begin) : text.index(end)] for text in texts
    )
    assert ours == theirs
    assert our_json == their_json


@pytest.mark.parametrize("engine_name", engines.NAMES)
def test_a_container_that_is_run_gives_three_events_in_order(
    live_engines: Callable[[str], LiveEngine], engine_name: str
) -> None:
    """The walkthrough's step 8."""
    engine, name = live_engines(engine_name), unique("three")
    argv = [*DSOCK, "events", "--follow", "--format", "json"]
    with following(engine, argv) as (process, output):
        mark(engine, f"{name}-begin", output)
        engine.dsock("run", "-d", "--name", name, "busybox", "sleep", "100")
        mark(engine, f"{name}-end", output)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
        text = output.read_text()
    engine.docker("kill", name)
    engine.docker("rm", name)
    told = [f"{e['Type']} {e['Action']}" for e in map(json.loads, text.splitlines())]
    three = ["container create", "network connect", "container start"]
    if engine_name.startswith("podman"):
        three = ["container create", "container init", "container start"]
    assert [what for what in told if not what.startswith("image")] == three


def test_follow_goes_on_when_the_engine_was_killed_and_started_again(
    private_engine: Callable[[], LiveEngine],
) -> None:
    engine = private_engine()
    with following(engine, [*DSOCK, "events", "--follow"]) as (process, output):
        mark(engine, "before", output)
        engine.docker("run", "-d", "--name", "web", "--restart", "always", "busybox", "sleep", "99")
        until(lambda: "container start" in output.read_text())
        engine.kill()
        engine.start()
        mark(engine, "after", output)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=SECONDS)
        told = output.read_text().splitlines()
    own = [line for line in told if line.split()[1] == "dsock"]
    lines = [line for line in told if line not in own]
    assert process.returncode == 130
    assert sum(line.split()[2] == "gap" for line in own) == 1  # of the engine's memory
    assert errors.count("broke off") == errors.count("connected again") == 1
    assert len(lines) == len(set(lines))  # nothing twice, to the nanosecond
    assert lines == sorted(lines)
    replayed = engine.dsock("events", "--since", "0", "--no-follow").stdout.splitlines()
    kept = [line for line in lines if line >= replayed[0]]
    assert kept == replayed[: len(kept)]  # nothing was missed since the engine's last start


def test_without_follow_it_ends_with_the_engine_as_docker_does(
    private_engine: Callable[[], LiveEngine],
) -> None:
    engine = private_engine()
    with (
        following(engine, [engines.docker_cli(), "events"]) as (theirs, their_output),
        following(engine, [*DSOCK, "events"]) as (ours, our_output),
    ):
        mark(engine, "seen", their_output, our_output)
        engine.kill()
        assert ours.wait(SECONDS) == theirs.wait(SECONDS) == 1
        assert ours.stderr is not None
        assert "broke off" in ours.stderr.read()
