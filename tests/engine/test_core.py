"""The walkthrough's steps on each engine: create, start, run, ps, events, and the curl of each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from tests.engine import engines

# Podman says nothing of the network, but that it has made the container ready.
BETWEEN = {"docker": ("network", "connect"), "podman": ("container", "init")}
FULL_ID = re.compile(r"[0-9a-f]{64}\n")


@pytest.fixture
def name(any_engine):
    """A name that no other test uses; its container is removed afterwards."""
    name = f"core-{uuid.uuid4().hex[:8]}"
    yield name
    any_engine.docker("rm", "-f", name)


def state(engine, name):
    done = engine.docker("inspect", "--format", "{{.State.Status}}", name)
    return done.stdout.strip() if done.returncode == 0 else "missing"


def test_create_prints_the_id_and_ps_shows_it_created(any_engine, name):
    created = any_engine.dsock("create", "--name", name, "nginx")
    assert FULL_ID.fullmatch(created.stdout), created.stderr
    shape = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"
    look = ("ps", "-a", "--filter", f"name={name}", "--format", shape)
    shown = any_engine.dsock(*look)
    assert shown.stdout == any_engine.docker(*look).stdout
    assert re.search(rf"^{created.stdout[:12]} .* Created .* {name}$", shown.stdout, re.MULTILINE)
    assert name not in any_engine.dsock("ps").stdout
    limit = any_engine.docker("inspect", "--format", "{{.HostConfig.PidsLimit}}", name).stdout
    assert limit == ("0\n" if any_engine.program.kind == "podman" else "<nil>\n")


def test_start_prints_the_name_it_was_given_and_container_ls_shows_it_up(any_engine, name):
    any_engine.dsock("create", "--name", name, "nginx")
    started = any_engine.dsock("start", name)
    assert (started.returncode, started.stdout, started.stderr) == (0, f"{name}\n", "")
    rows = any_engine.dsock("container", "ls", "--filter", f"name={name}").stdout.splitlines()
    assert rows[0].split() == [
        "CONTAINER",
        "ID",
        "IMAGE",
        "COMMAND",
        "CREATED",
        "STATUS",
        "PORTS",
        "NAMES",
    ]
    assert re.search(rf" Up .* 80/tcp +{name}$", rows[1])


def test_run_publishes_a_port_and_mounts_the_socket(any_engine, name):
    socket = "/var/run/docker.sock"
    done = any_engine.dsock(
        "run", "-d", "-p", "8080:80", "-v", f"{socket}:{socket}", "--name", name, "nginx"
    )
    assert FULL_ID.fullmatch(done.stdout), done.stderr
    assert "Welcome to nginx" in any_engine.curl("http://127.0.0.1:8080")
    assert any_engine.docker("exec", name, "test", "-S", socket).returncode == 0


def test_run_in_the_foreground_gives_output_and_exit_code(any_engine):
    script = "echo out; echo err >&2; exit 7"
    done = any_engine.dsock("run", "--rm", "busybox", "sh", "-c", script)
    assert (done.returncode, done.stdout, done.stderr) == (7, "out\n", "err\n")


def test_events_follow_shows_what_run_does_in_order(any_engine, name):
    argv = [sys.executable, "-m", "dsock", "events", "--follow", "--format", "json"]
    argv += ["--since", f"{time.time():.9f}"]
    following = subprocess.Popen(argv, env=any_engine.env, stdout=subprocess.PIPE, text=True)
    try:
        id_ = any_engine.docker("run", "-d", "--name", name, "nginx").stdout.strip()
        seen = []
        for line in following.stdout:
            event = json.loads(line)
            actor = event["Actor"]
            if id_ in (actor["ID"], actor["Attributes"].get("container")):
                seen.append((event["Type"], event["Action"]))
                assert event["scope"] == "local"
                assert event["timeNano"] // 10**9 == event["time"]
            if seen[-1:] == [("container", "start")]:
                break
    finally:
        following.kill()
        following.wait()
    assert seen == [
        ("container", "create"),
        BETWEEN[any_engine.program.kind],
        ("container", "start"),
    ]


def curls(done):
    return [line for line in done.stderr.splitlines() if line.startswith("curl ")]


def test_the_printed_curl_lines_do_what_the_commands_did(any_engine, name):
    create = curls(any_engine.dsock("--curl", "create", "--name", name, "nginx"))[-1]
    start = curls(any_engine.dsock("start", "--curl", name))[-1]
    any_engine.docker("rm", "-f", name)
    created = any_engine.run(["sh", "-c", create])
    assert state(any_engine, name) == "created", created.stderr
    started = any_engine.run(["sh", "-c", start])
    assert state(any_engine, name) == "running", started.stderr


def test_a_dry_run_changes_nothing_and_its_script_does_it(any_engine, name):
    dry = any_engine.dsock("--dry-run", "run", "-d", "--name", name, "nginx")
    assert dry.returncode == 0, dry.stderr
    assert state(any_engine, name) == "missing"
    done = any_engine.run(["sh"], input=dry.stdout)
    assert state(any_engine, name) == "running", done.stderr


def test_dsock_works_in_a_container_that_has_the_socket(engine):
    """As in the walkthrough, at the default path; Python and its libraries are the host's."""
    shared = {"/usr", "/lib", "/lib64", sys.base_prefix, sys.prefix, str(engines.CHECKOUT)}
    inner = {path for path in shared if any(str(up) in shared for up in Path(path).parents)}
    mounts = [f"--volume={path}:{path}:ro" for path in sorted(shared - inner)]
    mounts.append("--volume=/var/run/docker.sock:/var/run/docker.sock")
    command = [sys.executable, "-m", "dsock", "ps", "--format", "{{.Image}}"]
    done = engine.dsock("run", "--rm", *mounts, "busybox", *command, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert "busybox" in done.stdout.splitlines()
