"""The same flags to docker and to dsock make the same container, or the same refusal."""

from __future__ import annotations

import json
import shlex
import uuid
from typing import Any

import pytest

from tests.engine.live import LiveEngine

DOCKERS = ("docker-20.10", "docker-28.5")

# What differs between any two containers.
OWN = {
    "Id", "Created", "Name", "LogPath", "ResolvConfPath", "HostnamePath", "HostsPath",
    "GraphDriver", "Storage",
}  # fmt: skip

LINES = [
    "",
    "-it -h web --domainname example.com -u 1000:1000 -w /tmp --entrypoint /bin/sh",
    "--entrypoint ''",
    "-a stdout -a stdin",
    "-e A=1 -e B= -e PATH -l a=b -l c --stop-signal SIGINT --stop-timeout 0",
    "-p 8080:80 -p 127.0.0.1::53/udp -p 9000-9002:9000-9002 -p '[::1]:81:80' --expose 70-71",
    "-P --expose 80",
    "-v /srv:/srv:ro -v named-create:/data -v /anonymous -v ./:/here --tmpfs /run:size=1m",
    "--mount type=bind,src=/etc,dst=/host,ro,bind-propagation=rslave",
    "--mount type=volume,dst=/v,volume-label=a=b,volume-nocopy",
    "--mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700",
    "-m 64m --memory-reservation 32m --memory-swap 128m --memory-swappiness 0 --shm-size 8m",
    "--cpus 1.5 --cpu-shares 512 --cpuset-cpus 0 --pids-limit 100 --oom-score-adj 100",
    "--cpu-period 50000 --cpu-quota 25000 --oom-kill-disable -m 64m",
    "--ulimit nofile=1024:2048 --ulimit core=0",
    "--device /dev/null:/dev/nothing:r --device-cgroup-rule 'c 1:3 r' --gpus all",
    "--network host --pid host --ipc host --uts host",
    "--network none",
    "--add-host a:1.2.3.4 --add-host b=::1 --dns 8.8.8.8 --dns-search example.com --dns-option x",
    "--cap-add net_admin --cap-drop ALL --group-add 10 --read-only --init",
    "--privileged --userns host --cgroupns host",
    "--security-opt no-new-privileges --security-opt seccomp=unconfined",
    "--security-opt systempaths=unconfined",
    "--health-cmd true --health-interval 5s --health-timeout 1m30s --health-retries 3",
    "--no-healthcheck",
    "--restart on-failure:3",
    "--restart unless-stopped --log-driver json-file --log-opt max-size=1m",
    "--rm --runtime runc --cgroup-parent /tests --sysctl net.ipv4.ip_forward=1",
    "--init=false --read-only=false --rm=false",
    "--restart sometimes",
    "--rm --restart always",
    "--log-driver nope",
    "--mount type=bind,src=/nope,dst=/d",
    "-v relative/path:/d",
    "--volumes-from nope",
    "--network nope",
    "--ip 10.0.0.1",
    "-m 1",
    "--cpus 1000",
    "--name -",
    "--isolation nope",
]


@pytest.mark.parametrize("engine_name", DOCKERS)
def test_the_container_is_the_one_that_docker_makes(live_engines, engine_name, tmp_path):
    engine = live_engines(engine_name)
    refused, made = [], []
    try:
        for line in LINES:
            args = ["create", "--pull=never", *shlex.split(line), "busybox", "sh", "-c", "exit 0"]
            theirs = engine.docker(*args, cwd=tmp_path)
            ours = engine.dsock(*args, cwd=tmp_path)
            if theirs.returncode != ours.returncode:
                refused.append((line, theirs.stderr, ours.stderr))
            elif theirs.returncode == 0:
                made.append((line, theirs.stdout.strip(), ours.stdout.strip()))
        assert not refused
        assert len(made) > len(LINES) / 2
        found = inspected(engine, *[each for _, *pair in made for each in pair])
        pairs = zip(made, found[::2], found[1::2], strict=True)
        assert not [(line, *d) for (line, *_), *pair in pairs for d in differences(*pair)]
    finally:
        engine.docker("rm", "-fv", *[each for _, *pair in made for each in pair])
        engine.docker("volume", "rm", "named-create")


