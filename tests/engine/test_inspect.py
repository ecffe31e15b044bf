"""inspect, version and info beside docker's own."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.engine.alike import check

HERE = "dsock-test-inspect"
VOLUME, NETWORK = f"{HERE}-volume", f"{HERE}-network"
LABEL = "text=<a>&'\"é\u2028\x7f\\"

LINES = r"""
inspect HERE
inspect HERE HERE-run busybox nginx NETWORK VOLUME bridge
inspect nosuch
inspect nosuch HERE nosuch
inspect
inspect ''
inspect /HERE
inspect a/b
inspect 'a b'
inspect busybox:latest
inspect --size HERE-run
inspect -s -f '{{.SizeRw}} {{.SizeRootFs}}' HERE
inspect -s -f '{{.Name}}' bridge
inspect -s -f '{{.Id}}' busybox
inspect --size=false -f '{{.Name}} {{.State.Status}}' HERE HERE-run
inspect --type container HERE busybox
inspect --type image HERE busybox
inspect --type network bridge NETWORK nosuch
inspect --type volume VOLUME HERE
inspect --type plugin nosuch
inspect --type service nosuch
inspect --type task nosuch
inspect --type node self
inspect --type secret nosuch
inspect --type config nosuch
inspect --type nosuch HERE
inspect --type '' HERE
inspect --nosuch HERE
inspect -f json HERE VOLUME
inspect -f json nosuch
inspect -f json bridge nosuch
inspect --format= nosuch
inspect --format '' HERE
inspect -f '{{.Id}}' HERE
inspect -f '{{.ID}}' HERE
inspect -f '{{.Id}}' nosuch
inspect -f '{{.Id}}' nosuch HERE
inspect -f '{{.Id' HERE
inspect -f '{{.Id' nosuch
inspect -f '{{nosuch .}}' HERE
inspect -f '{{.Foo}}' HERE
inspect -f '{{.State.Foo}}' HERE nosuch HERE-run
inspect -f '{{.Name}}' HERE busybox bridge VOLUME
inspect -f '{{.SizeRw}}' HERE
inspect -f '{{.Created}}' HERE busybox
inspect -f '{{.Mountpoint}} {{.Driver}} {{.Options}}' VOLUME
inspect -f '{{.Config.Cmd}} {{.Config.Env}}' HERE
inspect -f '{{.Config.Labels.text}}' HERE
inspect -f '{{.Config.Labels.nosuch}}' HERE
inspect -f '{{index .Config.Labels "nosuch"}}' HERE
inspect -f '{{json .Config.Labels}}' HERE
inspect -f '{{json .}}' HERE
inspect -f '{{json .}}' busybox
inspect -f '{{json .}}' NETWORK VOLUME
inspect -f '{{json .HostConfig}}' HERE-run
inspect -f '{{json .NetworkSettings}}' HERE-run
inspect -f '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}' HERE-run
inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.IPAddress}}{{end}}' HERE-run
inspect -f '{{range .Mounts}}{{.Type}}:{{.Name}}:{{.Destination}}{{end}}' HERE-run
inspect -f '{{range $p, $b := .NetworkSettings.Ports}}{{$p}}{{end}}' HERE-run
inspect -f '{{len .Mounts}} {{.HostConfig.RestartPolicy.Name}}' HERE HERE-run
inspect -f '{{if .State.Running}}up{{else}}down{{end}}' HERE HERE-run
inspect -f '{{.NetworkSettings.IPAddress}}' HERE-run
inspect -f '{{.State.Pid}} {{.State.StartedAt}}' HERE-run
inspect -f 'table {{.Id}}' HERE
inspect -f x HERE busybox
container inspect HERE nosuch HERE-run
container inspect -s HERE-run
container inspect busybox
container inspect
container inspect -f '{{.Name}}' HERE HERE-run
image inspect busybox nginx
image inspect HERE
image inspect Foo
image inspect -f '{{.ID}} {{.RepoTags}} {{.Size}}' busybox
image inspect -f '{{json .Config.ExposedPorts}} {{.Architecture}}/{{.Os}}' nginx
image inspect -f '{{json .RootFS.Layers}}' nginx busybox
image inspect --platform linux/amd64 busybox
version x
version -f '{{.Server.Version}}'
version -f '{{.Server.APIVersion}} {{.Client.APIVersion}}'
version -f '{{.Server.Os}}/{{.Server.Arch}} {{.Client.Os}}/{{.Client.Arch}}'
version -f '{{json .Server}}'
version -f '{{range .Server.Components}}{{.Name}} {{.Version}},{{end}}'
version -f '{{.Client.Context}}'
version -f '{{.Foo}}'
version -f '{{.Server.Foo}}'
version -f '{{.Foo'
info x
info -f '{{.ServerVersion}} {{.Driver}} {{.NCPU}} {{.MemTotal}}'
info -f '{{.CPUCfsQuota}} {{.HTTPProxy}}'
info -f '{{json .Plugins}} {{json .Swarm}} {{len .Plugins.Log}}'
info -f '{{json .Runtimes}}'
info -f '{{range .SecurityOptions}}{{.}} {{end}}'
info -f '{{.Swarm.LocalNodeState}}'
info -f '{{.ClientInfo.Context}} {{.ClientInfo.Debug}}'
info -f '{{.Foo}}'
info -f '{{.Foo'
info -f x
system info -f '{{.Name}}'
"""


@pytest.fixture(scope="module")
def populated(live_engines):
    engine = live_engines("docker-20.10")
    engine.docker("network", "create", "--label", "a=b", NETWORK)
    engine.docker("volume", "create", VOLUME)
    engine.docker("create", "--name", HERE, "--label", LABEL, "-e", 'A="<>"', "busybox", "id")
    engine.docker(
        "run", "-d", "--name", f"{HERE}-run", "--network", NETWORK, "-v", f"{VOLUME}:/data",
        "-p", "127.0.0.1:18089:80", "-m", "64m", "--cpus", "1.5", "--restart", "on-failure:3",
        "nginx",
    )  # fmt: skip
    yield engine
    engine.docker("rm", "-fv", HERE, f"{HERE}-run")
    engine.docker("network", "rm", NETWORK)
    engine.docker("volume", "rm", VOLUME)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_what_it_prints_is_what_docker_prints(populated, line):
    for word, name in (("HERE", HERE), ("VOLUME", VOLUME), ("NETWORK", NETWORK)):
        line = line.replace(word, name)
    check(populated, line)


@pytest.mark.parametrize("flags", [(), ("--debug",)])
def test_the_servers_facts_are_in_dockers_layout(populated, flags):
    for command in ("version", "info"):
        texts = [server(run(*flags, command)) for run in (populated.docker, populated.dsock)]
        assert texts[0] == texts[1]


def server(done):
    """The server's section without what changes from call to call or has no order."""
    text = "Server:" + done.stdout.partition("Server:")[2]
    text = re.sub(r"(File Descriptors|Goroutines|System Time): .*", r"\1", text)
    return re.sub(r"Runtimes: (.*)", lambda found: " ".join(sorted(found[1].split())), text)


