"""The choice of an engine, as docker makes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.live import LiveEngine

DEAD = "unix:///no/such.sock"
NOBODY = "tcp://127.0.0.1:1"


def test_it_names_the_engine(any_engine: LiveEngine) -> None:
    told = json.loads(any_engine.dsock("where", "--format", "json").stdout)
    server = json.loads(any_engine.docker("version", "--format", "json").stdout)["Server"]
    assert (told["Endpoint"], told["Source"]) == (any_engine.host, "DOCKER_HOST")
    assert (told["Version"], told["APIVersion"]) == (server["Version"], server["ApiVersion"])
    podman = server["Components"][0]["Name"].startswith("Podman")
    assert told["Engine"] == ("Podman" if podman else "Docker")


@pytest.mark.parametrize(
    ("flags", "host", "context", "current"),
    [
        ([], "ENGINE", "", ""),
        ([], "ENGINE", "missing", "dead"),
        (["-H", "ENGINE"], DEAD, "", ""),
        (["--host", "ENGINE"], NOBODY, "dead", "dead"),
        (["-c", "live"], DEAD, "", "dead"),
        (["--context", "live"], "", "dead", ""),
        (["--context", "dead"], "ENGINE", "", ""),
        (["--context", "default"], "ENGINE", "dead", "dead"),
        ([], "", "live", "dead"),
        ([], "", "dead", "live"),
        ([], "", "missing", "live"),
        ([], "", "", "live"),
        ([], "", "", "missing"),
        ([], "", "", "dead"),
        ([], NOBODY, "live", "live"),
        (["-H", "?://x"], "ENGINE", "", ""),
        (["-H", "fd://"], "ENGINE", "", ""),
    ],
)
def test_the_same_engine_is_reached_as_by_docker(
    engine: LiveEngine, tmp_path: Path, flags: list[str], host: str, context: str, current: str
) -> None:
    env = {**engine.env, "DOCKER_CONFIG": str(tmp_path)}
    for name, url in (("live", engine.host), ("dead", DEAD)):
        made = engine.docker("context", "create", name, "--docker", f"host={url}", env=env)
        assert made.returncode == 0, made.stderr
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": current}))
    env = {**env, "DOCKER_HOST": host, "DOCKER_CONTEXT": context}
    env = {key: value.replace("ENGINE", engine.host) for key, value in env.items()}
    argv = [flag.replace("ENGINE", engine.host) for flag in flags]
    theirs = engine.docker(*argv, "images", "-q", "busybox", env=env)
    ours = engine.dsock(*argv, "images", "-q", "busybox", env=env)
    assert (ours.stdout, bool(ours.returncode)) == (theirs.stdout, bool(theirs.returncode))
    assert bool(ours.stderr) == bool(theirs.stderr)