def test_create_makes_its_container_in_a_network_with_an_address(engine):
    network = f"net-{uuid.uuid4().hex[:8]}"
    engine.docker("network", "create", "--subnet", "10.77.0.0/24", network)
    flags = ["--network", network, "--ip", "10.77.0.9", "--network-alias", "web"]
    ids = []
    try:
        for run in (engine.docker, engine.dsock):
            ids.append(run("create", *flags, "--mac-address=", "busybox").stdout.strip())
            (found,) = inspected(engine, ids[-1])
            settings = found["NetworkSettings"]["Networks"][network]
            assert settings["IPAMConfig"] == {"IPv4Address": "10.77.0.9"}
            assert "web" in settings["Aliases"]
        assert not differences(*inspected(engine, *ids))
    finally:
        engine.docker("rm", "-f", *ids)
        engine.docker("network", "rm", network)


def test_a_mac_address_reaches_an_engine_that_docker_leaves_without(engine):
    created = engine.dsock("create", "--mac-address", "02:42:ac:11:00:99", "busybox")
    try:
        (found,) = inspected(engine, created.stdout)
        assert found["Config"]["MacAddress"] == "02:42:ac:11:00:99"
    finally:
        engine.docker("rm", created.stdout.strip())


def test_podman_makes_the_container_too(live_engines):
    engine = live_engines("podman-5.8")
    flags = "-e A=1 -l b=c -p 8080:80 -v /srv:/srv:ro -m 64m --restart on-failure:2 -w /tmp"
    created = engine.dsock("create", *shlex.split(flags), "busybox", "true")
    assert created.returncode == 0, created.stderr
    (found,) = inspected(engine, created.stdout)
    engine.docker("rm", created.stdout.strip())
    assert "A=1" in found["Config"]["Env"]
    assert found["Config"]["Labels"]["b"] == "c"
    assert found["HostConfig"]["PortBindings"]["80/tcp"][0]["HostPort"] == "8080"
    assert found["HostConfig"]["Memory"] == 64 << 20


def test_a_missing_image_that_no_registry_has_ends_with_1(engine):
    done = engine.dsock("create", "127.0.0.1:1/missing")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "Unable to find image '127.0.0.1:1/missing:latest' locally"
    assert "connection refused" in lines[1]


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, value of `one`, of `other`) where two containers differ. Empty is empty: docker
    sends [] and {} where dsock sends nothing."""
    left, right = flat(one), flat(other)
    return [
        (key, left.get(key), right.get(key))
        for key in sorted(left.keys() | right.keys())
        if left.get(key) != right.get(key) and (left.get(key) or right.get(key))
    ]


def inspected(engine: LiveEngine, *containers: str) -> list[dict[str, Any]]:
    """All that the engine says of containers, less what is only their own."""
    ids = [container.strip() for container in containers]
    text = engine.docker("inspect", "--type", "container", *ids).stdout
    for each in ids:
        text = text.replace(each[:12], "ID")
    return [comparable(found) for found in json.loads(text)]


def comparable(record: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in record.items() if key not in OWN}
    for mount in found["Mounts"]:
        if len(mount.get("Name", "")) == 64:  # an anonymous volume
            mount["Name"] = mount["Source"] = "anonymous"
    found["Mounts"].sort(key=json.dumps)
    for values in (found["HostConfig"]["Binds"], found["Config"]["Env"]):
        if values:
            values.sort()  # docker's own order of these is chance
    return found


def flat(value: Any, at: str = "") -> dict[str, Any]:
    """{"HostConfig.Memory": 0, ...}"""
    if not isinstance(value, dict):
        return {at: value}
    return {k: v for key, item in value.items() for k, v in flat(item, f"{at}.{key}").items()}


@pytest.mark.parametrize("command", ["create", "run"])
def test_a_flag_that_the_engine_is_too_old_for_is_refused_as_docker_does(
    engine: LiveEngine, command: str
) -> None:
    line = [command, "--annotation", "a=b", "busybox"]
    docker, dsock = engine.docker(*line), engine.dsock(*line)
    assert (dsock.returncode, dsock.stdout) == (docker.returncode, docker.stdout) == (1, "")
    assert "requires API version 1.43" in docker.stderr
    assert "requires API version 1.43" in dsock.stderr
