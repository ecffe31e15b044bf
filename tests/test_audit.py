"""The rules of `dsock audit`, each on the record that it is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsock.audit import finding, paths, rules, sarif, subject
from dsock.audit.mounts import Known

HOST: dict[str, Any] = {
    "Privileged": False, "PidMode": "", "NetworkMode": "default", "IpcMode": "private",
    "CapAdd": None, "SecurityOpt": None, "CgroupnsMode": "host", "UTSMode": "", "UsernsMode": "",
}  # fmt: skip
VOLUMES = {
    "data": {"Name": "data", "Options": None},
    "evil": {"Name": "evil", "Options": {"type": "none", "o": "bind", "device": "/var/run"}},
    "nfs": {"Name": "nfs", "Options": {"type": "nfs", "o": "addr=x", "device": ":/data"}},
}


def container(mounts: list[dict[str, Any]] | None = None, **host: Any) -> dict[str, Any]:
    env = host.pop("env", [])
    return {
        "Id": "f" * 64, "Name": "/web", "HostConfig": {**HOST, **host}, "Mounts": mounts or [],
        "Config": {"Env": env},
    }  # fmt: skip


def bind(source: str, writable: bool = True) -> dict[str, Any]:
    return {"Type": "bind", "Source": source, "Destination": "/x", "RW": writable}


OTHER = {**container([bind("/run/docker.sock")]), "Name": "/other"}
KNOWN = Known(VOLUMES, {"other": OTHER})


def found(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    who = subject.service(record) if "Spec" in record else subject.container(record)
    return [(one.rule.id, one.severity, one.path) for one in rules.all_of(who, KNOWN)]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (container(), []),
        (container([bind("/srv/www", False)]), []),
        (container([bind("/etc/localtime", False)]), []),
        (container([{"Type": "volume", "Name": "data", "RW": True}]), []),
        (container([{"Type": "volume", "Name": "nfs", "RW": True}]), []),
        (container([bind("/srv/www")]), [("host-path", "info", "Mounts[0].Source")]),
        # The socket: itself, read-only, under another name, in a folder, of another runtime.
        (container([bind("/var/run/docker.sock")]), [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/run/docker.sock", False)]),
         [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/var/run//../run/docker.sock")]),
         [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/run", False)]), [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/run/containerd")]), [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/run/user/1000/podman/podman.sock")]),
         [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/opt/engine/docker.sock")]),
         [("socket", "critical", "Mounts[0].Source")]),
        (container([bind("/")]), [("socket", "critical", "Mounts[0].Source"),
                                  ("host-path", "critical", "Mounts[0].Source")]),
        (container([{"Type": "volume", "Name": "evil", "RW": True}]),
         [("socket", "critical", "Mounts[0]")]),
        # Only the configuration knows, as in a file of somebody else's inspect.
        (container(Binds=["/var/run/docker.sock:/s:ro"]),
         [("socket", "critical", "HostConfig.Binds[0]")]),
        (container(Mounts=[{"Type": "volume", "Source": "new", "VolumeOptions": {"DriverConfig": {
            "Options": {"type": "none", "o": " rbind", "device": "/run/docker.sock"}}}}]),
         [("socket", "critical",
           "HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options.device")]),
        (container(VolumesFrom=["other:ro"]),
         [("socket", "critical", "HostConfig.VolumesFrom[0]")]),
        # Paths of the host.
        (container([bind("/etc", False)]), [("host-path", "high", "Mounts[0].Source")]),
        (container([bind("/etc/cron.d")]), [("host-path", "critical", "Mounts[0].Source")]),
        (container([bind("/home/me/.ssh", False)]), [("host-path", "high", "Mounts[0].Source")]),
        (container([bind("/home/me/app")]), [("host-path", "info", "Mounts[0].Source")]),
        (container([bind("/var/lib/docker/volumes", False)]),
         [("host-path", "high", "Mounts[0].Source")]),
        # Rights.
        (container(Privileged=True, CapAdd=["ALL"], SecurityOpt=["label=disable"]),
         [("privileged", "critical", "HostConfig.Privileged")]),
        (container(CapAdd=["CAP_SYS_ADMIN", "NET_ADMIN", "chown"]),
         [("capability", "critical", "HostConfig.CapAdd[0]"),
          ("capability", "medium", "HostConfig.CapAdd[1]")]),
        (container(PidMode="host", SecurityOpt=["label=disable"]),
         [("namespace", "high", "HostConfig.PidMode")]),
        (container(NetworkMode="host"), [("namespace", "medium", "HostConfig.NetworkMode")]),
        (container(UsernsMode="host"), [("namespace", "high", "HostConfig.UsernsMode")]),
        (container(Devices=[{"PathOnHost": "/dev/sda"}, {"PathOnHost": "/dev/fuse"}]),
         [("device", "critical", "HostConfig.Devices[0].PathOnHost")]),
        (container(DeviceCgroupRules=["c 1:3 r", "a *:* rwm"]),
         [("device", "medium", "HostConfig.DeviceCgroupRules[0]"),
          ("device", "critical", "HostConfig.DeviceCgroupRules[1]")]),
        (container(SecurityOpt=["seccomp=unconfined", "apparmor:unconfined", "seccomp={}"]),
         [("unconfined", "high", "HostConfig.SecurityOpt[0]"),
          ("unconfined", "high", "HostConfig.SecurityOpt[1]")]),
        (container(MaskedPaths=[], ReadonlyPaths=[]),
         [("unconfined", "high", "HostConfig.MaskedPaths"),
          ("unconfined", "high", "HostConfig.ReadonlyPaths")]),
        (container(env=["A=1", "DOCKER_HOST=tcp://engine:2375"]),
         [("remote-engine", "high", "Config.Env[1]")]),
        (container(env=["DOCKER_HOST=tcp://engine:2376", "DOCKER_TLS_VERIFY=1"]), []),
        # A service.
        ({"ID": "s1", "Spec": {"Name": "agent", "TaskTemplate": {"ContainerSpec": {
            "Mounts": [{"Type": "bind", "Source": "/var/run/docker.sock", "ReadOnly": True}],
            "CapabilityAdd": ["CAP_SYS_PTRACE"],
            "Privileges": {"Seccomp": {"Mode": "unconfined"}}}}}},
         [("socket", "critical", "Spec.TaskTemplate.ContainerSpec.Mounts[0].Source"),
          ("capability", "high", "Spec.TaskTemplate.ContainerSpec.CapabilityAdd[0]"),
          ("unconfined", "high", "Spec.TaskTemplate.ContainerSpec.Privileges.Seccomp.Mode")]),
    ],
)  # fmt: skip
def test_a_record_has_its_findings_and_no_other(
    record: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert found(record) == expected


def test_a_listener_without_tls_is_found_by_the_engines_warning_and_by_how_it_is_reached() -> None:
    warning = "WARNING: API is accessible on http://0.0.0.0:2375 without encryption."
    info = {"Name": "host", "ID": "x", "Warnings": ["WARNING: no swap", warning]}
    [one] = rules.engine("unix:///run/docker.sock", info)
    assert (one.severity, one.path) == ("critical", "Warnings[1]")
    [one] = rules.engine("tcp://host:2375", {"Name": "host"})
    assert one.value == "tcp://host:2375"
    assert not list(rules.engine("unix:///run/docker.sock", {"Name": "host", "Warnings": None}))


@pytest.mark.parametrize(
    "path", ["/var/run/docker.sock", "//run/./docker.sock", "/run/docker.sock/"]
)
def test_a_path_has_one_spelling(path: str) -> None:
    assert paths.canonical(path) == "/run/docker.sock"


def bench(record: dict[str, Any]) -> bool:
    """Check 5.32 (5.31 before) of docker-bench-security: its word in the mounts of what runs."""
    mounts = record.get("Mounts") or []
    return record.get("State") != "exited" and any("docker.sock" in str(one) for one in mounts)


def test_what_docker_bench_sees_is_seen_and_what_it_misses_too() -> None:
    sock = bind("/var/run/docker.sock")
    assert bench(container([sock])) and found(container([sock]))
    in_service = {"Mounts": [{"Type": "bind", "Source": "/run/docker.sock"}]}
    missed = [
        container([bind("/var/run")]),
        container([bind("/run/podman/podman.sock")]),
        container([bind("/run/containerd/containerd.sock")]),
        container([{"Type": "volume", "Name": "evil", "RW": True}]),
        container(VolumesFrom=["other"]),
        {**container([sock]), "State": "exited"},
        {"Spec": {"Name": "a", "TaskTemplate": {"ContainerSpec": in_service}}},
    ]
    for record in missed:
        assert not bench(record)
        assert [rule for rule, severity, _ in found(record) if severity == "critical"] == ["socket"]


def test_a_report_for_code_hosts_names_rules_and_places() -> None:
    who = subject.container(container([bind("/")], Privileged=True))
    report = sarif.report(rules.all_of(who, KNOWN))
    [run] = report["runs"]
    assert report["version"] == "2.1.0" and run["tool"]["driver"]["name"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] == "error" and result["message"]["text"]
    json.dumps(report)


def test_the_worst_comes_first() -> None:
    who = subject.container(container([bind("/srv")], NetworkMode="host", PidMode="host"))
    order = [one.severity for one in finding.worst_first(list(rules.all_of(who, KNOWN)))]
    assert order == ["high", "medium", "info"]
    assert finding.at_least("high", "medium") and not finding.at_least("info", "medium")
