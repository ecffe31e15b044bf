"""pull beside docker's own, from a registry that plays Docker Hub in the engine's network."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine import engines, registries
from tests.engine.live import LiveEngine

ADDRESS = "127.0.0.1:5000"
IMAGES = ("busybox:latest", "busybox:1", "busybox:2", "nginx:latest")
# States that pass so quickly that the engine may leave them out.
OPTIONAL = ("Verifying Checksum", "Download complete")

# DIGEST is busybox's, 0000 a whole one. The images are gone before each line.
LINES = """
pull busybox
pull busybox:1
pull nginx
image pull nginx:latest
pull -q busybox
pull --quiet busybox:2
pull -a busybox
pull --all-tags --quiet busybox
pull busybox@DIGEST
pull busybox:1@DIGEST
pull -q busybox@DIGEST
pull docker.io/library/busybox
pull index.docker.io/busybox
pull REGISTRY/library/busybox:1
pull REGISTRY/library/busybox
pull REGISTRY/library/busybox:nosuch
pull REGISTRY/library/nosuch
pull -q REGISTRY/nosuch
pull REGISTRY/library/busybox@sha256:0000
pull 127.0.0.1:1/x
pull nosuch
pull busybox:nosuch
pull --disable-content-trust busybox
pull --disable-content-trust=true busybox
pull --platform linux/amd64 busybox
pull --platform Linux/AMD64 -q busybox
pull --platform linux/arm64 busybox
pull --platform a/b/c/d busybox
pull
pull busybox nginx
pull -a busybox:1
pull Busybox
pull busybox:
pull ''
pull 5e4568a0c1cf2152a94d64e10b62a4214dfd17be233e94032833feea643010c9
pull --nosuch busybox
"""


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[LiveEngine]:
    """An engine without images, whose Docker Hub has `IMAGES`."""
    docker = engines.get("docker-20.10")
    mirror = ("--registry-mirror", f"http://{ADDRESS}")
    engine = LiveEngine(folder / "hub", replace(docker, command=docker.command + mirror))
    registry = registries.start(engine, folder / "registry", ADDRESS)
    try:
        for image in IMAGES:
            there = f"{ADDRESS}/library/{image}"
            engine.docker("tag", image.partition(":")[0], there)
            pushed = engine.docker("push", "-q", there)
            assert pushed.returncode == 0, pushed.stderr
        yield engine
    finally:
        registry.kill()
        registry.wait()
        engine.stop()


def forget(engine: LiveEngine) -> None:
    """Remove all images."""
    found = engine.docker("images", "-qa").stdout.split()
    if found:
        engine.docker("rmi", "-f", *found)


@pytest.fixture(scope="module")
def digest(hub) -> str:
    hub.docker("pull", "-q", "busybox")
    names = hub.docker("inspect", "-f", "{{index .RepoDigests 0}}", "busybox").stdout
    return names.strip().partition("@")[2]


@pytest.mark.parametrize("line", LINES.strip("\n").splitlines())
def test_a_pipe_gets_what_docker_prints_and_the_engine_the_same_images(hub, digest, line):
    for word, value in (("DIGEST", digest), ("REGISTRY", ADDRESS), ("0000", "0" * 64)):
        line = line.replace(word, value)
    args = shlex.split(line)
    told = []
    for run in (hub.docker, hub.dsock):
        forget(hub)
        done = run(*args)
        shape = "{{.Repository}}:{{.Tag}} {{.Digest}}"
        names = hub.docker("images", "--digests", "--format", shape)
        told.append((steps(done.stdout), done.returncode, bool(done.stderr), names.stdout))
    assert told[0] == told[1]


def steps(text: str) -> tuple[list[str], list[str]]:
    """The lines about layers, which are pulled side by side and so in any order, and the rest."""
    lines = [line for line in text.splitlines() if not line.endswith(OPTIONAL)]
    layers = [line for line in lines if re.match(r"[0-9a-f]{12}: ", line)]
    # The tags of -a come in any order too.
    return sorted(layers), sorted(set(lines) - set(layers))


STREAM = [
    {"status": "Pulling from library/nginx", "id": "latest"},
    {"status": "Pulling fs layer", "progressDetail": {}, "id": "e4f1ac05e7e7"},
    {"status": "Waiting", "progressDetail": {}, "id": "e4f1ac05e7e7"},
    {"status": "Downloading", "progressDetail": {"current": 5, "total": 10},
     "progress": "[====>   ] 5B/10B", "id": "e4f1ac05e7e7"},
    {"status": "Extracting", "progressDetail": {"current": 3, "units": "s"}, "id": "e4f1ac05e7e7"},
    {"status": "Extracting", "progressDetail": {"total": 7}, "id": "e4f1ac05e7e7"},
    {"status": "Verifying Checksum", "progressDetail": {}, "id": "e4f1ac05e7e7"},
    {"status": "Pull complete", "progressDetail": {"hidecounts": True}, "id": "e4f1ac05e7e7"},
    {"status": "é <&> \u2028", "id": "x"},
    {"aux": {"ID": "sha256:abc"}},
    {"stream": "said"},
    {},
    {"status": "Digest: sha256:abc"},
]  # fmt: skip
FAILURE = {"errorDetail": {"message": "no space left"}, "error": "no space left"}


@pytest.mark.parametrize("stream", [STREAM, [*STREAM, FAILURE], [FAILURE], []])
def test_the_same_stream_gives_the_same_bytes(scripted, stream):
    target = "/images/create?fromImage=docker.io%2Flibrary%2Fnginx&tag=latest"
    scripted.expect("POST", target, chunks=stream, repeat=True)
    docker = subprocess.run(
        [engines.docker_cli(), "pull", "nginx"],
        env=scripted.env, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    dsock = scripted.dsock("pull", "nginx")
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    assert bool(dsock.stderr) == bool(docker.stderr)


def test_an_image_that_is_there_is_up_to_date(hub):
    hub.dsock("pull", "-q", "busybox")
    docker, dsock = hub.docker("pull", "busybox"), hub.dsock("pull", "busybox")
    assert dsock.stdout == docker.stdout
    assert "Status: Image is up to date for busybox:latest\n" in dsock.stdout


def test_the_platform_comes_from_the_environment_too(hub):
    env = {**hub.env, "DOCKER_DEFAULT_PLATFORM": "linux/arm64"}
    forget(hub)
    docker, dsock = (run("pull", "busybox", env=env) for run in (hub.docker, hub.dsock))
    assert dsock.returncode == docker.returncode
    assert hub.dsock("--dry-run", "pull", "nginx", env=env).stdout.count("platform=linux%2Farm64")


def test_run_pulls_what_is_missing_and_keeps_its_own_output_clean(hub):
    forget(hub)
    done = hub.dsock("run", "--rm", "busybox", "echo", "hi")
    assert (done.returncode, done.stdout) == (0, "hi\n")
    lines = done.stderr.splitlines()
    assert lines[0] == "Unable to find image 'busybox:latest' locally"
    assert lines[1] == "latest: Pulling from library/busybox"
    assert lines[-1] == "Status: Downloaded newer image for busybox:latest"
