"""push beside docker's own, to a real registry that asks for a password."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.engine import engines, registries
from tests.engine.live import LiveEngine

REGISTRY = "127.0.0.1:5056"
AUTH = {"auths": {REGISTRY: {"auth": "YWxpY2U6czNjcmV0"}}}  # alice:s3cret
TAGS = ("1", "2", "latest")

LINES = """
push REGISTRY/push/bb:1
push REGISTRY/push/bb
image push REGISTRY/push/bb:2
push -a REGISTRY/push/bb
push --all-tags --quiet REGISTRY/push/bb
push -q REGISTRY/push/bb:1
push -q REGISTRY/push/bb
push -q REGISTRY/push/bb:nosuch
push REGISTRY/push/bb:nosuch
push REGISTRY/push/nosuch
push -a REGISTRY/push/nosuch
push -a REGISTRY/push/bb:1
push --disable-content-trust REGISTRY/push/bb:1
push --platform linux/amd64 REGISTRY/push/bb:1
push --platform a/b/c/d REGISTRY/push/bb:1
push 127.0.0.1:1/push/bb:1
push REGISTRY/push/bb@sha256:0000
push Busybox
push ''
push
push a b
push --nosuch a
"""


@pytest.fixture(scope="module")
def registry(
    live_engines: Callable[[str], LiveEngine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveEngine]:
    """An engine with images to push, and the registry in its network."""
    engine = live_engines("docker-20.10")
    process = registries.start(engine, tmp_path_factory.mktemp("push"), REGISTRY, locked=True)
    names = [f"{REGISTRY}/push/bb:{tag}" for tag in TAGS] + ["127.0.0.1:1/push/bb:1"]
    for name in names:
        engine.docker("tag", "busybox", name)
    yield engine
    engine.docker("rmi", *names)
    process.kill()
    process.wait()


@pytest.fixture
def env(registry, tmp_path) -> dict[str, str]:
    """For the user of the registry; all layers are there already."""
    (tmp_path / "config.json").write_text(json.dumps(AUTH))
    found = {**registry.env, "DOCKER_CONFIG": str(tmp_path)}
    first = registry.dsock("push", "-q", f"{REGISTRY}/push/bb:1", env=found)
    assert first.returncode == 0, first.stderr
    return found


@pytest.mark.parametrize("line", LINES.strip("\n").splitlines())
def test_a_pipe_gets_what_docker_prints(registry, env, line):
    args = shlex.split(line.replace("REGISTRY", REGISTRY).replace("0000", "0" * 64))
    docker, dsock = (run(*args, env=env) for run in (registry.docker, registry.dsock))
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    assert bool(dsock.stderr) == bool(docker.stderr), (docker.stderr, dsock.stderr)


def test_what_was_pushed_is_in_the_registry(registry, env):
    name = f"{REGISTRY}/push/new"
    registry.docker("tag", "nginx", name)
    try:
        done = registry.dsock("push", name, env=env)
    finally:
        registry.docker("rmi", name)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["Using default tag: latest", f"The push refers to repository [{name}]"]
    assert lines[-1].startswith("latest: digest: sha256:")
    assert any(line.endswith((": Pushed", "Layer already exists")) for line in lines)
    url = f"http://alice:s3cret@{REGISTRY}/v2/push/new/tags/list"
    assert json.loads(registry.curl(url)) == {"name": "push/new", "tags": ["latest"]}


def test_who_is_not_logged_in_is_told_how_to(registry, tmp_path):
    env = {**registry.env, "DOCKER_CONFIG": str(tmp_path)}
    done = registry.dsock("push", f"{REGISTRY}/push/bb:1", env=env)
    assert done.returncode == 1
    assert "no basic auth credentials" in done.stderr
    assert f"`dsock login {REGISTRY}`" in done.stderr


def test_a_script_pushes_with_the_credentials_of_its_variable(registry, env):
    name = f"{REGISTRY}/push/bb:1"
    done = registry.dsock("--dry-run", "push", name, env=env)
    assert done.returncode == 0
    assert "s3cret" not in done.stdout
    assert "YWxpY2U6czNjcmV0" not in done.stdout
    auth = "eyJ1c2VybmFtZSI6ImFsaWNlIiwicGFzc3dvcmQiOiJzM2NyZXQifQ=="
    script = registry.run(["sh"], input=done.stdout, env={**env, "REGISTRY_AUTH": auth})
    assert "digest: sha256:" in script.stdout
    none = {**env, "DOCKER_CONFIG": "/nowhere"}
    assert "'X-Registry-Auth: e30='" in registry.dsock("--dry-run", "push", name, env=none).stdout


def test_only_newer_engines_push_one_platform(live_engines, tmp_path):
    engine = live_engines("docker-28.5")
    process = registries.start(engine, tmp_path / "registry", REGISTRY)
    name = f"{REGISTRY}/push/platform:1"
    engine.docker("tag", "busybox", name)
    try:
        assert engine.dsock("push", "-q", name).returncode == 0
        for platform, code in (("linux/amd64", 0), ("linux/arm64", 1)):
            args = ("push", "--platform", platform, name)
            docker, dsock = engine.docker(*args), engine.dsock(*args)
            assert docker.returncode == dsock.returncode == code, dsock.stderr
            # docker's own remark is among the data; dsock's is on stderr.
            assert docker.stdout.endswith(f"\n{dsock.stdout}")
            assert "only this platform's image" in dsock.stderr
    finally:
        engine.docker("rmi", name)
        process.kill()
        process.wait()


PUSH = "/images/r.example/x/push?tag=latest"
STREAM = [
    {"status": "The push refers to repository [r.example/x]"},
    {"status": "Preparing", "progressDetail": {}, "id": "a66130bcb405"},
    {"status": "Pushing", "progressDetail": {"current": 5, "total": 10},
     "progress": "[==>   ] 5B/10B", "id": "a66130bcb405"},
]  # fmt: skip
AUX = {
    "manifestPushedInsteadOfIndex": True,
    "originalIndex": {"digest": "sha256:aa"},
    "selectedManifest": {"digest": "sha256:bb"},
}


@pytest.mark.parametrize(
    "end",
    [
        [{"status": "Pushed", "progressDetail": {}, "id": "a66130bcb405"}],
        [{"progressDetail": {}, "aux": {"Tag": "latest", "Digest": "sha256:a", "Size": 5}}],
        [{"errorDetail": {"message": "denied: not yours"}, "error": "denied: not yours"}],
    ],
)
def test_the_same_stream_gives_the_same_bytes(scripted, end):
    scripted.expect("POST", PUSH, chunks=[*STREAM, *end], repeat=True)
    docker = subprocess.run(
        [engines.docker_cli(), "push", "r.example/x"],
        env=scripted.env, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    dsock = scripted.dsock("push", "r.example/x")
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    assert bool(dsock.stderr) == bool(docker.stderr)


@pytest.mark.parametrize(
    ("aux", "words"),
    [(AUX, "sha256:aa -> sha256:bb"), ({"contentMissing": True}, "not all are here")],
)
def test_what_the_engine_remarks_is_on_stderr_at_the_end(scripted, aux, words):
    scripted.expect("POST", PUSH, chunks=[*STREAM, {"aux": aux}])
    done = scripted.dsock("push", "r.example/x")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "a66130bcb405: Preparing")
    assert words in done.stderr


def test_ctrl_c_leaves_at_once(scripted, hold):
    scripted.expect("POST", PUSH, chunks=[*STREAM, hold])
    process = scripted.start("push", "r.example/x")
    assert process.stdout.readline() == "Using default tag: latest\n"
    assert process.stdout.readline() == "The push refers to repository [r.example/x]\n"
    assert process.stdout.readline() == "a66130bcb405: Preparing\n"
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr.strip()) == (130, "")
