"""`system df` beside docker's own."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.engine import engines
from tests.engine.alike import check
from tests.scripted import Answer

HERE = "dsock-test-df"
LINES = r"""
system df
system df --format table
system df --format json
system df --format raw
system df --format '{{.Type}}: {{.Size}} {{.Reclaimable}}'
system df --format 'table {{.Type}}\t{{.TotalCount}}\t{{.Active}}'
system df --format '{{json .}}'
system df --format '{{'
system df x
system df --nosuch
system df -v --format '{{json .Images}}\n{{json .BuildCache}}'
system df -v --format '{{range .Images}}{{.ID}} {{.Repository}}:{{.Tag}} {{.UniqueSize}}\n{{end}}'
system df -v --format '{{range .Containers}}{{upper .Names}} {{.Size}}{{end}}{{len .Volumes}}'
system df -v --format '{{(index .Images 0).Size}}'
system df -v --format x
system df -v --format '{{.Foo}}'
system df -v --format 'table {{.ID}}'
"""


@pytest.fixture(scope="module")
def full(live_engines):
    """An engine with something of each kind."""
    engine = live_engines("docker-28.5")
    script = "head -c 70000 /dev/zero >/file; head -c 50000 /dev/zero >/v/file"
    names = [f"{HERE}-run", f"{HERE}-ended"]
    try:
        engine.docker("tag", "nginx", f"{HERE}:1")
        engine.docker("volume", "create", f"{HERE}-free")
        mount = ("-v", f"{HERE}-used:/v")
        engine.docker("run", "-d", "--name", names[0], "busybox", "sleep", "10000")
        engine.docker("run", "--name", names[1], *mount, "busybox", "sh", "-c", script)
        yield engine
    finally:
        engine.docker("rm", "-f", *names)
        engine.docker("volume", "rm", f"{HERE}-free", f"{HERE}-used")
        engine.docker("rmi", f"{HERE}:1")


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_df_prints_and_ends_as_dockers_does(full, line: str) -> None:
    check(full, line)


@pytest.mark.parametrize("flags", [("-v",), ("-v", "--format", "json")])
def test_everything_is_shown_as_docker_shows_it(full, flags) -> None:
    age = r"(\d+|About an?|Less than a) (second|minute)s?( ago)?"

    def told(run) -> str:
        return re.sub(" +", " ", re.sub(age, "AGE", run("system", "df", *flags).stdout))

    for _ in range(20):  # the engine lists its volumes in an order of chance
        docker, dsock = told(full.docker), told(full.dsock)
        if docker == dsock:
            return
    assert dsock == docker


def cache(ref: str, **more: object) -> dict[str, object]:
    made = {"CreatedAt": "2024-02-03T04:05:06.789Z", "LastUsedAt": None, "UsageCount": 1}
    plain = {"ID": ref * 25, "Type": "regular", "Description": "local source", "Size": 1234567}
    return {**made, **plain, "InUse": False, "Shared": False, **more}


USAGE = {
    "LayersSize": 3_000_000,
    "Images": [
        {"Id": "sha256:" + "1" * 64, "Created": 1700000000, "Size": 2_000_000, "SharedSize": -1,
         "RepoTags": ["a/b:1", "c:2"], "Containers": 1},
        {"Id": "sha256:" + "2" * 64, "Created": 1700000000, "Size": 2_000_000, "SharedSize": 500,
         "RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"], "Containers": 3},
        {"Id": "sha256:" + "3" * 64, "Created": 1700000000, "Size": 1_000_000, "SharedSize": 0,
         "RepoTags": None, "Containers": 0},
    ],
    "Containers": [
        {"Id": "4" * 64, "Created": 1700000000, "Names": ["/web"], "Image": "c:2", "State": "dead",
         "ImageID": "sha256:" + "1" * 64, "Command": "sh", "Status": "Dead", "SizeRootFs": 77,
         "SizeRw": 333, "Labels": {}, "Mounts": []},
    ],
    "Volumes": [
        {"Name": "unknown", "Driver": "foo", "UsageData": {"RefCount": -1, "Size": -1}},
        {"Name": "free", "Driver": "local", "UsageData": {"RefCount": 0, "Size": 12345}},
        {"Name": "used", "Driver": "local", "UsageData": {"RefCount": 2, "Size": 99999}},
    ],
    "BuildCache": [
        cache("b", LastUsedAt="2024-03-03T04:05:06Z", InUse=True, Parents=["c" * 25, "d" * 25]),
        cache("c", Shared=True, InUse=True),
        cache("a", Parent="c" * 25, Type="frontend", UsageCount=7),
        cache("d", LastUsedAt="2024-02-03T05:05:06Z", Shared=True, Description="<x>"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("flags", [
    (), ("-v",), ("--format", "json"), ("-v", "--format", "json"), ("-v", "--format", "raw"),
])  # fmt: skip
def test_a_build_cache_and_what_is_odd_look_as_dockers_do(scripted, flags) -> None:
    scripted.ping = Answer(body_bytes=b"OK", headers={"Api-Version": "1.51", "Ostype": "linux"})
    scripted.expect("GET", "/system/df", json=USAGE, repeat=True)
    env = {**os.environ, "DOCKER_HOST": scripted.host}
    said = []
    for program in ([engines.docker_cli()], [sys.executable, "-m", "dsock"]):
        argv = [*program, "system", "df", *flags]
        done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
        said.append((done.stdout, done.returncode, done.stderr))
    assert said[1] == said[0]


def test_any_engine_tells_what_it_uses(any_engine) -> None:
    done = any_engine.dsock("system", "df", "--format", "{{.Type}} {{.Size}}")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.rpartition(" ")[0] for line in done.stdout.splitlines()] == [
        "Images", "Containers", "Local Volumes", "Build Cache",
    ]  # fmt: skip
