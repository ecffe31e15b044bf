"""`ps` beside docker's own, on containers of all kinds."""

from __future__ import annotations

import shlex
import time

import pytest

from tests.engine.alike import check

HERE = (
    "dsock-test-ps"  # each container has it as its label, its network or volume as a name's start
)
CONTAINERS = [
    "create --name {0}-created -l a=b -l com.x.y-z_w=1 busybox "
    "sh -c 'echo \"hi\ttab\" é 日本語日本語日本語'",
    "run --name {0}-exit busybox sh -c 'exit 3'",
    "run -d --name {0}-run -p 8080:80 -p 127.0.0.1:9000:9000 -p 5000-5003:5000-5003/udp "
    "--expose 1234 --network {0}-one -v {0}-vol:/v -v /tmp:/t -l 'k=<v>&\"x' nginx",
    "run -d --name {0}-pause busybox sleep 10000",
    "run -d --name {0}-well --health-cmd true --health-interval 500ms busybox sleep 10000",
    "run -d --name {0}-v6 -p [::1]:7000:80 -p 7001:7001 -p 7002:7002 -p 7010:80/udp nginx",
    "run -d --name {0}-link --link {0}-well:alias --read-only --tmpfs /x busybox sleep 10000",
    "create --name {0}-none --network none --restart always busybox",
]
AFTER = ["network connect {0}-two {0}-run", "pause {0}-pause"]

# Those that print ages come last: the containers are old enough by then.
LINES = r"""
ps -aq
ps -aq --no-trunc
ps -n 0 -q
ps -n -5 -q
ps -n=1 -q
ps -n 0x2 -q
ps -ql --no-trunc
ps -l -n 3 -q
ps -aqn2
ps --size=true -q
ps --all=false -q
container ps -aq
ps -aq --format raw
ps -a --format 'table '
ps -a --format ' table'
ps -a --format tableX
ps -a --format x
ps -a --format '{{.ID}}\n{{.Names}}\tx'
ps -a --format '{{.Image}} {{.Command}}'
ps -a --no-trunc --format '{{.Image}} {{.Command}} {{.Mounts}}'
ps -a --format '{{.Names}} {{.Mounts}} {{.LocalVolumes}} {{.Networks}}'
ps -a --format '{{.Names}} {{.Ports}}'
ps -a --format '{{.Labels}} {{.Label "a"}} {{.Label "nosuch"}}'
ps -a --format '{{.Platform}} {{json .Platform}}'
ps -a --format '{{.Names}} {{.Size}}'
ps -a --size=false --format '{{.Size}}'
ps -a --format '{{json .Ports}}{{json .Labels}}'
ps -a --format 'table {{.Names}}\t{{.Ports}}'
ps -a --format 'table {{.ID}}\t{{.Label "com.x.y-z_w"}}\t{{.Labels}}'
ps -a --format 'table {{upper .ID}}\t{{title .State}}\t{{truncate .Image 3}}\t{{pad .Names 2 2}}'
ps -a --format 'table {{.Names}}\t{{if .Ports}}{{.Ports}}{{else}}-{{end}}\tx'
ps -a --format 'table {{.Names}}\n{{.ID}}'
ps -a --format 'table {{.ID}} {{json .Names}}'
ps -a --format 'table {{.Names}}\t'
ps -a --format 'table \t{{.Names}}\tx'
ps -a --format '{{if eq .State "running"}}R{{else}}N{{end}} {{printf "%-20s|%q" .Names .Image}}'
ps -a --format '{{range split .Labels ","}}[{{.}}]{{end}} {{join (split .Names "-") "+"}}'
ps -a --format '{{$x := .Names}}{{$x | upper}} {{- len .ID -}} z'
ps -a --format '{{slice .ID 0 4}}'
ps -a --format '{{.Foo}}'
ps -a --format 'table {{.Foo}}'
ps -a --format '{{.ID.x}}'
ps -a --format '{{'
ps -a --format '{{foo}}'
ps -a --format '{{.Label}}'
ps -a --format '{{.IPAddresses}}'
ps -q --format '{{.ID}}x'
ps -q --format '{{.Foo}}'
ps -a -f name=nosuch -q
ps -a -f status=paused -q
ps -a -f exited=3 -q
ps -a -f label=a -q
ps -a -f label=a=b -q
ps -a -f label=a=c -q
ps -a -f ancestor=nginx -q
ps -a -f network={0}-one -q
ps -a -f volume={0}-vol -q
ps -a -f publish=8080 -q
ps -a -f expose=1234/tcp -q
ps -a -f health=none -q
ps -a -f before={0}-run -q
ps -a -f since={0}-run -q
ps -a -f id=0 -q
ps
ps -a
ps -as
ps -a --no-trunc
ps -as --no-trunc
ps -n 2
ps -l
container ls -a
container list -a
ps -a --format table
ps -a --format json
ps -a --format raw
ps -as --format raw
ps -a --format ''
ps -a --format '{{.Names}}: {{.State}} {{.Status}}'
ps -a --format '{{.Names}} {{.CreatedAt}} {{.RunningFor}}'
ps -a --format '{{json .}}'
ps -a --format 'table {{json .}}'
ps -a --format 'table {{.Command}}\t{{.Names}}\t{{.Status}}' --no-trunc
ps -a -f name=nosuch
ps -a -f name=nosuch --format json
ps -a -f status=exited -f status=created
ps -a -f status=nosuch
ps -a -f exited=x
ps -a -f name={0}-run
ps -a -f 'NAME = ^/{0}-run$'
ps -a -f publish=x
ps -a -f health=nosuch
ps -a -f before=nosuch
ps -a -f foo=bar
ps -a -f foo
ps -a -f =
ps x
ps -n x
ps -n 1.5
ps -n 99999999999999999999
ps --last
ps --all=x
ps --nosuch
ps -z
"""


