"""build on real engines, beside docker's classic builder: output, exit codes, images."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.engine import engines
from tests.engine.live import Done, LiveEngine
from tests.scripted import DSOCK, Answer, Scripted

IMAGE = "dsock-built"

FILES = {
    "Dockerfile": """
        FROM busybox AS first
        ARG WORD=none
        RUN echo "out $WORD"; echo $WORD >/word
        FROM busybox
        COPY --from=first /word /word
        COPY . /all
        LABEL made=here
        CMD ["cat", "/word"]
    """,
    "fails": "FROM busybox\nRUN echo before; exit 7\nRUN echo never\n",
    "plain": "FROM busybox\nARG A\nENV B=$A\n",
    "no-such-file": "FROM busybox\nCOPY nosuch /\n",
    "buildkit": "FROM busybox\nRUN --mount=type=cache,target=/x true\n",
    "empty": "",
    "sub/file": "in sub",
    "secret": "not for images",
    ".dockerignore": "secret\nsub/nothing\n",
}

# Where layers are new, the first of the two that runs makes them, and both run once more.
LINES = """
-t TAG --build-arg WORD .
-q -t TAG -t TAG:2 --label more=y --build-arg WORD .
-f fails .
-q -f fails .
-f no-such-file .
-f buildkit .
-f empty .
--target nosuch .
--no-cache --build-arg A=1 --network none --shm-size 32m -m 64m --ulimit nofile=99 -f plain .
--rm=false -f plain .
-t TAG sub
"""
ALL = ("docker-20.10", range(11))
FEW = ("docker-28.5", [0, 2])  # most is the same there


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.replace("        ", "").lstrip("\n"))
    return tmp_path


def tidy(engine: LiveEngine) -> None:
    """Remove the images that were built and the containers of steps."""
    engine.docker("image", "prune", "-f")
    engine.docker("rmi", "-f", IMAGE, f"{IMAGE}:2")


def bare(text: str) -> str:
    """`text` without IDs, which are others each time."""
    return re.sub(r"\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b", "ID", text)


@pytest.mark.parametrize(("name", "which"), [ALL, FEW], ids=lambda value: str(value)[:12])
def test_a_pipe_gets_dockers_bytes_and_the_exit_code(
    live_engines: Callable[[str], LiveEngine], place: Path, name: str, which: Sequence[int]
) -> None:
    engine = live_engines(name)
    env = {**engine.env, "DOCKER_BUILDKIT": "0", "WORD": f"word-{os.getpid()}"}
    lines = LINES.strip().splitlines()
    try:
        for line in (lines[at] for at in which):
            args = ["build", *shlex.split(line.replace("TAG", IMAGE))]
            for _ in range(2):
                docker = engine.docker(*args, env=env, cwd=place)
                dsock = engine.dsock(*args, env=env, cwd=place)
                if bare(dsock.stdout) == bare(docker.stdout):
                    break
            assert (line, bare(dsock.stdout)) == (line, bare(docker.stdout)), dsock.stderr
            assert (line, dsock.returncode) == (line, docker.returncode)
            said = [text.strip().splitlines() for text in (docker.stderr, dsock.stderr)]
            if docker.returncode:
                assert bare(said[0][-1]) in map(bare, said[1])
            else:
                assert said[1] == []
    finally:
        engine.docker("container", "prune", "-f")
        tidy(engine)


def build(engine: LiveEngine, place: Path, *args: str, **how: object) -> Done:
    done = engine.dsock("build", *args, cwd=place, **how)
    assert done.returncode == 0, done.stderr
    return done


def test_the_image_has_what_the_context_has(any_engine: LiveEngine, place: Path) -> None:
    (place / "link").symlink_to("sub/file")
    (place / "sub/file").chmod(0o741)
    look = "cat /word /all/link; stat -c ' %a %u %g' /all/sub/file; ls -a /all"
    try:
        build(any_engine, place, "-t", IMAGE, "--build-arg", "WORD=hello", ".")
        made = any_engine.dsock("run", "--rm", IMAGE, "sh", "-c", look).stdout.splitlines()
        assert made[:2] == ["hello", "in sub 741 0 0"]
        assert "Dockerfile" in made
        assert "secret" not in made
        labels = any_engine.dsock("inspect", "-f", "{{json .Config.Labels}}", IMAGE)
        assert json.loads(labels.stdout)["made"] == "here"
    finally:
        tidy(any_engine)


def test_a_failing_step_ends_the_build_on_any_engine(any_engine: LiveEngine, place: Path) -> None:
    done = any_engine.dsock("build", "--force-rm", "-f", "fails", ".", cwd=place)
    # Podman does not say with which code.
    assert done.returncode == (1 if any_engine.program.kind == "podman" else 7)
    assert "before\n" in done.stdout
    assert "never" not in done.stdout.replace("RUN echo never", "")
    assert "exit 7" in done.stderr


def test_an_interrupt_stops_the_build_and_its_step(engine: LiveEngine, place: Path) -> None:
    (place / "slow").write_text("FROM busybox\nRUN echo begun; exec sleep 987\n")
    argv = [sys.executable, "-m", "dsock", "build", "--no-cache", "-f", "slow", "."]
    building = subprocess.Popen(
        argv, cwd=place, env=engine.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert building.stdout is not None
        assert any(line == "begun\n" for line in building.stdout)
        building.send_signal(signal.SIGINT)
        _, err = building.communicate(timeout=60)
    finally:
        building.kill()
    assert (building.returncode, err.strip()) == (130, "")
    deadline = time.monotonic() + 60
    while "sleep 987" in engine.docker("ps", "--no-trunc", "--format", "{{.Command}}").stdout:
        assert time.monotonic() < deadline, "the step goes on"
        time.sleep(0.1)


def test_the_images_id_is_written_to_a_file_only_if_there_is_one(
    engine: LiveEngine, place: Path
) -> None:
    (place / "plain-2").write_text("FROM busybox\nENV A=b\n")
    file = place / "id"
    for flags in ([], ["-q"]):
        file.write_text("another's")
        made = build(engine, place, *flags, "--iidfile", str(file), "-f", "plain-2", ".")
        assert re.fullmatch("sha256:[0-9a-f]{64}", file.read_text())
    assert made.stdout == file.read_text() + "\n"
    done = engine.dsock("build", "--iidfile", str(file), "-f", "no-such-file", ".", cwd=place)
    assert (done.returncode, file.exists()) == (1, False)
    tidy(engine)


def test_a_large_context_takes_no_more_memory_than_a_small_one(
    engine: LiveEngine, place: Path
) -> None:
    with (place / "large").open("wb") as file:
        file.truncate(100 << 20)
    (place / "one").write_text("FROM busybox\nCOPY one /\n")
    tell = "print(open('/proc/self/status').read(), file=sys.stderr)"
    code = (
        f"import sys; from dsock.cli import run; code = run(sys.argv[1:]); {tell}; sys.exit(code)"
    )
    done = engine.run(
        [sys.executable, "-c", code, "build", "-q", "-f", "one", "."], cwd=place, timeout=120
    )
    assert done.returncode == 0, done.stderr
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stderr)
    assert peak is not None
    assert int(peak[1]) < 80_000
    tidy(engine)


def test_the_engine_fetches_a_context_by_its_address(engine: LiveEngine, place: Path) -> None:
    tar = ["tar", "-cf", "context.tar", "Dockerfile", "plain", "sub"]
    subprocess.run(tar, cwd=place, check=True)
    address = "127.0.0.1:8099"
    serve = [sys.executable, "-m", "http.server", "-b", "127.0.0.1", "8099"]
    inside = ["nsenter", "--target", str(engine.box.init), "--net", *serve]
    server = subprocess.Popen(
        inside, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        engine.curl(f"http://{address}/plain")
        built = build(engine, place, "-f", "plain", f"http://{address}/context.tar")
        assert "Step 3/3 : ENV B=$A" in built.stdout
        alone = build(engine, place, "-q", f"http://{address}/plain")
        assert alone.stdout.startswith("sha256:")
    finally:
        server.kill()
        server.wait()
        tidy(engine)


def test_the_script_of_a_dry_run_builds_the_image(engine: LiveEngine, place: Path) -> None:
    (place / "copies").write_text("FROM busybox\nCOPY . /all\n")
    file = place / "id"
    args = ("-t", IMAGE, "--iidfile", str(file), "-f", "copies", ".")
    script = engine.dsock("--dry-run", "build", *args, cwd=place)
    assert not file.exists()
    done = engine.run(["sh", "-c", script.stdout], cwd=place)
    assert done.returncode == 0, done.stderr
    found = engine.docker("image", "inspect", "-f", "{{.Id}}", IMAGE)
    assert found.stdout.strip() == file.read_text()
    tidy(engine)


STREAM = [
    {"stream": "Step 1/2 : FROM busybox"},
    {"stream": "\n"},
    {"status": "Pulling from library/busybox", "id": "latest"},
    {"status": "Pulling fs layer", "progressDetail": {}, "id": "e4f1ac05e7e7"},
    {"status": "Downloading", "progressDetail": {"current": 5, "total": 10},
     "progress": "[====>   ] 5B/10B", "id": "e4f1ac05e7e7"},
    {"status": "Pull complete", "progressDetail": {}, "id": "e4f1ac05e7e7"},
    {"status": "Digest: sha256:abc"},
    {"stream": " ---> 1f2a7d162882\n"},
    {"stream": "Step 2/2 : RUN echo <&> é"},
    {"stream": "\n"},
    {"stream": "\u001b[91merr\n\u001b[0m"},
    {"stream": "no end"},
    {"aux": {"ID": "sha256:abc"}},
    {"stream": "Successfully built abc\n"},
]  # fmt: skip
BROKEN = {"errorDetail": {"code": 9, "message": "a step failed"}, "error": "a step failed"}
WORSE = {"errorDetail": {"message": "no space left"}, "error": "no space left"}


@pytest.mark.parametrize("flags", [(), ("-q",)], ids=["", "quiet"])
@pytest.mark.parametrize("end", [[], [BROKEN], [WORSE]], ids=["well", "broken", "worse"])
def test_the_same_stream_gives_the_same_bytes(
    scripted: Scripted, place: Path, flags: tuple[str, ...], end: list[object]
) -> None:
    scripted.anything = Answer(chunks=[*STREAM, *end])
    told = []
    for program in ([engines.docker_cli()], DSOCK):
        done = subprocess.run(
            [*program, "build", *flags, "."],
            env={**scripted.env, "DOCKER_BUILDKIT": "0"}, cwd=place, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        message = done.stderr.split("environment-variable.\n\n")[-1]  # before it: DEPRECATED
        told.append((done.stdout, message, done.returncode))
    assert told[1] == told[0]


def test_an_output_that_nobody_reads_ends_the_build_and_not_the_terminal(
    scripted: Scripted, place: Path
) -> None:
    scripted.anything = Answer(chunks=STREAM)
    argv = [*DSOCK, "build", "."]
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            argv, env=scripted.env, cwd=place, stdout=theirs, stderr=subprocess.PIPE,
            timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
    [call] = scripted.calls
    assert call.body.endswith(bytes(1024))


def test_an_engine_without_a_builder_is_told_apart(scripted: Scripted, place: Path) -> None:
    scripted.anything = Answer(status=404, json={"message": "page not found"})
    done = scripted.dsock("build", ".", cwd=place)
    assert done.returncode == 1
    problem, hint = done.stderr.splitlines()
    assert problem == "Error response from daemon: page not found"
    assert "dsock load" in hint
