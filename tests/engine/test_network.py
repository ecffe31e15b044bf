"""`network` beside docker's own, on real engines."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from dsock.api import containers, networks
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from tests.engine.alike import check
from tests.engine.live import LiveEngine

HERE = "dsock-test-net"
LINES = r"""
network ls
network ls -q
network ls --no-trunc
network list --quiet=false
network ls -f name={0}
network ls -f driver=bridge -f name={0}
network ls -f label=a
network ls -f label=a=b --format '{{.Name}}'
network ls -f scope=local
network ls -f type=custom
network ls -f dangling=true
network ls -f foo=bar
network ls -f type=nosuch
network ls --format json
network ls --format raw
network ls -q --format raw
network ls --format 'table {{.Name}}\t{{.Labels}}\t{{.Internal}}\t{{.IPv6}}\t{{.IPv4}}'
network ls --format '{{.ID}} {{.Label "a"}} {{.CreatedAt}}'
network ls --format '{{.Foo}}'
network ls --format '{{'
network inspect bridge
network inspect {0}-one {0}-two
network inspect -v {0}-one
network inspect --format '{{.Name}} {{.IPAM.Config}} {{.Options}}' {0}-two {0}-one
network inspect -f '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}' {0}-two
network inspect -f json {0}-one nosuch
network inspect nosuch
network rm nosuch
network rm -f nosuch
network rm bridge
network create {0}-one
network create --ipv4 {0}-one
network connect nosuch nosuch
network disconnect bridge nosuch
"""

STORY = """
network create {0}-a
network create {0}-a
network create --driver bridge --subnet 10.83.0.0/24 --gateway 10.83.0.9 --label a=b {0}-b
network create --subnet 10.84.0.0/24 --subnet fd00:84::/64 --ipv6 --internal {0}-c
network create --config-only --subnet 10.85.0.0/24 {0}-d
network create --config-from {0}-d {0}-e
network create --subnet 10.83.0.0/24 {0}-f
network connect --ip 10.83.0.77 --alias web,www {0}-b {0}-box
network connect --ip6 fd00:84::77 --ip 10.84.0.77 {0}-c {0}-box
network connect {0}-a nosuch
network connect {0}-a {0}-box
network disconnect {0}-a {0}-box
network rm {0}-b
network disconnect {0}-b {0}-box
network disconnect -f {0}-b nosuch
network rm {0}-a nosuch {0}-b
network remove -f nosuch {0}-c {0}-e {0}-d
"""


@pytest.fixture(scope="module")
def wired(live_engines):
    """An engine with networks of several kinds."""
    engine = live_engines("docker-20.10")
    networks = [f"{HERE}-{name}" for name in ("one", "two", "2", "10")]
    try:
        engine.docker("network", "create", "--label", "a=b", "--label", "c=d,e", networks[0])
        engine.docker("network", "create", "--subnet", "10.82.0.0/24", "--internal", networks[1])
        for name in networks[2:]:
            engine.docker("network", "create", name)
        argv = ("--network", networks[1], "--name", f"{HERE}-box", "busybox", "sleep", "10000")
        engine.docker("run", "-d", *argv)
        yield engine
    finally:
        engine.docker("rm", "-f", f"{HERE}-box")
        engine.docker("network", "rm", *networks)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_network_prints_and_ends_as_dockers_does(wired, line: str) -> None:
    check(wired, line.replace("{0}", HERE))


def told(engine: LiveEngine, cli: str) -> list[tuple[object, ...]]:
    """What `cli` answers to each line of the story, ids aside, and what that leaves."""
    name = f"{HERE}-{cli}"
    run = getattr(engine, cli)
    answers: list[tuple[object, ...]] = []
    try:
        engine.docker("run", "-d", "--name", f"{name}-box", "busybox", "sleep", "10000")
        for line in STORY.strip().splitlines():
            done = run(*shlex.split(line.replace("{0}", name)))
            text = re.sub("[0-9a-f]{64}", "ID", done.stdout.replace(name, "NAME"))
            answers.append((line, text, done.returncode, bool(done.stderr), wiring(engine, name)))
    finally:
        engine.docker("rm", "-f", f"{name}-box")
        engine.docker("network", "rm", *[f"{name}-{letter}" for letter in "abcdef"])
    return answers


def wiring(engine: LiveEngine, name: str) -> str:
    """The networks of a story with their addresses, and where its container is in them."""
    client = Engine(parse(engine.host, "the test"))
    kept = ("Name", "IPAM", "Internal", "EnableIPv6", "ConfigOnly", "Driver", "Labels")
    found = client.json(networks.list_({"name": {name: True}}))
    box = client.json(containers.inspect(f"{name}-box"))
    ends = [
        f"{network} {sorted(end['Aliases'] or ())} {end['IPAMConfig']} {end['DriverOpts']}"
        for network, end in box["NetworkSettings"]["Networks"].items()
    ]
    told = [sorted([str(n[key]) for key in kept] for n in found), sorted(ends)]
    # An alias of every container is the start of its own id.
    return json.dumps(told).replace(name, "NAME").replace(box["Id"][:12], "ID")


def test_a_story_of_networks_goes_the_same_way_by_docker_and_by_dsock(live_engines) -> None:
    engine = live_engines("docker-28.5")
    assert told(engine, "dsock") == told(engine, "docker")


def test_a_network_is_made_used_and_removed_on_any_engine(any_engine) -> None:
    name, box = f"{HERE}-any", f"{HERE}-any-box"
    try:
        made = any_engine.dsock("network", "create", "--subnet", "10.86.0.0/24", name)
        assert re.fullmatch("[0-9a-f]{64}\n", made.stdout), made.stderr
        any_engine.dsock(
            "run", "-d", "--stop-signal", "KILL", "--name", box, "busybox", "sleep", "10000"
        )
        done = any_engine.dsock("network", "connect", "--ip", "10.86.0.7", name, box)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        form = "{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}"
        shown = any_engine.dsock("network", "inspect", "-f", form, name).stdout
        assert shown == f"{box} 10.86.0.7/24\n"
        assert any_engine.dsock("network", "disconnect", name, box).returncode == 0
        assert any_engine.dsock("network", "rm", name).stdout == f"{name}\n"
        assert name not in any_engine.dsock("network", "ls").stdout
    finally:
        any_engine.docker("rm", "-f", box)
        any_engine.docker("network", "rm", "-f", name)


def test_what_an_old_engine_does_not_know_is_refused(engine) -> None:
    for line in (f"create --ipv4=false {HERE}-old", "connect --gw-priority 1 bridge nosuch"):
        refused = engine.dsock("network", *line.split())
        assert refused.returncode == 1
        assert "API version 1.48" in refused.stderr
    assert f"{HERE}-old" not in engine.docker("network", "ls").stdout


def test_what_is_not_wanted_is_left_out(wired) -> None:
    listed = wired.dsock("network", "ls", "--format", "{{.Name}}", "-f", "driver!=bridge")
    assert listed.stdout.split() == ["host", "none"]
    refused = wired.dsock("network", "ls", "-f", "foo!=bar")
    assert refused.returncode == 1
    assert "driver" in refused.stderr


def test_the_map_shows_who_is_where_on_any_engine(any_engine) -> None:
    name, box = f"{HERE}-map", f"{HERE}-map-box"
    try:
        any_engine.docker("network", "create", "--subnet", "10.87.0.0/24", name)
        where = ("--network", name, "--ip", "10.87.0.7", "--stop-signal", "KILL")
        any_engine.docker("run", "-d", "--name", box, *where, "busybox", "sleep", "10000")
        shape = "{{.Network}} {{.Subnet}} {{.Address}} {{.Container}} {{.State}}"
        shown = any_engine.dsock("network", "map", "--format", shape)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert f"{name} 10.87.0.0/24 10.87.0.7 {box} running" in shown.stdout.splitlines()
    finally:
        any_engine.docker("rm", "-f", box)
        any_engine.docker("network", "rm", "-f", name)
