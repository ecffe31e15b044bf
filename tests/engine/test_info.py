"""version and info for answers that no engine at hand gives: docker's own layout of them."""

from __future__ import annotations

import subprocess

import pytest

from tests.engine import engines

CLUSTER = {
    "ID": "cluster", "DefaultAddrPool": ["10.0.0.0/8", "11.0.0.0/8"], "SubnetSize": 24,
    "DataPathPort": 4789, "RootRotationInProgress": True,
    "Spec": {
        "Orchestration": {"TaskHistoryRetentionLimit": 5},
        "Raft": {"SnapshotInterval": 10000, "KeepOldSnapshots": 0, "HeartbeatTick": 1,
                 "ElectionTick": 10},
        "Dispatcher": {"HeartbeatPeriod": 5_000_000_000},
        "CAConfig": {"NodeCertExpiry": 7776000000000000, "ForceRotate": 2,
                     "SigningCACert": "-----BEGIN\nx\n",
                     "ExternalCAs": [{"Protocol": "cfssl", "URL": "https://x"}]},
        "EncryptionConfig": {"AutoLockManagers": True},
    },
}  # fmt: skip
MANAGERS = [{"NodeID": "n2", "Addr": "9.2.3.4:2377"}, {"NodeID": "n1", "Addr": "1.2.3.4:2377"}]
FULL = {
    "OSType": "linux", "Warnings": ["WARNING: a", "WARNING: b"], "Labels": ["a=b", "c"],
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=/x.json", "selinux"],
    "HttpProxy": "http://p", "HttpsProxy": "https://q", "NoProxy": "x", "ExperimentalBuild": True,
    "Debug": True, "NFd": 3, "NGoroutines": 4, "SystemTime": "2026", "NEventsListener": 2,
    "ProductLicense": "L", "DefaultAddressPools": [{"Base": "10.0.0.0/8", "Size": 24}],
    "RegistryConfig": {
        "IndexConfigs": {"docker.io": {"Name": "docker.io", "Secure": True},
                         "x:5000": {"Name": "x:5000", "Secure": False}},
        "InsecureRegistryCIDRs": ["127.0.0.0/8", "::1/128"],
        "Mirrors": ["http://m/"],
    },
    "CDISpecDirs": ["/etc/cdi"], "DiscoveredDevices": [{"Source": "cdi", "ID": "x"}],
    "Runtimes": {"runc": {"path": "runc"}}, "DefaultRuntime": "runc", "MemTotal": 123456,
    "NCPU": 3, "LiveRestoreEnabled": True, "Name": "n", "DriverStatus": [["a", "b"], ["c", "d"]],
    "Plugins": {"Volume": ["local"], "Network": None, "Authorization": ["z"], "Log": ["l", "m"]},
}  # fmt: skip
INFOS = {
    "nothing": {},
    "windows": {"OSType": "windows", "Isolation": "hyperv", "MemTotal": 1023 * 1024},
    "everything": FULL,
    "manager": {"OSType": "linux", "Swarm": {
        "NodeID": "n1", "NodeAddr": "1.2.3.4", "LocalNodeState": "active",
        "ControlAvailable": True, "Nodes": 3, "Managers": 2, "Cluster": CLUSTER,
        "RemoteManagers": MANAGERS}},
    "worker": {"OSType": "linux", "Swarm": {
        "NodeID": "n1", "NodeAddr": "1.2.3.4", "LocalNodeState": "pending", "Error": "bad"}},
    "locked": {"OSType": "linux", "Swarm": {"LocalNodeState": "locked", "NodeID": "x"}},
}  # fmt: skip
VERSIONS = {
    "nothing": {},
    "Podman": {
        "Platform": {"Name": "linux/amd64/debian-12"},
        "Components": [
            {"Name": "Podman Engine", "Version": "5.8", "Details": {
                "APIVersion": "5.8", "MinAPIVersion": "4", "AVeryVeryLongNameOfADetail": "x"}},
            {"Name": "OCI Runtime", "Version": "crun version 1\ncommit: abc\nrundir: /x",
             "Details": {"Package": "crun"}},
        ],
        "Version": "5.8.6", "ApiVersion": "1.44", "MinAPIVersion": "1.24", "Os": "linux",
        "Arch": "amd64", "BuildTime": "2025-01-01T10:00:00Z",
    },
    "old": {"Version": "17", "Os": "linux", "Experimental": True, "BuildTime": "Mon Jan 2"},
    "community": {
        "Platform": {"Name": "Docker Engine - Community"},
        "Components": [{"Name": "Engine", "Version": "28", "Details": {
            "ApiVersion": "1.51", "BuildTime": "2025-08-20T10:36:32.000000000+00:00"}}],
    },
    "bare": {"Components": [{"Name": "x", "Version": "1"},
                            {"Name": "Engine", "Version": "1", "Details": None}]},
}  # fmt: skip


@pytest.mark.parametrize("api", ["1.41", "1.51"])
@pytest.mark.parametrize("info", INFOS.values(), ids=INFOS.keys())
def test_info_has_dockers_layout(scripted, info, api):
    scripted.api_version = api
    scripted.expect("GET", "/info", json=info, repeat=True)
    assert told(scripted, "info")


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_version_has_dockers_layout(scripted, version):
    scripted.expect("GET", "/version", json=version, repeat=True)
    assert told(scripted, "version")


def told(scripted, command: str) -> str:
    """What both tell of the server."""
    docker = subprocess.run(
        [engines.docker_cli(), command],
        env=scripted.env, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    dsock = scripted.dsock(command)
    expected = docker.stdout.partition("Server:")[2]
    assert dsock.stdout.partition("Server:")[2] == expected
    assert (dsock.stderr, dsock.returncode) == (docker.stderr, docker.returncode)
    return expected
