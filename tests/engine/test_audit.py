"""`dsock audit` on real engines."""

from __future__ import annotations

import json
import select
import shlex
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.live import LiveEngine


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    wanted = "any_engine" if "any_engine" in request.fixturenames else "engine"
    any_engine: LiveEngine = request.getfixturevalue(wanted)
    made = f"audit-{uuid.uuid4().hex[:8]}"
    yield made
    listed = any_engine.dsock("ps", "-aq", "--filter", f"name={made}").stdout.split()
    any_engine.dsock("rm", "-fv", *listed)
    any_engine.dsock("volume", "rm", "-f", made)


def found(engine: LiveEngine, *names: str) -> list[dict[str, Any]]:
    done = engine.dsock("audit", "--format", "json", *names)
    assert done.returncode == 0, done.stderr
    report: list[dict[str, Any]] = json.loads(done.stdout)
    return report


def test_what_a_container_can_is_found_running_or_not(any_engine: LiveEngine, name: str) -> None:
    socket = any_engine.host.removeprefix("unix://")
    make = ["create", "--name"]
    any_engine.dsock(*make, f"{name}-clean", "busybox")
    any_engine.dsock(*make, f"{name}-socket", "-v", f"{socket}:/s:ro", "busybox")
    any_engine.dsock(*make, f"{name}-from", "--volumes-from", f"{name}-socket", "busybox")
    any_engine.dsock(*make, f"{name}-rights", "--cap-add", "SYS_ADMIN", "--pid", "host",
                     "--security-opt", "seccomp=unconfined", "busybox")  # fmt: skip
    any_engine.dsock(*make, f"{name}-privileged", "--privileged", "busybox")
    seen = {
        (one["name"].removeprefix(f"{name}-"), one["rule"])
        for one in found(any_engine)
        if one["name"].startswith(name)
    }
    assert seen == {
        ("socket", "socket"), ("from", "socket"), ("rights", "capability"),
        ("rights", "namespace"), ("rights", "unconfined"), ("privileged", "privileged"),
    }  # fmt: skip


def test_a_volume_that_is_a_folder_of_the_host_is_seen_through(
    engine: LiveEngine, name: str
) -> None:
    engine.dsock("volume", "create", "--opt", "type=none", "--opt", "o=bind",
                 "--opt", "device=/var/run", name)  # fmt: skip
    engine.dsock("create", "--name", name, "-v", f"{name}:/data", "busybox")
    assert [one["rule"] for one in found(engine, name)] == ["socket"]


def test_the_exit_code_tells_a_script(engine: LiveEngine, name: str) -> None:
    engine.dsock("create", "--name", name, "--network", "host", "busybox")
    assert engine.dsock("audit", name, "--fail-on", "high").returncode == 0
    assert engine.dsock("audit", name, "--fail-on", "medium").returncode == 1


def test_a_file_of_inspect_is_looked_at_without_an_engine(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    engine.dsock("create", "--name", name, "--privileged", "busybox")
    file = tmp_path / "inspect.json"
    file.write_text(engine.docker("inspect", name).stdout)
    nowhere = {**engine.env, "DOCKER_HOST": "unix:///nonexistent"}
    report = tmp_path / "report.sarif"
    argv = ["audit", "--file", str(file), "--sarif", str(report)]
    done = engine.dsock(*argv, env=nowhere)
    assert done.returncode == 0, done.stderr
    assert "HostConfig.Privileged=true" in done.stdout
    assert json.loads(report.read_text())["runs"][0]["results"][0]["ruleId"] == "privileged"
    assert engine.dsock("audit", "--file", "-", input="{}", env=nowhere).returncode == 1


def test_what_is_created_later_is_told_at_once(engine: LiveEngine, name: str) -> None:
    argv = [sys.executable, "-m", "dsock", "audit", "--follow", "--format", "{{.Name}} {{.Rule}}"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=engine.env) as process:
        assert process.stdout is not None
        told = ""
        for at in range(100):  # until the stream is open, what happens is not seen
            engine.dsock("create", "--name", f"{name}-{at}", "--privileged", "busybox")
            if select.select([process.stdout], [], [], 0.5)[0]:
                told = process.stdout.readline()
                break
        process.terminate()
    assert told.startswith(name) and told.endswith(" privileged\n")


def test_who_mounts_a_socket_is_told_on_a_terminal_only(engine: LiveEngine, name: str) -> None:
    socket = engine.host.removeprefix("unix://")
    line = ["create", "--name", name, "-v", f"{socket}:/var/run/docker.sock", "busybox"]
    assert engine.dsock(*line).stderr == ""
    engine.dsock("rm", name)
    typed = shlex.join([sys.executable, "-m", "dsock", *line])
    seen = engine.run(["script", "-qec", typed, "/dev/null"]).stdout
    assert "the container is root on the host; `dsock proxy " in seen
