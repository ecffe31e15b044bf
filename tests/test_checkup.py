"""`system doctor`: what each check makes of the facts, and how they are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsock.views import checkup
from dsock.views.checkup import Finding
from tests.scripted import Scripted

NOW = 1_700_000_000.0
INFO = {"SystemTime": "2023-11-14T22:13:20.5Z", "Driver": "overlay2", "CgroupDriver": "systemd"}
GB = 10**9


def container(name: str, **state: str) -> dict[str, Any]:
    return {"Id": "1" * 64, "Names": [f"/{name}"], "State": "running", "Status": "Up", **state}


def log_of(name: str, kind: str, **options: str) -> dict[str, Any]:
    return {"Name": f"/{name}", "HostConfig": {"LogConfig": {"Type": kind, "Config": options}}}


def df(size: int) -> dict[str, Any]:
    return {"Volumes": [{"Name": "v", "UsageData": {"RefCount": 0, "Size": size}}]}


CASES = [
    (checkup.socket("unix:///run/docker.sock", "the default"), "ok", "the default", ""),
    (checkup.socket("tcp://far:2375", "DOCKER_HOST"), "warn", "not encrypted", "ssh -nNT"),
    (checkup.socket("tcp://127.0.0.1:2375", "DOCKER_HOST"), "ok", "127.0.0.1", ""),
    (checkup.rights("/s", 0o140660, "root", "docker"), "ok", "srw-rw---- root:docker", ""),
    (checkup.rights("/s", 0o140666, "root", "root"), "fail", "everybody", "chmod o= /s"),
    (checkup.api("Docker", {"Version": "28", "ApiVersion": "1.51"}, "1.51"), "ok", "28", ""),
    (checkup.api("Docker", {"ApiVersion": "1.39"}, "1.39"), "warn", "older", "update"),
    (checkup.api("Docker", {"ApiVersion": "1.51"}, "1.41"), "warn", "missed", "unset DOCKER_API"),
    (checkup.clock(INFO, NOW, NOW + 1), "ok", "agree", ""),
    (checkup.clock(INFO, NOW + 12, NOW + 13), "warn", "11 seconds behind", "timedatectl"),
    (checkup.clock(INFO, NOW - 7200, NOW - 7199), "fail", "2 hours ahead of", "timedatectl"),
    (checkup.clock({}, NOW, NOW), "ok", "does not tell", ""),
    (checkup.disk("/d", 50 * GB, 100 * GB), "ok", "50GB of 100GB free at /d", ""),
    (checkup.disk("/d", 5 * GB, 100 * GB), "warn", "5GB of 100GB", "dsock system prune -a"),
    (checkup.disk("/d", 1 * GB, 100 * GB), "fail", "1GB of 100GB", "dsock system prune -a"),
    (checkup.leftovers({}), "ok", "nothing to clean up", ""),
    (checkup.leftovers(df(GB)), "ok", "1GB of unused volumes", ""),
    (checkup.leftovers(df(9 * GB)), "warn", "9GB of unused volumes", "prune -a --volumes --dry"),
    (checkup.storage(INFO), "ok", "overlay2", ""),
    (checkup.storage({"Driver": "vfs"}), "warn", "copies every layer", "overlay2"),
    (checkup.storage({"Driver": "overlay2", "DriverStatus": [["Supports d_type", "false"]]}),
     "fail", "without d_type", "ftype=1"),
    (checkup.storage({"Driver": "overlay", "DriverStatus": [["Using metacopy", "false"]]}),
     "ok", "overlay", ""),
    (checkup.cgroups({"CgroupDriver": "systemd", "CgroupVersion": "2"}), "ok", "version 2", ""),
    (checkup.cgroups({"CgroupDriver": "none"}), "warn", "limits do nothing", "Delegate="),
    (checkup.cgroups({"CgroupDriver": "x", "PidsLimit": False}), "warn", "pids", "cgroup_enable"),
    (checkup.logs({}, [log_of("a", "local")]), "ok", "none of a running", ""),
    (checkup.logs({}, [log_of("a", "json-file", **{"max-size": "1m"})]), "ok", "none of", ""),
    (checkup.logs({}, [log_of(n, "json-file") for n in "abcde"]), "warn", "a, b, c and 2 more",
     "max-size"),
    (checkup.health([container("a")]), "ok", "1 of 1 run", ""),
    (checkup.health([container("a"), container("b", Status="Up 1 hour (unhealthy)")]), "warn",
     "unhealthy, restarting or dead: b", "dsock logs --tail 50 b"),
    (checkup.health([container("c", State="restarting")]), "warn", ": c", "dsock logs"),
    (checkup.networks([{"Name": "bridge", "Driver": "bridge"}] * 40), "ok", "0 of", ""),
    (checkup.networks([{"Name": "n", "Driver": "bridge"}] * 28), "warn", "28 of", "network prune"),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "status", "message", "fix"), CASES)
def test_a_check(finding: Finding, status: str, message: str, fix: str) -> None:
    assert finding.status == status
    assert message in finding.message
    assert fix in finding.fix
    assert bool(finding.fix) == (status != "ok")


@pytest.mark.parametrize(
    ("text", "status", "fix"),
    [
        ("WARNING: No swap limit support", "warn", "swapaccount=1"),
        ("WARNING: bridge-nf-call-iptables is disabled", "warn", "sysctl -w net.bridge"),
        ("WARNING: IPv4 forwarding is disabled", "fail", "sysctl -w net.ipv4.ip_forward=1"),
        ("WARNING: API is accessible on http://0.0.0.0:2375 without encryption.", "fail", "tls"),
        ("something new", "warn", "dsock info"),
    ],
)
def test_what_the_engine_warns_of_is_a_finding(text: str, status: str, fix: str) -> None:
    [finding] = checkup.warnings({"Warnings": [text]})
    assert finding.status == status
    assert fix in finding.fix
    assert finding.message == text.removeprefix("WARNING: ")


def test_an_engine_that_forbids_questions_is_looked_at_all_the_same(scripted: Scripted) -> None:
    scripted.expect("GET", "/version", json={"Version": "20.10.24", "ApiVersion": "1.41"})
    for path in ("/info", "/system/df", "/networks"):
        scripted.expect("GET", path, status=403, json={"message": "not for you"})
    scripted.expect("GET", "/containers/json?all=1", json=[])
    done = scripted.dsock("system", "doctor", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    refused = [row["Message"] for row in found if row["Status"] == "warn"]
    assert refused == [
        f"GET {path} is refused: not for you" for path in ("/info", "/system/df", "/networks")
    ]


def test_what_fails_makes_the_exit_code_1_and_names_the_fix(scripted: Scripted) -> None:
    scripted.expect("GET", "/version", json={"Version": "20.10.24", "ApiVersion": "1.41"})
    warned = {"Warnings": ["WARNING: IPv4 forwarding is disabled"], "Driver": "overlay2"}
    scripted.expect("GET", "/info", json=warned)
    scripted.expect("GET", "/containers/json", json=[])
    scripted.expect("GET", "/system/df", json={})
    scripted.expect("GET", "/networks", json=[])
    scripted.expect("GET", "/containers/json?all=1", json=[])
    done = scripted.dsock("system", "doctor")
    assert done.returncode == 1
    assert "fail  host        IPv4 forwarding is disabled\n" in done.stdout
    assert "fix: sysctl -w net.ipv4.ip_forward=1\n" in done.stdout


def test_without_an_engine_that_is_the_finding(scripted: Scripted) -> None:
    done = scripted.dsock("-H", "unix:///nonexistent/docker.sock", "system", "doctor")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "fail  socket      no engine's socket at /nonexistent/docker.sock"
    )
    assert "fix: " in done.stdout