def test_the_clients_section_is_about_dsock(populated):
    done = populated.dsock("version")
    assert done.stdout.startswith("Client: dsock\n Version:           0.")
    assert " API version:       1.41 (downgraded from " in done.stdout
    assert populated.dsock("info").stdout.startswith("Client: dsock\n Version:    0.")
    versions = json.loads(populated.dsock("version", "-f", "json").stdout)
    assert versions["Client"]["ApiVersion"] == versions["Server"]["ApiVersion"]


def test_without_an_engine_the_client_is_told_all_the_same(populated):
    gone = ("-H", "unix:///nosuch.sock")
    for line in ("version -f {{.Client.Context}}", "version -f {{.Server.Version}}",
                 "info -f {{.ServerVersion}}", "info -f {{.ClientInfo.Context}}"):  # fmt: skip
        args = (*gone, *line.split())
        docker, dsock = populated.docker(*args), populated.dsock(*args)
        assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    done = populated.dsock(*gone, "version")
    assert (done.returncode, done.stdout.count("\n")) == (1, 6)
    assert "/nosuch.sock" in done.stderr
    done = populated.dsock(*gone, "info")
    assert done.returncode == 1
    assert done.stdout.endswith("\nServer:\n")


def test_inspect_finds_every_kind_on_every_engine(any_engine):
    try:
        any_engine.docker("create", "--name", HERE, "busybox", "true")
        any_engine.docker("volume", "create", VOLUME)
        for name in (HERE, "busybox", VOLUME):
            check(any_engine, f"inspect {name}")
        done = any_engine.dsock("inspect", "-f", "{{.Name}}", HERE, VOLUME, "nosuch")
        assert (done.returncode, done.stdout) == (1, f"/{HERE}\n{VOLUME}\n")
    finally:
        any_engine.docker("rm", "-f", HERE)
        any_engine.docker("volume", "rm", VOLUME)


def test_version_and_info_work_on_every_engine(any_engine):
    for command in ("version", "info"):
        done = any_engine.dsock(command)
        assert done.returncode == 0, done.stderr
        assert lasting(done) == lasting(any_engine.docker(command))


def lasting(done):
    """The server's lines as far as Podman does not change them from call to call."""
    return sorted(line for line in server(done).splitlines() if not line.startswith(" ID: "))


def test_a_swarm_shows_in_info_and_its_objects_in_inspect(private_engine):
    engine = private_engine("docker-28.5")
    engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    engine.docker("service", "create", "--detach", "--no-resolve-image", "--name", "web", "nginx")
    running = ("ps", "-q", "--filter", "label=com.docker.swarm.service.name=web")
    deadline = time.monotonic() + 60
    while not engine.docker(*running).stdout:  # from then on info's counts stay
        assert time.monotonic() < deadline
    engine.docker("secret", "create", "key", "-", input="s3cret")
    engine.docker("config", "create", "conf", "-", input="x")
    assert server(engine.dsock("info")) == server(engine.docker("info"))
    for line in ("inspect key", "inspect conf", "inspect self", "inspect --type node self",
                 "inspect --type service web nosuch", "inspect -f {{.Spec.Name}} web key",
                 "inspect --type task nosuch", "inspect nosuch"):  # fmt: skip
        check(engine, line)
    engine.docker("volume", "create", "--driver", "csi:x", "--type", "mount", "shared")
    for line in ("volume update nosuch", "volume update --availability pause shared"):
        check(engine, line)
    assert engine.dsock("volume", "update", "shared", "--availability=drain").returncode == 0
    shape = "{{.ClusterVolume.Spec.Availability}}"
    assert engine.docker("volume", "inspect", "-f", shape, "shared").stdout == "drain\n"