@pytest.fixture(scope="module")
def crowd(live_engines):
    """An engine with containers of all kinds."""
    engine = live_engines("docker-20.10")
    networks = [f"{HERE}-one", f"{HERE}-two"]
    names = [
        shlex.split(line.format(HERE))[line.split().index("--name") + 1] for line in CONTAINERS
    ]
    try:
        for network in networks:
            engine.docker("network", "create", network)
        for line in CONTAINERS + AFTER:
            done = engine.docker(*shlex.split(line.format(HERE)))
            assert done.returncode in (0, 3), done.stderr
        deadline = time.monotonic() + 20
        while "(healthy)" not in engine.docker("ps", "-f", f"name={HERE}-well").stdout:
            assert time.monotonic() < deadline
        yield engine
    finally:
        engine.docker("rm", "-fv", *names)
        engine.docker("network", "rm", *networks)
        engine.docker("volume", "rm", f"{HERE}-vol")


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_ps_prints_and_ends_as_dockers_does(crowd, line):
    check(crowd, line.replace("{0}", HERE))


def test_ps_without_containers_has_a_header_only(private_engine):
    empty = private_engine()
    for line in ("ps", "ps -a", "ps -q", "ps -as", "ps --format json", "ps --format '{{.ID}}'"):
        check(empty, line)


def test_what_is_not_wanted_is_left_out_of_what_the_engine_gives(crowd):
    def names(*flags):
        mine = ("--filter", f"name={HERE}", "--format", "{{.Names}}")
        shown = crowd.dsock("ps", *flags, *mine)
        assert shown.returncode == 0, shown.stderr
        return {name.removeprefix(f"{HERE}-") for name in shown.stdout.split()}

    assert names("-f", "status!=running") == {"created", "exit", "none", "pause"}
    assert names("-a", "-f", "label!=a", "-f", "ancestor!=busybox") == {"run", "v6"}
    assert names("-f", "name!=-(run|v6)$", "-f", "health!=healthy") == {"link", "pause"}
    assert names("-af", f"network!={HERE}-two", "-f", "network!=none", "-f", "exited!=3") == {
        "created", "link", "pause", "v6", "well",
    }  # fmt: skip
