"""tag, rmi and history beside docker's own: the same story by both."""

from __future__ import annotations

import shlex
import subprocess
from urllib.parse import parse_qsl

import pytest

from dsock.sandbox.archive import file
from tests.engine import engines, samples
from tests.engine.alike import check
from tests.engine.live import Done, LiveEngine
from tests.scripted import DSOCK, Answer, Scripted

A, B = "dsock-test-verbs-a", "dsock-test-verbs-b"

# A and B share their first layer; a container that has ended rests on B.
STORIES = {
    "tag": """
        tag {a} {a}:2
        tag {a}:2 localhost:5000/{a}/x:y
        image tag {a} docker.io/library/{a}
        tag nosuch {a}:3
        tag {a} Up
        tag {a} {a}@sha256:DIGEST
        tag {a} ''
        tag '' {a}:3
        tag {a}
        tag {a} b c
        tag {b} {a}:2
        tag --nosuch {a} {a}:3
    """,
    "rmi": """
        tag {a} {a}:2
        rmi nosuch
        rmi -f nosuch
        rmi -f nosuch {a}:2 nosuch
        rmi {a} nosuch
        rmi {b}
        rmi {b}:nosuch
        image rm -f {b}
        rmi
        rmi --nosuch {a}
    """,
    "rmi of several names": """
        tag {a} {a}:2
        image remove --no-prune {a} {a}:2
        rmi --force {b}:latest
    """,
}


def leave(engine: LiveEngine) -> None:
    engine.docker("rm", "-f", B)
    samples.remove(engine, [A, B])


def told(engine: LiveEngine, cli: str, story: str) -> list[tuple[object, ...]]:
    """What `cli` answers to each line of a story, and which images that leaves."""
    run = getattr(engine, cli)
    leave(engine)
    samples.load(engine, A)
    samples.load(engine, B, samples.BASE, [file("/b", b"b")])
    engine.docker("create", "--name", B, B, "true")
    answers = []
    for line in story.strip().splitlines():
        text = line.strip().format(a=A, b=B).replace("DIGEST", "0" * 64)
        done: Done = run(*shlex.split(text))
        left = samples.named(engine, "dsock-test-verbs")
        answers.append((text, done.stdout, done.returncode, bool(done.stderr), left))
    return answers


@pytest.mark.parametrize(
    ("name", "story"),
    [
        ("docker-20.10", "tag"),
        ("docker-20.10", "rmi"),
        ("docker-28.5", "rmi"),
        ("podman-5.8", "rmi of several names"),
    ],
)
def test_the_same_story_by_both(live_engines, name, story):
    engine = live_engines(name)
    try:
        assert told(engine, "dsock", STORIES[story]) == told(engine, "docker", STORIES[story])
    finally:
        leave(engine)


@pytest.mark.parametrize("name", ["docker-20.10", "docker-28.5"])
@pytest.mark.parametrize("platform", ["linux/amd64", "a/b/c/d"])
def test_a_platform_of_an_image_is_removed_where_the_engine_can(live_engines, name, platform):
    check(live_engines(name), f"rmi --platform {platform} dsock-test-nosuch")


HISTORY = r"""
history dsock-test-verbs-a
image history -q nginx
history --no-trunc dsock-test-verbs-a
history --human=false --no-trunc nginx
history --format json nginx
history --format '{{.ID}} {{.Size}}\t{{.CreatedAt}}' nginx
history --format 'table {{.Size}}\t{{.CreatedBy}}' nginx
history -q --format '{{.Size}}' nginx
history --format '{{.Foo}}' nginx
history --format '{{' nosuch
history a b
"""
# Refused by an engine that is too old for it.
NEWER = """
history nosuch
history --platform linux/amd64 nginx
history --platform linux/arm64 nginx
history --platform a/b/c/d nginx
history -H=false dsock-test-verbs-a
"""


@pytest.fixture(scope="module")
def two(live_engines):
    """Docker's engines, both with A, by the lines of the table that is theirs."""
    found = {HISTORY: live_engines("docker-20.10"), NEWER: live_engines("docker-28.5")}
    for engine in found.values():
        samples.load(engine, A)
    yield found
    for engine in found.values():
        leave(engine)


@pytest.mark.parametrize("line", HISTORY.strip().splitlines())
def test_history_prints_and_ends_as_dockers_does(two, line):
    check(two[HISTORY], line)


@pytest.mark.parametrize("line", NEWER.strip().splitlines())
def test_history_of_a_platform_prints_and_ends_as_dockers_does(two, line):
    check(two[NEWER], line)


def test_an_old_engine_is_not_asked_for_a_platform(two):
    check(two[HISTORY], "history --platform linux/amd64 nginx")
    done = two[HISTORY].dsock("history", "--platform", "linux/amd64", "nginx")
    assert '"--platform" requires API version 1.48' in done.stderr


def layer(by: str, created: int, size: int, **more: str) -> dict[str, object]:
    return {"Id": "<missing>", "CreatedBy": by, "Created": created, "Size": size, **more}


ODD = [
    layer("RUN\ta\tb", 1, 999, Comment="c", Id="sha256:" + "1" * 64),
    layer("é" * 60, 1_600_000_000, 0, Comment="<&>"),
    layer("漢字" * 30, 946_684_800, 123_456_789),
    layer("x" * 46, 946_684_801, 1),
    layer("x" * 45, -62_135_596_800, 1, Id="abcdef" * 9),
]


@pytest.mark.parametrize(
    ("line", "zone"),
    [("", "UTC"), ("-H=false", "America/St_Johns"), ("--no-trunc --format json", "Asia/Kolkata")],
)
def test_odd_layers_give_the_same_bytes(scripted: Scripted, line: str, zone: str) -> None:
    scripted.expect("GET", "/images/x/history", json=ODD, repeat=True)
    env = {**scripted.env, "TZ": zone}
    argv = ["history", *line.split(), "x"]
    docker = subprocess.run(
        [engines.docker_cli(), *argv],
        env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    dsock = scripted.dsock(*argv, env=env)
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)


def test_an_engine_without_history_shows_the_header(scripted: Scripted) -> None:
    scripted.expect("GET", "/images/x/history", json=[])
    assert scripted.dsock("history", "x").stdout.split() == [
        "IMAGE", "CREATED", "CREATED", "BY", "SIZE", "COMMENT",
    ]  # fmt: skip


SAME = """
save --platform linux/amd64 a b:1
load --platform linux/arm64/v8
load
load -q
rmi --platform linux/amd64 --platform linux/arm/v7 --no-prune -f a
image rm --platform linux/amd64,linux/arm64 a
history --platform linux/amd64 localhost:5000/a/b:c
tag a localhost:5000/x
import -m hi -c A -c B --platform Linux/AMD64 - x:1
import http://x/y
"""


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_the_engine_gets_the_calls_that_docker_makes(scripted: Scripted, line: str) -> None:
    scripted.api_version = "1.51"
    scripted.anything = Answer(json={"stream": "x"})
    made = []
    for argv in ([engines.docker_cli()], DSOCK):
        scripted.calls.clear()
        subprocess.run(
            [*argv, *line.split()],
            env=scripted.env, input=b"archive", capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        targets = [(call.method, *call.target.partition("?")) for call in scripted.calls]
        made.append([(*where, sorted(parse_qsl(query))) for *where, query in targets])
        assert made[-1]
    assert made[0] == made[1]
