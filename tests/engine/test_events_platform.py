"""`dsock events` over an engine's crashes, over its own, and with commands for events."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dsock.api import images
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from tests.engine import engines
from tests.engine.live import LiveEngine
from tests.engine.test_events import DSOCK, SECONDS, following, mark, unique, until


def records(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file, as JSON."""
    text = path.read_text()
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def gaps(path: Path) -> list[dict[str, Any]]:
    return [e for e in records(path) if (e["Type"], e["Action"]) == ("dsock", "gap")]


@pytest.mark.parametrize("meanwhile", [0, 3, 300])
def test_a_gap_is_told_when_the_engine_crashed(
    private_engine: Callable[[], LiveEngine], meanwhile: int
) -> None:
    """It remembers nothing then. `meanwhile` events happen before dsock gets through again."""
    engine = private_engine()
    engine.docker("create", "--name", "victim", "busybox", "true")
    socket = Path(engine.host.removeprefix("unix://"))
    link = socket.with_name("way.sock")
    link.symlink_to(socket)
    argv = [*DSOCK, "--host", f"unix://{link}", "events", "--follow", "--format", "json"]
    with following(engine, argv) as (process, output):
        mark(engine, "before", output)
        link.unlink()
        engine.kill()
        engine.start()
        engine.docker("rm", "victim")
        tags = [f"meanwhile:{n}" for n in range(meanwhile)]
        client = Engine(parse(engine.host, "the test"))
        for tag in tags:
            client.open(images.tag("busybox", *tag.split(":"))).read()
        link.symlink_to(socket)
        until(lambda: bool(gaps(output)))
        mark(engine, "after", output)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
        told = records(output)
        (gap,) = gaps(output)
    assert gap["reason"] == ("overflow" if meanwhile >= 256 else "daemon-restart")
    assert gap["from"] < gap["to"]
    gone = [e for e in told if e["Action"] in ("resync", "destroy")]
    assert [e["Actor"]["Attributes"]["name"] for e in gone] == ["victim"]
    assert gone[0]["Action"] == ("resync" if meanwhile >= 256 else "destroy")
    names = [e["Actor"]["Attributes"].get("name") for e in told]
    seen = [tag for tag in tags if tag in names]
    assert seen == tags[-len(seen) :] if meanwhile > 256 else seen == tags


def test_killed_with_a_cursor_it_goes_on_without_a_loss_and_without_a_double(
    engine: LiveEngine, tmp_path: Path
) -> None:
    name, output, cursor = unique("cursor"), tmp_path / "out", tmp_path / "cursor"
    only = ["--filter", "type=image", "--filter", "event=tag", "--format", "json"]
    argv = [*DSOCK, "events", "--cursor", str(cursor), *only]
    made: list[str] = []

    def tag() -> None:
        made.append(f"{name}:{len(made)}")
        assert engine.docker("tag", "busybox", made[-1]).returncode == 0

    def told() -> list[str]:
        names = [e["Actor"]["Attributes"].get("name", "") for e in records(output)]
        return [n for n in names if n.startswith(f"{name}:")]

    for _ in range(4):
        with output.open("ab") as file:
            process = subprocess.Popen(argv, env=engine.env, stdout=file)
            until(cursor.exists)
            for _ in range(3):
                tag()
            until(lambda: made[-1] in told())
            tag()
            process.kill()
            process.wait()
            tag()
    with output.open("ab") as file:
        process = subprocess.Popen(argv, env=engine.env, stdout=file)
        until(lambda: made[-1] in told())
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
    assert told() == made
    assert not gaps(output)
    engine.docker("rmi", *made)


def test_a_container_is_followed_onto_its_networks_and_volumes(engine: LiveEngine) -> None:
    name = unique("one")
    engine.docker("create", "--name", name, "-v", f"{name}-v:/data", "busybox", "true")
    argv = [*DSOCK, "events", "--container", name, "--format", "{{.Type}} {{.Action}}"]
    argv += ["--since", "0", "--until-event", "event=die", "--timeout", "30s"]
    engine.docker("run", "--rm", "--name", f"{name}-2", "busybox", "true")
    engine.docker("start", name)
    done = engine.run(argv)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert {"network connect", "volume mount", "container start"} <= set(lines)
    assert lines.count("container create") == 1
    assert lines[-1] == "container die"
    engine.docker("rm", "-v", name)
    missing = engine.dsock("events", "--container", f"{name}-none")
    assert missing.returncode == 1
    assert "No such container" in missing.stderr


def test_it_ends_in_time(engine: LiveEngine) -> None:
    done = engine.dsock("events", "--until-event", "event=nope", "--timeout", "200ms")
    assert done.returncode == 124
    assert "within 0.2 s" in done.stderr
    name = unique("count")
    for _ in range(3):
        engine.docker("tag", "busybox", name)
    done = engine.dsock("events", "--since", "0", "--count", "2", "-f", f"image={name}")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)
    engine.docker("rmi", name)


