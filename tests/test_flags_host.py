"""Limits, devices, networks and security as HostConfig has them."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag
from tests import create_lines as lines

HOSTS = [
    ("-m 64m --memory-swap -1 --cpus 1.5 --pids-limit -1", {
        "Memory": 64 << 20, "MemorySwap": -1, "NanoCpus": 1_500_000_000, "PidsLimit": -1,
    }),
    ("--ulimit nofile=1024:2048 --ulimit core=0 --ulimit nofile=5 --ulimit nproc=1:-1", {
        "Ulimits": [
            {"Name": "core", "Soft": 0, "Hard": 0},
            {"Name": "nofile", "Soft": 5, "Hard": 5},
            {"Name": "nproc", "Soft": 1, "Hard": -1},
        ],
    }),
    ("--device-read-bps /dev/sda:1mb --device-write-iops /dev/sdb:100", {
        "BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": 1 << 20}],
        "BlkioDeviceWriteIOps": [{"Path": "/dev/sdb", "Rate": 100}],
    }),
    ("--device /dev/fuse --device /dev/a:/dev/b:r --device /dev/c:rw", {
        "Devices": [
            {"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rwm"},
            {"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "r"},
            {"PathOnHost": "/dev/c", "PathInContainer": "/dev/c", "CgroupPermissions": "rw"},
        ],
    }),
    ("--device vendor.com/gpu=0", {
        "DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["vendor.com/gpu=0"]}],
    }),
    ("--gpus all", {
        "DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]], "Options": {}}],
    }),
    ("""--gpus '"device=0,2",driver=nvidia,"capabilities=utility"'""", {
        "DeviceRequests": [{
            "DeviceIDs": ["0", "2"], "Driver": "nvidia",
            "Capabilities": [["utility", "gpu"]], "Options": {},
        }],
    }),
    ("--add-host a:1.2.3.4 --add-host b=::1 --add-host c:[::1] --add-host d:host-gateway", {
        "ExtraHosts": ["a:1.2.3.4", "b:::1", "c:::1", "d:host-gateway"],
    }),
    ("--dns ' 8.8.8.8' --dns 0:0:0:0:0:0:0:1 --dns-search . --dns-opt ndots:1", {
        "Dns": ["8.8.8.8", "::1"], "DnsSearch": ["."], "DnsOptions": ["ndots:1"],
    }),
    ("--cap-add net_admin --cap-add CAP_NET_ADMIN --cap-drop all", {
        "CapAdd": ["CAP_NET_ADMIN"], "CapDrop": ["ALL"],
    }),
    ("--security-opt systempaths=unconfined --security-opt no-new-privileges", {
        "SecurityOpt": ["no-new-privileges"], "MaskedPaths": [], "ReadonlyPaths": [],
    }),
    ("--restart on-failure:3", {
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
    }),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), HOSTS, ids=[line for line, _ in HOSTS])
def test_flags_are_the_host_config(line, expected):
    assert lines.host(line) == expected


REFUSED = [
    ("--ulimit nofile=10:5", "soft limit must be less than or equal to hard limit: 10 > 5"),
    ("--ulimit nofile=-1:5", "soft limit must be less than or equal to hard limit: -1 > 5"),
    ("--ulimit foo=1", "invalid ulimit type: foo"),
    ("--ulimit nofile=1:2:3", "too many limits"),
    ("--blkio-weight-device /dev/sda:5", "a weight is 10 to 1000"),
    ("--device-read-bps sda:1", "bad format for device path: sda:1"),
    ("--device dev", "'dev' is not an absolute path"),
    ("--device /dev/a:/dev/b:x", "bad mode specified: x"),
    ("--device-cgroup-rule 'c 1 r'", "invalid device cgroup format 'c 1 r'"),
    ("--gpus all,count=2", "can be specified only once"),
    ("--gpus foo=1", "unexpected key 'foo'"),
    ("--add-host a:b:c", 'invalid IP address in add-host: "b:c"'),
    ("--add-host a", 'bad format for add-host: "a"'),
    ("--dns nope", "IP address is not correctly formatted: nope"),
    ("--dns-search bad_domain", "bad_domain is not a valid domain"),
    ("--link a:b:c", "bad format for links: a:b:c"),
    ("--mac-address zz", "zz is not a valid mac address"),
    ("--network name=n,foo=1", "invalid field key foo"),
    ("--network alias=a", "network name/id is not specified"),
    ("--security-opt foo", 'invalid --security-opt: "foo"'),
    ("--security-opt seccomp=/nope", "opening seccomp profile (/nope) failed: no such file"),
    ("--storage-opt size", "invalid storage option: size"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED, ids=[line for line, _ in REFUSED])
def test_a_bad_flag_is_refused_in_one_line(line, message):
    with pytest.raises(BadFlag) as caught:
        lines.body(line)
    assert message in caught.value.message
    assert caught.value.exit_code == 125


def test_a_seccomp_profile_is_sent_without_the_space_between_its_tokens(tmp_path):
    profile = tmp_path / "profile.json"
    profile.write_text('{ "a b": [ 1.50,\n "c \\" d" ] }\n')
    options = lines.host(f"--security-opt seccomp={profile}")["SecurityOpt"]
    assert options == ['seccomp={"a b":[1.50,"c \\" d"]}']


def test_a_seccomp_profile_must_be_json(tmp_path):
    profile = tmp_path / "profile.json"
    profile.write_text("{")
    with pytest.raises(BadFlag, match="is not JSON"):
        lines.host(f"--security-opt seccomp={profile}")


def test_what_is_said_beside_the_network_is_for_the_first():
    line = (
        "--network name=a,alias=x --network b --ip 10.0.0.2 --link c:d --link-local-ip 169.254.1.1"
    )
    assert lines.body(line)["NetworkingConfig"]["EndpointsConfig"] == {
        "a": {
            "IPAMConfig": {"IPv4Address": "10.0.0.2", "LinkLocalIPs": ["169.254.1.1"]},
            "Aliases": ["x"],
            "Links": ["c:d"],
        },
        "b": {},
    }
