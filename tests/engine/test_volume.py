"""`volume` beside docker's own, on real engines."""

from __future__ import annotations

import re
import shlex

import pytest

from dsock.api import volumes
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from tests.engine.alike import check
from tests.engine.live import LiveEngine

HERE = "dsock-test-vol"
LINES = r"""
volume ls
volume ls -q
volume list --quiet=false
volume ls -f name={0}
volume ls -f label=a
volume ls -f label=a=b --format '{{.Name}}'
volume ls -f driver=local -f dangling=true
volume ls -f dangling=maybe
volume ls -f foo=bar
volume ls --cluster
volume ls --format json
volume ls --format raw
volume ls -q --format raw
volume ls --format 'table {{.Name}}\t{{.Labels}}\t{{.Size}}\t{{.Links}}\t{{.Mountpoint}}'
volume ls --format '{{.Name}} {{.Label "a"}} {{.Scope}} {{.Status}} {{.Group}} {{.Availability}}'
volume ls --format '{{.Foo}}'
volume ls --format '{{.Containers}}'
volume ls --format '{{'
volume inspect {0}-one {0}-2
volume inspect --format '{{.Name}} {{.Options}} {{.Labels}}' {0}-one {0}-2
volume inspect -f json {0}-one nosuch
volume inspect nosuch
volume rm nosuch
volume rm -f nosuch
volume rm {0}-used
volume update {0}-one --availability drain
volume update
"""
STORY = """
volume create {0}-a
volume create {0}-a
volume create -o type=tmpfs -o device=tmpfs -o o=size=10m --label a=b {0}-b
volume create -o type=tmpfs {0}-b
volume create
volume create 'a b'
volume create --name {0}-d
volume create --name {0}-d {0}-e
volume create -o nosuch=1 {0}-e
volume rm {0}-a nosuch {0}-b
volume remove -f nosuch {0}-d
"""


@pytest.fixture(scope="module")
def shelf(live_engines):
    """An engine with volumes of several kinds."""
    engine = live_engines("docker-20.10")
    names = [f"{HERE}-{name}" for name in ("one", "2", "10", "used")]
    try:
        engine.docker("volume", "create", "--label", "a=b", "--label", "c", names[0])
        engine.docker("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", names[1])
        engine.docker("volume", "create", names[2])
        engine.docker("create", "--name", f"{HERE}-box", "-v", f"{names[3]}:/v", "busybox")
        yield engine
    finally:
        engine.docker("rm", "-f", f"{HERE}-box")
        engine.docker("volume", "rm", *names)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_volume_prints_and_ends_as_dockers_does(shelf, line: str) -> None:
    check(shelf, line.replace("{0}", HERE))


def told(engine: LiveEngine, cli: str) -> list[tuple[object, ...]]:
    """What `cli` answers to each line of the story, and which volumes that leaves."""
    name = f"{HERE}-{cli}"
    run = getattr(engine, cli)
    client = Engine(parse(engine.host, "the test"))
    answers: list[tuple[object, ...]] = []
    nameless = []
    try:
        for line in STORY.strip().splitlines():
            done = run(*shlex.split(line.replace("{0}", name)))
            nameless += re.findall("^[0-9a-f]{64}$", done.stdout, re.M)
            text = re.sub("[0-9a-f]{64}", "ID", done.stdout.replace(name, "NAME"))
            left = client.json(volumes.list_({"name": {name: True}}))["Volumes"] or ()
            kept = sorted(str([v["Name"], v["Options"], v["Labels"]]) for v in left)
            answers.append(
                (line, text, done.returncode, bool(done.stderr), str(kept).replace(name, "NAME"))
            )
    finally:
        engine.docker("volume", "rm", "-f", *nameless, *[f"{name}-{letter}" for letter in "abcde"])
    return answers


def test_a_story_of_volumes_goes_the_same_way_by_docker_and_by_dsock(live_engines) -> None:
    engine = live_engines("docker-28.5")
    assert told(engine, "dsock") == told(engine, "docker")


def test_a_volume_is_made_filled_measured_and_removed_on_any_engine(any_engine) -> None:
    name, box = f"{HERE}-any", f"{HERE}-any-box"
    try:
        assert any_engine.dsock("volume", "create", name).stdout == f"{name}\n"
        script = "head -c 30000 /dev/zero >/v/file"
        mount = ("-v", f"{name}:/v")
        filled = any_engine.dsock("run", "--name", box, *mount, "busybox", "sh", "-c", script)
        assert filled.returncode == 0, filled.stderr
        shown = any_engine.dsock(
            "volume", "ls", "-s", "-f", f"name={name}", "--format",
            "{{.Name}} {{.Size}} {{.Links}} {{.Containers}}",
        )  # fmt: skip
        assert re.fullmatch(rf"{name} 3\d\S*kB 1 {box}\n", shown.stdout), shown
        refused = any_engine.dsock("volume", "rm", name)
        assert (refused.returncode, refused.stdout) == (1, "")
        any_engine.dsock("rm", "-f", box)
        assert any_engine.dsock("volume", "rm", name).stdout == f"{name}\n"
        assert name not in any_engine.dsock("volume", "ls", "-q").stdout.split()
    finally:
        any_engine.docker("rm", "-f", box)
        any_engine.docker("volume", "rm", "-f", name)


def test_sizes_and_users_stand_beside_the_names(shelf) -> None:
    lines = shelf.dsock("volume", "ls", "-s", "-f", f"name={HERE}").stdout.splitlines()
    assert re.split(" {2,}", lines[0]) == ["DRIVER", "VOLUME NAME", "SIZE", "USED BY"]
    assert re.split(" {2,}", lines[-1]) == ["local", f"{HERE}-used", "0B", f"{HERE}-box"]


def test_volumes_of_a_swarm_have_a_table_of_their_own(live_engines) -> None:
    for line in ("volume ls --cluster", "volume ls --cluster -q", "volume ls --cluster x"):
        check(live_engines("docker-28.5"), line)


def test_what_is_a_swarms_is_refused_by_an_old_engine(engine) -> None:
    line = f"volume create --scope multi {HERE}-old"
    check(engine, line)
    assert "API version 1.42" in engine.dsock(*line.split()).stderr


def test_the_script_of_a_dry_run_makes_the_volume_and_prints_its_name(engine) -> None:
    script = engine.dsock("--dry-run", "volume", "create", "--label", f"{HERE}=1").stdout
    made = engine.run(["sh"], input=script)
    names = engine.docker("volume", "ls", "-q", "-f", f"label={HERE}=1").stdout
    try:
        assert (made.returncode, made.stdout) == (0, names), made.stderr
        assert re.fullmatch("[0-9a-f]{64}\n", names)
    finally:
        engine.docker("volume", "rm", *names.split())
