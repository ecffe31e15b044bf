"""The proxy against those who try to get past it: what reaches the engine is what the policy
allows, and nothing else. The engine is a raw socket that keeps all it hears."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dsock.errors import DsockError
from dsock.relay.policy import load
from tests.proxies import proxy, say

READS = "rules: [GET /_ping, GET /containers/json]\n"
CREATES = "rules:\n  - call: POST /containers/create\n    query: [name]\n"


def get(target: str, method: str = "GET", more: str = "") -> bytes:
    return f"{method} {target} HTTP/1.1\r\nHost: docker\r\n{more}\r\n".encode("latin-1")


@pytest.mark.parametrize(
    "target",
    [
        "/containers/json/", "//containers/json", "/./containers/json", "/containers/../secrets",
        "/containers/%2e%2e/secrets", "/containers%2Fjson", "/containers/%256a", "/secrets",
        "/containers/json%00", "/containers/json%0a", "/containers/json%20", "/containers/json%5c",
        "/containers/json;x", "/Containers/json", "/V1.41/containers/json", "/v/containers/json",
        "/v1.41/v1.41/containers/json", "/v1.41.9.9/containers/json", "/_pingX", "/secrets/info",
        "/v5.0.0/libpod/containers/json", "/x/containers/json", "/containers/json/../create",
        "/containers/json?nope=1", "/containers/json?all=1&all=0", "/containers/json?all=1;size=1",
        "http://docker/secrets", "*", "/containers/json#x", "/containers/web/json",
        "/containers/web/archive?path=/", "/containers/web/attach/ws", "/" + "a" * 70_000,
    ],
)  # fmt: skip
def test_a_path_that_is_not_allowed_never_reaches_the_engine(tmp_path: Path, target: str) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        status = int(say(path, get(target)).split()[1])
        assert 400 <= status < 500
    assert heard == []


@pytest.mark.parametrize("target", ["/_ping", "/containers/json", "/v1.41/containers/json?all=1"])
def test_what_is_allowed_reaches_it(tmp_path: Path, target: str) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        assert say(path, get(target)).startswith(b"HTTP/1.1 200")
    [request] = heard
    assert request.split()[:2] == [b"GET", target.encode()]


@pytest.mark.parametrize(
    "data",
    [
        get("/containers/json", "HEAD"), get("/containers/json", "OPTIONS"),
        get("/containers/json", "TRACE"), get("/containers/json", "get"),
        get("/containers/json", "POST"), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT docker:80 HTTP/1.1\r\nHost: docker\r\n\r\n",
        get("/_ping", more="Content-Length: 1\r\nContent-Length: 1\r\n") + b"x",
        get("/_ping", more="Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
        get("/_ping", more="Transfer-Encoding: xchunked\r\n"),
        get("/_ping", more="Host: other\r\n"), get("/_ping", more="X: a\r\n b\r\n"),
        b"GET /_ping HTTP/1.1\nHost: docker\n\n", b"GET /_ping\r\n\r\n",
        get("/_ping", more="Content-Encoding: gzip\r\nContent-Length: 1\r\n") + b"x",
        get("/_ping", more=f"X: {'a' * 2_000_000}\r\n"),
    ],
)  # fmt: skip
def test_a_request_that_is_no_strict_one_never_reaches_it(tmp_path: Path, data: bytes) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        assert b" 200 " not in say(path, data)[:20]
    assert heard == []


def test_of_two_requests_sent_at_once_only_the_allowed_one_arrives(tmp_path: Path) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        said = say(path, get("/_ping") + get("/secrets"))
        assert said.startswith(b"HTTP/1.1 200") and b"HTTP/1.1 403" in said
    assert len(heard) == 1 and b"secrets" not in heard[0]


def test_an_upgrade_is_no_way_past(tmp_path: Path) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        say(path, get("/containers/json", more="Connection: Upgrade\r\nUpgrade: tcp\r\n") +
            get("/secrets"))  # fmt: skip
    assert all(b"pgrade" not in request and b"secrets" not in request for request in heard)


def create(body: bytes, kind: str = "application/json") -> bytes:
    more = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return get("/containers/create?name=x", "POST", more) + body


HARMLESS: dict[str, Any] = {"Image": "busybox", "Cmd": ["true"], "HostConfig": {"Memory": 2**60}}


def with_host(**host: Any) -> bytes:
    return json.dumps({**HARMLESS, "HostConfig": host}).encode()


def test_a_harmless_container_is_made_and_its_body_is_written_anew(tmp_path: Path) -> None:
    with proxy(tmp_path, CREATES) as (path, heard, _):
        spaced = json.dumps(HARMLESS, indent=5).encode()
        assert say(path, create(spaced)).startswith(b"HTTP/1.1 201")
    body = heard[0].partition(b"\r\n\r\n")[2]
    assert json.loads(body) == HARMLESS and b"\n" not in body


@pytest.mark.parametrize(
    "body",
    [
        with_host(Privileged=True), with_host(PidMode="host"), with_host(IpcMode="host"),
        with_host(UTSMode="host"), with_host(NetworkMode="host"), with_host(UsernsMode="host"),
        with_host(NetworkMode="container:x"), with_host(CapAdd=["SYS_ADMIN"]),
        with_host(Devices=[{"PathOnHost": "/dev/sda"}]), with_host(DeviceCgroupRules=["a"]),
        with_host(SecurityOpt=["seccomp=unconfined"]), with_host(MaskedPaths=[]),
        with_host(ReadonlyPaths=[]), with_host(Sysctls={"a": "b"}), with_host(Runtime="x"),
        with_host(CgroupParent="/x"), with_host(GroupAdd=["0"]), with_host(ExtraHosts=["a:b"]),
        with_host(VolumesFrom=["x"]), with_host(Binds=["/:/h"]), with_host(Binds=["//etc:/h"]),
        with_host(Binds=["/a/../etc:/h"]), with_host(Mounts=[{"Type": "bind", "Source": "/"}]),
        with_host(Mounts=[{"Type": "volume", "VolumeOptions": {"DriverConfig": {"Options": {
            "o": "bind", "device": "/"}}}}]), with_host(Mounts=[{"Type": "npipe"}]),
        with_host(Nope=1), with_host(DeviceRequests=[{"Count": -1}]),
        with_host(privileged=True), with_host(PRIVILEGED=True),
        b'{"Image":"b","HostConfig":{"\\u0050rivileged":true}}',
        '{"Image":"b","HoſtConfig":{"Privileged":true}}'.encode(),
        b'{"Image":"b","HostConfig":{"Privileged":true},"HostConfig":{}}',
        b'{"Image":"b","HostConfig":{"Privileged":false,"Privileged":true}}',
        b'{"Image":"b","Privileged":true}', b'{"Image":"b","Binds":["/:/h"]}',
        b'{"Image":"b"} {"HostConfig":{"Privileged":true}}', b'\xef\xbb\xbf{"Image":"b"}',
        '{"Image":"b"}'.encode("utf-16"), b'{"Image":"b","HostConfig":{"Memory":NaN}}',
        b'{"Image":"b","HostConfig":{"Privileged":"true"}}',
        b'{"Image":"b","HostConfig":{"Privileged":1}}', b"[" * 100_000, b"nope",
        b'{"Image":"b","Env":"' + b"x" * (4 << 20) + b'"}',
    ],
)  # fmt: skip
def test_a_dangerous_container_is_not_made_however_it_is_written(
    tmp_path: Path, body: bytes
) -> None:
    with proxy(tmp_path, CREATES) as (path, heard, _):
        assert 400 <= int(say(path, create(body)).split()[1]) < 500
    assert heard == []


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain",
             "application/json; charset=utf-16"],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(tmp_path: Path, kind: str) -> None:
    with proxy(tmp_path, CREATES) as (path, heard, _):
        assert 400 <= int(say(path, create(b'{"Image":"b"}', kind)).split()[1]) < 500
    assert heard == []


def test_only_an_import_has_an_archive_for_a_body(tmp_path: Path) -> None:
    policy = "rules:\n  - {call: POST /containers/create, query: any}\n"
    with proxy(tmp_path, f"{policy}  - {{call: POST /images/create, query: any}}\n") as (
        path,
        heard,
        _,
    ):
        bad = create(with_host(Privileged=True)).replace(b"create", b"create?fromSrc=-", 1)
        assert b" 403 " in say(path, bad) and not heard
        tar = b"x" * 5000
        line = b"POST /images/create?fromSrc=- HTTP/1.1\r\nHost: d\r\nContent-Type: text/plain\r\n"
        say(path, line + b"Content-Length: 5000\r\n\r\n" + tar)
        assert heard[0].endswith(tar)


def test_a_redirect_of_the_engine_is_not_passed_on(tmp_path: Path) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: /secrets\r\nContent-Length: 0\r\n\r\n"
    with proxy(tmp_path, READS, moved) as (path, _, _):
        answer = say(path, get("/containers/json"))
        assert b"Location" not in answer and int(answer.split()[1]) >= 400


def test_an_answer_that_cannot_be_filtered_is_withheld(tmp_path: Path) -> None:
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{not json"
    policy = "profiles: [inspect-noenv]\n"
    with proxy(tmp_path, policy, broken) as (path, _, log):
        answer = say(path, get("/containers/web/json"))
        assert answer.startswith(b"HTTP/1.1 502") and b"{not json" not in answer
    assert [entry["verdict"] for entry in log] == ["allow", "failed"]


def test_the_log_holds_a_line_a_decision_and_no_secret(tmp_path: Path) -> None:
    with proxy(tmp_path, READS) as (path, _, log):
        say(path, get("/x%0a%1b[31m", more="X-Registry-Auth: c2VjcmV0\r\n"))
        say(path, get("/_ping"))
    assert [entry["verdict"] for entry in log] == ["deny", "allow"]
    assert "c2VjcmV0" not in json.dumps(log) and "\n" not in json.dumps(log)


@pytest.mark.parametrize(
    "policy",
    ["", "rules: nope", "rules: [GET /nosuch]", "nope: 1", "profiles: [nope]", "rules: [1]",
     "rules:\n  - call: GET /_ping\n    nope: 1", "a: [", "rules: [GET /_ping]\nrules: []"],
)  # fmt: skip
def test_a_policy_that_is_not_clear_opens_no_socket(tmp_path: Path, policy: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(policy)
    with pytest.raises(DsockError):
        load.file(str(file))
