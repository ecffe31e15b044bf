"""The body of POST /containers/create: line by line as docker sends it, and what is ours."""

from __future__ import annotations

from typing import Any

import click
import pytest

from dsock.errors import BadFlag, DsockError
from tests import create_lines as lines


@pytest.mark.parametrize("row", lines.recorded(), ids=lambda row: row["flags"])
def test_a_line_of_flags_is_the_body_that_docker_sends(row: dict[str, Any], tmp_path, monkeypatch):
    monkeypatch.chdir(lines.place(tmp_path))
    if "exit" in row:
        with pytest.raises((DsockError, click.UsageError)) as caught:
            lines.body(row["flags"])
        assert caught.value.exit_code == row["exit"]
    else:
        body = lines.placed(lines.body(row["flags"]), tmp_path)
        assert lines.bare(body) == row["body"]


def test_only_what_is_set_is_sent():
    assert lines.body("") == {
        "Image": "busybox",
        "AttachStdout": True,
        "AttachStderr": True,
        "HostConfig": {"NetworkMode": "default", "RestartPolicy": {"Name": "no"}},
    }


def test_the_command_follows_the_image():
    from dsock.flags import create

    body = create.body("nginx", ("sh", "-c", "echo $HOME"), lines.flags(""), {})
    assert (body["Image"], body["Cmd"]) == ("nginx", ["sh", "-c", "echo $HOME"])


STREAMS = [
    # line, detached: stdin, stdout, stderr attached; stdin open; open once
    ("", False, (False, True, True, False, False)),
    ("-i", False, (True, True, True, True, True)),
    ("-a stdout", False, (False, True, False, False, False)),
    ("-a STDERR", False, (False, False, True, False, False)),
    ("-a stdin", False, (True, False, False, False, False)),
    ("-i -a stdout", False, (True, True, False, True, True)),
    ("", True, (False, False, False, False, False)),
    ("-i", True, (False, False, False, True, False)),
    ("-it", True, (False, False, False, True, False)),
]


@pytest.mark.parametrize(("line", "detach", "expected"), STREAMS)
def test_streams_are_attached_as_docker_attaches_them(line, detach, expected):
    body = lines.body(line, detach=detach)
    keys = ("AttachStdin", "AttachStdout", "AttachStderr", "OpenStdin", "StdinOnce")
    assert tuple(body.get(key, False) for key in keys) == expected


def test_zeros_that_were_asked_for_are_sent():
    body = lines.body("--stop-timeout 0 --memory-swappiness 0 --init=false")
    assert body["StopTimeout"] == 0
    assert body["HostConfig"]["MemorySwappiness"] == 0
    assert body["HostConfig"]["Init"] is False


AGES = [
    ("--annotation a=b", "1.42", "1.43", "--annotation"),
    ("--health-start-interval 0", "1.43", "1.44", '--health-start-interval"'),
    ("--network name=n,mac-address=02:42:ac:11:00:02", "1.43", "1.44", "mac-address"),
    ("--network name=n,gw-priority=1", "1.47", "1.48", "gw-priority"),
    ("--mount type=volume,dst=/d,volume-subpath=s", "1.44", "1.45", "volume-subpath"),
    (
        "--mount type=bind,src=/s,dst=/d,ro,bind-propagation=rprivate,bind-recursive=readonly",
        "1.43",
        "1.44",
        "bind-recursive=readonly",
    ),
]


@pytest.mark.parametrize(("line", "old", "new", "named"), AGES)
def test_what_an_older_engine_would_ignore_is_refused(line, old, new, named):
    with pytest.raises(DsockError, match=rf"{named} requires API version {new}") as caught:
        lines.body(line, version=old)
    assert not isinstance(caught.value, BadFlag)
    lines.body(line, version=new)


def test_a_mac_address_is_the_containers_until_engines_know_it_by_network():
    address = "02:42:ac:11:00:02"
    old = lines.body(f"--mac-address {address}", version="1.43")
    assert old["MacAddress"] == address
    assert "NetworkingConfig" not in old
    new = lines.body(f"--mac-address {address}", version="1.44")
    assert "MacAddress" not in new
    assert new["NetworkingConfig"] == {"EndpointsConfig": {"default": {"MacAddress": address}}}


def test_kernel_memory_is_sent_to_engines_that_know_it():
    assert lines.host("--kernel-memory 64m", version="1.41") == {"KernelMemory": 64 << 20}
    assert lines.host("--kernel-memory 64m", version="1.42") == {}


CONFLICTS = [
    ("--rm --restart always", "cannot specify both --restart and --rm"),
    ("--no-healthcheck --health-cmd x", "--no-healthcheck conflicts with --health-"),
    ("--log-driver none --log-opt a=b", "invalid logging opts for driver none"),
    ("--network a --network host", "cannot attach both user-defined and non-user-defined"),
    ("--network n --network n", 'network "n" is specified multiple times'),
    ("--network-alias x", "aliases are only supported for user-defined networks"),
    ("--network name=n,alias=a --network-alias b", "both --network-alias and per-network alias"),
    ("--memory-swappiness 101", "range is 0-100"),
    ("--restart :3", "no policy provided before colon"),
    ("-a nothing", "valid streams are STDIN, STDOUT and STDERR"),
    ("--pid nope", "--pid: invalid PID mode"),
    ("--sysctl kernel.hostname=x", "sysctl 'kernel.hostname=x' is not allowed"),
]


@pytest.mark.parametrize(("line", "message"), CONFLICTS)
def test_flags_that_make_no_sense_are_refused_in_one_line(line, message):
    with pytest.raises(BadFlag) as caught:
        lines.body(line)
    assert message in caught.value.message
    assert "\n" not in caught.value.message


def test_proxies_of_the_config_are_set_unless_the_flags_set_them():
    proxies = {"httpProxy": "http://proxy:3128", "noProxy": "localhost", "ftpProxy": ""}
    body = lines.body("-e HTTP_PROXY=mine -e A=1", proxies=proxies)
    assert body["Env"] == [
        "HTTP_PROXY=mine",
        "A=1",
        "http_proxy=http://proxy:3128",
        "NO_PROXY=localhost",
        "no_proxy=localhost",
    ]
