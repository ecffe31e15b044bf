"""The proxy against those who try to get past it: what reaches the engine is what the policy
allows, and nothing else. The engine is a raw socket that keeps all it hears."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dsock.errors import DsockError
from dsock.relay.policy import load
from tests.proxies import ANSWER, proxy, say

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
        "/%63ontainers%2fjson", "/containers/json%2f", "/containers/web/%61ttach/ws", "/v1.41",
        "/containers/json?all=1&%61ll=0", "/containers/json?all=%zz", "/%2e/containers/json",
        "/containers/json?filters=%ff", "//docker/containers/json", "/debug/pprof/", "/networks/",
    ],
)  # fmt: skip
def test_a_path_that_is_not_allowed_never_reaches_the_engine(tmp_path: Path, target: str) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        status = int(say(path, get(target)).split()[1])
        assert 400 <= status < 500
    assert heard == []


@pytest.mark.parametrize(
    ("target", "arrives"),
    [
        ("/_ping", "/_ping"), ("/containers/json", "/containers/json"),
        ("/v1.41/containers/json?all=1", "/v1.41/containers/json?all=1"),
        ("/v1/containers/json?", "/v1/containers/json"),
        ("/%63ontainers/%6Ason?%61ll=%31", "/containers/json?all=1"),
    ],
)  # fmt: skip
def test_what_is_allowed_reaches_it_spelled_plainly(
    tmp_path: Path, target: str, arrives: str
) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        assert say(path, get(target)).startswith(b"HTTP/1.1 200")
    [request] = heard
    assert request.split()[:2] == [b"GET", arrives.encode()]


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
        get("/_ping", more=f"X: {'a' * 2_000_000}\r\n"), get("/_ping", "PATCH"),
        get("/_ping", "FOO"), get("/_ping", "GET\t"), get("/_ping", more="X: a\0\r\n"),
        *(get("/_ping", more=f"Content-Length: {said}\r\n") + b"hello"
          for said in ("-5", "+5", "0x5", "5, 5", "5\r\nContent-Length: 0", "5")),
        *(get("/_ping", more=f"Transfer-Encoding{said}\r\n") + b"0\r\n\r\n"
          for said in (": chunked, identity", " : chunked", ":\x0bchunked", ": identity")),
        get("/_ping", more="Transfer-Encoding: chunked\r\n").replace(b"1.1", b"1.0"),
        b"GET /_ping HTTP/1.1\r\n\r\n", b"GET /_ping HTTP/0.9\r\nHost: docker\r\n\r\n",
        get("/_ping", more="Accept: a\r\nAccept: b\r\n"),
    ],
)  # fmt: skip
def test_a_request_that_is_no_strict_one_never_reaches_it(tmp_path: Path, data: bytes) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        assert b" 200 " not in say(path, data)[:20]
    assert heard == []


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        (get("/_ping") + get("/secrets"), [200, 403]),
        (get("/_ping", more="Content-Length: 0\r\n") + get("/secrets"), [200, 403]),
        (get("/_ping") + get("/_ping") + b"trailing", [200, 200, 400]),
        # After a refusal nothing is read any more: the body may be a request.
        (get("/secrets", "POST", "Content-Length: 9\r\n") + get("/_ping"), [403]),
        (get("/secrets") + get("/_ping"), [403]),
    ],
)
def test_of_requests_sent_at_once_only_the_allowed_ones_arrive(
    tmp_path: Path, said: bytes, statuses: list[int]
) -> None:
    with proxy(tmp_path, READS) as (path, heard, _):
        answers = say(path, said).split(b"HTTP/1.1 ")[1:]
        assert [int(one[:3]) for one in answers] == statuses
    assert len(heard) == statuses.count(200) and b"secrets" not in b"".join(heard)


@pytest.mark.parametrize("protocol", ["tcp", "h2c", "websocket"])
def test_an_upgrade_is_no_way_past(tmp_path: Path, protocol: str) -> None:
    more = f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {protocol}\r\nHTTP2-Settings: AA\r\n"
    switch = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    with proxy(tmp_path, READS, lambda heard: switch if b"all" in heard else ANSWER) as opened:
        path, heard, _ = opened
        say(path, get("/containers/json", more=more) + get("/secrets"))
        made = say(path, get("/containers/json?all=1", more=more) + b"x")  # by the engine itself
        assert made.startswith(b"HTTP/1.1 502")
    assert [request.count(b"\r\n") for request in heard] == [3, 3]
    assert all(request.endswith(b"\r\n\r\n") for request in heard)


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
        with_host(PidMode="container:x"), with_host(IpcMode="container:x"),
        with_host(NetworkMode="ns:/proc/1/ns/net"), with_host(CgroupnsMode="host"),
        with_host(SecurityOpt=["no-new-privileges=false"]),
        with_host(SecurityOpt=["label=disable"]), with_host(Tmpfs={"/t": "rbind"}),
        with_host(SecurityOpt=["systempaths=unconfined"]), with_host(Binds=["etc/../x:/h"]),
        with_host(Mounts=[{"Type": "image", "Source": "x"}]), with_host(Annotations={"a": ""}),
        with_host(Mounts=[{"Type": "cluster"}]), with_host(Mounts=[{"type": "bind"}]),
        with_host(Mounts=[{"Type": "volume", "Source": "v", "VolumeOptions": {"Subpath": "../x"}}]),
        with_host(Mounts=[{"Type": "volume", "VolumeOptions": {"DriverConfig": {"Options": {
            "o": " bind", "device": ""}}}}]), with_host(Mounts=[{"Type": "tmpfs", "TmpfsOptions": {
            "Options": [["exec"]]}}]), with_host(Tmpfs={"/t": "exec"}),
        with_host(LogConfig={"Type": "syslog"}), with_host(LogConfig={"Config": {"a": "b"}}),
        with_host(Links=["a:b"]), with_host(StorageOpt={"size": "1"}), with_host(Cgroup="x"),
        with_host(ContainerIDFile="/x"), with_host(OomScoreAdj=-1000), with_host(VolumeDriver="x"),
        b'{"Image":"b","MacAddress":"02:42:ac:11:00:02"}', b'{"Image":"b","Volumes":{"/:/h":{}}}',
        *(json.dumps({"Image": "b", "NetworkingConfig": {"EndpointsConfig": found}}).encode()
          for found in ({"host": {}}, {"bridge": {"MacAddress": "02:42:ac:11:00:02"}},
                        {"bridge": {"IPAMConfig": {"IPv4Address": "1.2.3.4"}}},
                        {"bridge": {"Links": ["a"]}}, {"bridge": {"DriverOpts": {"a": "b"}}})),
        b'{"Image":"b","Env":["' + b"x" * (1 << 20) + b'"]}', b'{"Image":"b"}' + b" " * (1 << 20),
        b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b"}",
        b'{"Image":"b","HostConfig":{"Privileged":[true]}}', b'{"Image":"b","Memory":1e999}',
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
    "field",
    ['"Privileged":true', '"PidMode":"host"', '"NetworkMode":"host"', '"UsernsMode":"host"',
     '"Binds":["/:/h"]', '"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}]',
     '"CapAdd":["ALL"]', '"Devices":[{"PathOnHost":"/dev/sda"}]', '"VolumesFrom":["x"]',
     '"SecurityOpt":["seccomp=unconfined"]', '"MaskedPaths":[]', '"Runtime":"x"'],
)  # fmt: skip
def test_no_trick_of_json_hides_a_field(tmp_path: Path, field: str) -> None:
    name, value = field.split(":", 1)
    name = name.strip('"')
    names = {name, name.lower(), name.upper(), name.swapcase(), name.replace("s", "ſ"),
             name.replace("k", "\u212a"), f"\\u{ord(name[0]):04x}{name[1:]}"}  # fmt: skip
    inner = [f'{{"{one}":{value}}}' for one in names]
    inner += [f'{{{field},"{name}":null}}', f'{{"{name}":null,{field}}}',
              f'{{"{name.lower()}":null,{field}}}']  # fmt: skip
    outer = ["HostConfig", "hostconfig", "HoſtConfig", "Host\\u0043onfig"]
    bodies = [f'{{"Image":"b","{host}":{one}}}' for one in inner for host in outer]
    bodies += [f'{{"Image":"b","HostConfig":{{{field}}},"{host}":{{}}}}' for host in outer]
    bodies += [f'{{"Image":"b"}}{{"HostConfig":{{{field}}}}}', f'{{"Image":"b",{field}}}']
    with proxy(tmp_path, CREATES) as (path, heard, _):
        for body in bodies:
            answer = say(path, create(body.encode()))
            assert answer[9:12] in (b"400", b"403"), body
    assert heard == []


@pytest.mark.parametrize(
    "kind", ["", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
             "text/plain", "application/json; charset=utf-16"],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(tmp_path: Path, kind: str) -> None:
    with proxy(tmp_path, CREATES) as (path, heard, _):
        assert 400 <= int(say(path, create(b'{"Image":"b"}', kind)).split()[1]) < 500
    assert heard == []


@pytest.mark.parametrize(
    ("call", "target"),
    [  # docker-py's tests make each of them
        ("GET /networks/{network}", "GET /networks/test%2001"),
        ("DELETE /containers/{id}", "DELETE /containers/web/db?link=1"),
        ("GET /services/{service}/logs", "GET /services/a/logs?stdout=1"),
        ("POST /commit", "POST /commit?container=a&changes=EXPOSE+1&changes=USER+a"),
        ("POST /build", "POST /build?dockerfile=a&dockerfile=a&extrahosts=a:1&extrahosts=b:1"),
    ],
)
def test_what_other_clients_send_may_be_allowed(tmp_path: Path, call: str, target: str) -> None:
    with proxy(tmp_path, f'rules:\n  - {{call: "{call}", query: any}}\n') as (path, heard, _):
        method, _, target = target.partition(" ")
        packed = "Content-Encoding: gzip\r\n" if call == "POST /build" else ""
        assert b" 403 " not in say(path, get(target, method, packed))
        assert heard and heard[0].startswith(f"{method} {target.partition('?')[0]}".encode())


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
