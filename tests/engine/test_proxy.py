"""`dsock proxy` before a real engine, with docker's own command line behind it."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine import engines
from tests.engine.live import Done, LiveEngine

DOCKER = engines.docker_cli()


@pytest.fixture
def name(engine: LiveEngine) -> Iterator[str]:
    made = f"proxy-{uuid.uuid4().hex[:8]}"
    yield made
    engine.docker("rm", "-fv", made, f"{made}-2")


@contextmanager
def proxied(engine: LiveEngine, folder: Path, *flags: str) -> Iterator[Path]:
    """The socket of a proxy before `engine`."""
    path = folder / "proxy.sock"
    argv = [sys.executable, "-m", "dsock", "proxy", "--listen", str(path), *flags]
    log = (folder / "log").open("w")
    with log, subprocess.Popen(argv, env=engine.env, stderr=log) as process:
        answered = 1
        while answered and process.poll() is None:
            ping = ["curl", "-s", "--unix-socket", str(path), "http://localhost/_ping"]
            answered = subprocess.run(ping, capture_output=True, check=False).returncode
        yield path
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, 128 + signal.SIGTERM)
    assert not path.exists()


def docker(path: Path, *args: str) -> Done:
    return subprocess.run(
        [DOCKER, "-H", f"unix://{path}", *args], capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip


def test_docker_may_list_and_nothing_else(engine: LiveEngine, name: str, tmp_path: Path) -> None:
    engine.docker("run", "-d", "--name", name, "-e", "SECRET=x", "busybox", "sleep", "600")
    with proxied(engine, tmp_path, "--profile", "list") as path:
        assert path.stat().st_mode & 0o777 == 0o600
        listed = docker(path, "ps", "-a", "--format", "{{.Names}}")
        assert listed.returncode == 0 and name in listed.stdout.split()
        refused = [
            ["run", "busybox"],
            ["exec", name, "true"],
            ["rm", "-f", name],
            ["cp", f"{name}:/etc/passwd", str(tmp_path)],
            ["logs", name],
            ["inspect", name],
            ["export", name],
            ["info"],
            ["volume", "create"],
        ]
        for line in refused:
            done = docker(path, *line)
            assert done.returncode != 0 and "dsock proxy: denied" in done.stderr, line
    assert engine.docker("inspect", "-f", "{{.State.Running}}", name).stdout == "true\n"


def test_an_owner_sees_and_touches_only_what_it_made(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "owner: me\n"
        "rules:\n"
        "  - HEAD /_ping\n"
        "  - GET /_ping\n"
        "  - call: GET /containers/json\n"
        "    query: any\n"
        "  - call: POST /containers/create\n"
        "    query: [name]\n"
        "    body: {images: [busybox]}\n"
        "  - GET /containers/{id}/json\n"
        "  - call: DELETE /containers/{id}\n"
        "    query: any\n"
    )
    engine.docker("create", "--name", name, "busybox")
    with proxied(engine, tmp_path, "--policy", str(policy)) as path:
        made = docker(path, "create", "--name", f"{name}-2", "busybox")
        assert made.returncode == 0, made.stderr
        listed = docker(path, "ps", "-a", "--format", "{{.Names}}").stdout.split()
        assert listed == [f"{name}-2"]
        assert docker(path, "rm", name).returncode != 0
        assert docker(path, "rm", f"{name}-2").returncode == 0
    assert engine.docker("inspect", name).returncode == 0


def test_a_container_holds_the_socket_for_another_as_the_readme_says(
    engine: LiveEngine, name: str
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    [line] = re.findall(r"^ +docker (run .*) dsock (proxy .*)$", readme, re.MULTILINE)
    flags, proxy = (shlex.split(words) for words in line)
    flags[flags.index("app-proxy")] = name
    flags[flags.index("app:/run/app")] = f"{name}:/run/app"
    flags[flags.index("/var/run/docker.sock:/var/run/docker.sock")] = (
        f"{engine.host.removeprefix('unix://')}:/var/run/docker.sock"
    )
    # Instead of an image with Python, this machine's own.
    here = str(Path(__file__).parents[2])
    shared = dict.fromkeys(["/usr", "/lib", "/lib64", sys.base_prefix, sys.prefix, here])
    mounts = [word for path in shared for word in ("-v", f"{path}:{path}:ro")]
    python = [sys.executable, "-m", "dsock"]
    where = ["-e", f"PYTHONPATH={here}", "-e", "PYTHONDONTWRITEBYTECODE=1"]
    made = engine.docker(*flags, *mounts, *where, "busybox", *python, *proxy)
    assert made.returncode == 0, made.stderr
    call = f"until test -S /run/app/docker.sock; do sleep 0.1; done; {DOCKER} "
    client = ["run", "--rm", "--name", f"{name}-2", "-v", f"{name}:/run/app:ro", "-v",
              f"{DOCKER}:{DOCKER}:ro", "-v", "/lib:/lib:ro", "-v", "/lib64:/lib64:ro",
              "-e", "DOCKER_HOST=unix:///run/app/docker.sock", "busybox", "sh", "-c"]  # fmt: skip
    listed = engine.docker(*client, f"{call} ps --format '{{{{.Names}}}}'")
    assert name in listed.stdout.split(), listed.stderr + engine.docker("logs", name).stderr
    denied = engine.docker(*client, f"{call} rm -f {name}")
    assert "dsock proxy: denied" in denied.stderr
    engine.docker("rm", "-f", name)
    assert engine.docker("volume", "rm", name).returncode == 0


def test_what_a_policy_says_is_explained(engine: LiveEngine) -> None:
    explain = ["proxy", "--profile", "list", "--explain"]
    yes = engine.dsock(*explain, "GET", "/v1.41/containers/json?all=1")
    assert yes.returncode == 0 and "allowed by the rule GET /containers/json" in yes.stdout
    no = engine.dsock(*explain, "GET", "/containers/%2e%2e/secrets")
    assert no.returncode == 1 and no.stdout.startswith("denied: ")
    anything = engine.dsock("proxy", "--profile", "all", "--explain", "POST", "/containers/create")
    assert anything.stdout.endswith("whatever its body asks for\n")
    assert "Risk:" in engine.dsock("proxy", "--profiles").stdout
    open_to_all = ["proxy", "--profile", "ping", "--listen", "/run/x.sock", "--mode", "0666"]
    warned = engine.dsock("--dry-run", *open_to_all)
    assert warned.returncode == 0 and "WARNING" in warned.stderr and "every user" in warned.stderr
    assert engine.dsock("proxy", "--listen", "/run/x.sock").returncode == 125


def test_a_policy_from_a_trace_lets_the_same_command_succeed_and_no_other(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    line = ["run", "--rm", "-v", "/srv:/data:ro", "busybox", "echo", "hi"]
    traced = engine.dsock("trace", "--policy", str(policy), "--", DOCKER, *line)
    assert (traced.returncode, traced.stdout) == (0, "hi\n"), traced.stderr
    with proxied(engine, tmp_path, "--policy", str(policy)) as path:
        again = docker(path, *line)
        assert (again.returncode, again.stdout) == (0, "hi\n"), again.stderr
        for other in (["run", "--rm", "-v", "/:/data", "busybox", "true"], ["ps"],
                      ["run", "--rm", "--privileged", "busybox", "true"]):  # fmt: skip
            assert "dsock proxy: denied" in docker(path, *other).stderr, other