HOSTILE = "$(touch {0}); \"'; touch {0}\x1b[31m"


def test_a_command_runs_for_each_event_and_no_shell_reads_what_labels_say(
    engine: LiveEngine, tmp_path: Path
) -> None:
    name, trap, out = unique("hook"), tmp_path / "trap", tmp_path / "out"
    label = HOSTILE.format(trap)
    script = 'cat; echo "$DSOCK_TYPE $DSOCK_ACTION $DSOCK_NAME $DSOCK_IMAGE"; exit 7'
    argv = [*DSOCK, "events", "--since", "0", "-f", f"container={name}", "-f", "event=create"]
    engine.docker("create", "--name", name, "--label", f"x={label}", "busybox", "true")
    with out.open("wb") as file:
        done = engine.run(
            [*argv, "--count", "1", "--exec", "sh", "-c", script],
            capture_output=False, stdout=file, stderr=subprocess.PIPE,
        )  # fmt: skip
    first, second = out.read_text().splitlines()
    assert json.loads(first)["Actor"]["Attributes"]["x"] == label
    assert second == f"container create {name} busybox"
    assert done.returncode == 0
    assert done.stderr == f"--exec sh: exit code 7 for container create {name}\n"
    missing = engine.run([*argv, "--count", "1", "--exec", "/nonexistent"])
    assert "No such file" in missing.stderr and missing.returncode == 0
    slow = ["--count", "1", "--exec-timeout", "300ms", "--exec", "sh", "-c", "sleep 1000 & wait"]
    assert "killed after 0.3 s" in engine.run([*argv, *slow]).stderr
    again = ["--count", "1", "--exec-retries", "1", "--exec", "false"]
    assert "again in 1 s" in engine.run([*argv, *again]).stderr
    assert not trap.exists()
    engine.docker("rm", name)


def test_what_health_checks_execute_is_left_out(engine: LiveEngine) -> None:
    name = unique("health")
    health = ["--health-cmd", "test -e /ok", "--health-interval", "1s"]
    engine.docker(
        "run",
        "-d",
        "--name",
        name,
        *health,
        "busybox",
        "sh",
        "-c",
        "touch /ok; sleep 100",
    )
    assert engine.dsock("wait", "--condition", "healthy", "--timeout", "30s", name).returncode == 0
    engine.docker("exec", name, "echo", "mine")
    stretch = ["events", "--since", "0", "--no-follow", "-f", f"container={name}", "--format"]
    every = engine.dsock(*stretch, "{{.Action}}").stdout
    shown = engine.dsock(*stretch, "{{.Action}}", "--hide-health").stdout
    assert "test -e /ok" in every
    assert "test -e /ok" not in shown
    assert shown.count("exec_") == 3 and "exec_create: echo mine" in shown
    assert "health_status: healthy" in shown
    engine.docker("rm", "-f", name)


@contextmanager
def web_hook() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A web server on this port, and the attributes of the events that were posted to it."""
    posted: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            posted.append(event["Actor"]["Attributes"])
            self.send_response(204)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, posted
        server.shutdown()


def test_the_recipes_restart_what_is_ill_tell_who_died_and_keep_logs(
    engine: LiveEngine, tmp_path: Path
) -> None:
    text = (engines.CHECKOUT / "README.md").read_text()
    recipes = re.findall("^    (dsock events .*--exec .*)", text, re.MULTILINE)
    assert len(recipes) == 3
    program = tmp_path / "dsock"
    program.write_text(f'#!/bin/sh\nexec {" ".join(DSOCK)} "$@"\n')
    program.chmod(0o755)
    name = unique("ill")
    log = tmp_path / name
    env = {**engine.env, "PATH": f"{tmp_path}:{engine.env['PATH']}"}
    since = f"dsock events --since {time.time():.9f}"  # however long it takes to connect
    with web_hook() as (port, died), ExitStack() as stack:
        processes = []
        for recipe in recipes:
            line = recipe.replace("dsock events", since).replace("/var/log/dsock", str(tmp_path))
            argv = ["sh", "-c", f"exec {line.replace('8099', str(port))}"]
            processes.append(stack.enter_context(subprocess.Popen(argv, env=env)))
            stack.callback(processes[-1].kill)
        health = ["--health-cmd", "false", "--health-interval", "1s", "--health-retries", "1"]
        engine.docker("run", "-d", "--name", name, *health, "--stop-timeout", "0", "busybox",
                      "sh", "-c", "echo it starts; exec sleep 100")  # fmt: skip
        until(lambda: log.exists() and log.read_text().count("Z it starts") >= 2)
        until(lambda: (name, "137") in [(a["name"], a["exitCode"]) for a in died])
        for process in processes:
            process.send_signal(signal.SIGINT)
        assert [process.wait(SECONDS) for process in processes] == [130, 130, 130]
    engine.docker("rm", "-f", name)
