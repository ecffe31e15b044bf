"""What policies promise, against those who try to get past them in two steps, by names, by time."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dsock.errors import DsockError
from dsock.relay.policy import load
from dsock.relay.policy.profiles import PROFILES
from dsock.relay.proxy import LIMITS
from tests.proxies import ABSENT, ANSWER, MADE, proxy, say, usual
from tests.test_proxy import create, get
from tests.test_relay_forward import Engine, all_of

JSON = "Content-Type: application/json\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n"
EXECS = "rules: [GET /_ping, 'POST /containers/{id}/exec', 'POST /exec/{id}/start']\n"


def post(target: str, body: Any, more: str = JSON) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return get(target, "POST", f"{more}Content-Length: {len(data)}\r\n") + data


def found(value: Any) -> bytes:
    data = json.dumps(value).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)


def status(answer: bytes) -> int:
    return int(answer[9:12])


@pytest.mark.parametrize(
    "said",
    [
        get("/build", "POST", FORM) + b"remote=", get("/images/create", "POST", FORM) + b"tag=abc",
        get("/containers/prune", "POST", FORM) + b"filters",
        get("/containers/web/kill", "POST", FORM) + b"signal=",
        get("/build", "POST", FORM.replace("x-www-form-urlencoded", "json")) + b"nothing",
        get("/images/load", "POST", FORM) + b"quiet=1",
        get("/build?remote=http://evil", "POST"), get("/build?networkmode=HOST", "POST"),
        get("/build?networkmode=container:x", "POST"), get("/build?version=2", "POST"),
        get("/build?securityopt=%5B%22x%22%5D", "POST"), get("/build?session=x", "POST"),
        get("/build?cgroupparent=x&t=a", "POST"), get("/build?extrahosts=x:1", "POST"),
        get("/images/create?fromSrc=-", "POST"), get("/images/create?fromImage=a;b=c", "POST"),
        get("/containers/web/kill?signal=9&signal=1", "POST"), get("/build?outputs=x", "POST"),
        post("/containers/web/start", {"Binds": ["/:/h"]}), post("/containers/web/kill", {"a": 1}),
        post("/commit?container=web", {"HostConfig": {}}), post("/commit?changes=USER+root", {}),
        post("/volumes/create", {"DriverOpts": {"type": "none", "o": "bind", "device": "/"}}),
        post("/volumes/create", {"driveropts": {"o": "bind", "device": "/"}}),
        post("/volumes/create", {"Driver": "evil"}), post("/networks/create", {"Driver": "host"}),
        post("/networks/create", {"Name": "n", "Options": {"parent": "eth0"}}),
        post("/containers/web/update", {"Devices": [{"PathOnHost": "/dev/sda"}]}),
        post("/networks/n/connect", {"Container": "../../secrets"}),
        post("/networks/n/connect", {"Container": "web", "EndpointConfig": {"MacAddress": "x"}}),
        post("/plugins/pull?remote=x", []), post("/services/create", {}), post("/swarm/init", {}),
        get("/containers/web/archive?path=/", "PUT"), get("/secrets"), get("/grpc", "POST"),
        post("/containers/web/exec", {"Cmd": ["true"], "Privileged": True}),
        post("/containers/web/exec", {"Cmd": ["true"], "privileged": True}),
        post("/containers/web/exec", {"Cmd": "true"}), post("/exec/0a/start", {"Privileged": 1}),
        get("/containers/web/top?ps_args=e"), get("/session", "POST"),
    ],
)  # fmt: skip
def test_no_wide_policy_lets_through_what_gives_more_than_its_calls(
    tmp_path: Path, said: bytes
) -> None:
    """A policy with every call whose body need not be said to be open."""
    calls = ["POST /build", "POST /images/create", "POST /images/load", "POST /containers/prune",
             "POST /containers/{id}/kill", "POST /containers/{id}/start", "POST /commit",
             "POST /volumes/create", "POST /networks/create", "POST /containers/{id}/update",
             "POST /networks/{network}/connect", "POST /containers/{id}/exec",
             "POST /exec/{id}/start", "GET /containers/{id}/top"]  # fmt: skip
    with proxy(tmp_path, f"rules: {json.dumps(calls)}\n") as (path, heard, _):
        assert status(say(path, said)) in (400, 403, 404, 415)
    assert heard == []


@pytest.mark.parametrize(
    "call", ["POST /services/create", "POST /plugins/pull", "PUT /volumes/{volume}"]
)
def test_a_body_that_nobody_looks_into_has_to_be_said_to_be_open(tmp_path: Path, call: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(f"rules: ['{call}']")
    with pytest.raises(DsockError, match="body: any"):
        load.file(str(file))


@pytest.mark.parametrize(
    ("volume", "passes"),
    [({"Name": "v", "Driver": "local", "Options": None}, True),
     ({"Name": "v", "Driver": "local", "Options": {"o": "bind", "device": "/"}}, False),
     ({"Name": "v", "Driver": "evil", "Options": None}, False), ([], False)],
)  # fmt: skip
def test_a_volume_that_leads_elsewhere_is_not_mounted_by_its_name(
    tmp_path: Path, volume: Any, passes: bool
) -> None:
    policy = "rules: [POST /containers/create]\n"
    mounts = [{"Binds": ["v:/x"]}, {"Mounts": [{"Type": "volume", "Source": "v", "Target": "/x"}]}]
    with proxy(tmp_path, policy, lambda heard: found(volume) if b"GET" in heard[:4] else MADE) as (
        path, heard, _,
    ):  # fmt: skip
        for host in mounts:
            body = json.dumps({"Image": "b", "HostConfig": host}).encode()
            answer = say(path, create(body).replace(b"?name=x", b""))
            assert (status(answer) == 201) is passes
    posts = [request for request in heard if request.startswith(b"POST")]
    assert len(posts) == (2 if passes else 0)


def test_an_exec_is_started_only_by_who_made_it_and_its_bytes_are_no_requests(
    tmp_path: Path,
) -> None:
    switch = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly"
    made = MADE.replace(b'8\r\n\r\n{"Id":1}', b'11\r\n\r\n{"Id":"0a"}')

    def answer(heard: bytes) -> bytes:
        return made if b"/exec HTTP" in heard else switch if b"Upgrade" in heard else ABSENT

    start = post("/exec/0a/start", {}, f"{JSON}Connection: Upgrade\r\nUpgrade: tcp\r\n")
    with proxy(tmp_path, EXECS, answer) as (path, heard, _):
        assert status(say(path, start)) == 404 and heard == []
        assert status(say(path, post("/containers/web/exec", {"Cmd": ["sh"]}))) == 201
        said = say(path, start + get("/secrets"))  # bytes for the command now
        assert said == switch and heard[1].endswith(get("/secrets"))
        # An engine that does not upgrade: what follows is a request again, if anything.
        refused = say(path, post("/exec/0a/start", {}) + get("/secrets")).split(b"HTTP/1.1 ")[1:]
        assert [int(one[:3]) for one in refused] == [404, 403]
        assert status(say(path, start.replace(b"/0a/", b"/0b/"))) == 404
    assert len(heard) == 3


def test_a_start_may_be_granted_without_the_making(tmp_path: Path) -> None:
    with proxy(tmp_path, "rules: ['POST /exec/{id}/start']\n") as (path, heard, _):
        assert status(say(path, post("/containers/web/exec", {"Cmd": ["sh"]}))) == 403
        assert status(say(path, post("/exec/0a/start", {}))) == 404
    assert heard == []


def test_a_policy_of_commands_is_one_of_health_checks_too(tmp_path: Path) -> None:
    policy = (
        "rules:\n  - call: POST /containers/create\n    query: [name]\n    body: {commands: [ls]}\n"
    )
    with proxy(tmp_path, policy) as (path, heard, _):
        for more in ({"Healthcheck": {"Test": ["CMD", "sh"]}}, {"Entrypoint": ["sh"]},
                     {"Cmd": ["ls", "x"]}, {"Cmd": [["ls"]]}):  # fmt: skip
            body = json.dumps({"Image": "b", "Cmd": ["ls"], **more}).encode()
            assert status(say(path, create(body))) in (400, 403)
        assert heard == []
        assert status(say(path, create(b'{"Image":"b","Cmd":["ls"]}'))) == 201


def test_an_owner_reaches_only_its_own_by_ids_that_stay(tmp_path: Path) -> None:
    full = "ab" * 32
    mine = {"Id": full, "Config": {"Labels": {"dsock.proxy.owner": "me"}}}

    def answer(heard: bytes) -> bytes:
        if heard.startswith(b"GET /containers/mine/json"):
            return found(mine)
        other = heard.startswith(b"GET /containers/other/json")
        return found({"Id": "cd" * 32, "Config": {"Labels": {}}}) if other else usual(heard)

    rules = ["DELETE /containers/{id}", "GET /containers/{id}/attach/ws",
             {"call": "POST /exec/{id}/start", "body": "any"}]  # fmt: skip
    policy = f"owner: me\nrules: {json.dumps(rules)}\n"
    with proxy(tmp_path, policy, lambda heard: ABSENT if b"/none/" in heard else answer(heard)) as (
        path, heard, _,
    ):  # fmt: skip
        for said in (get("/containers/other", "DELETE"), get("/containers/none", "DELETE"),
                     get("/containers/other/attach/ws"), post("/exec/0a/start", {})):  # fmt: skip
            assert status(say(path, said)) == 404
        assert {request.split()[1] for request in heard} == {
            b"/containers/other/json", b"/containers/none/json"}  # fmt: skip
        say(path, get("/containers/mine", "DELETE"))
        assert heard[-1].startswith(f"DELETE /containers/{full} ".encode())
        say(path, get("/containers/mine/attach/ws"))
        assert heard[-1].startswith(f"GET /containers/{full}/attach/ws ".encode())


def test_events_are_only_those_of_the_owner_and_tell_no_command(tmp_path: Path) -> None:
    label = {"dsock.proxy.owner": "me"}
    events = [
        {"Action": "exec_create: sh -c secret", "status": "exec_create: secret",
         "Actor": {"ID": "1", "Attributes": {"name": "a", **label}}},
        {"Type": "container", "Action": "die", "Actor": {"Attributes": {"name": "other"}}},
        {"Type": "network", "Action": "connect", "Actor": {}}, {"Action": "x"},
    ]  # fmt: skip
    stream = "".join(json.dumps(one) + "\n" for one in events).encode()
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    with proxy(tmp_path, "owner: me\nrules: [GET /events]\n", answer % (len(stream), stream)) as (
        path, heard, _,
    ):  # fmt: skip
        said = say(path, get("/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D"))
        assert said.count(b'"Action"') == 1 and b'"exec_create"' in said and b"secret" not in said
    assert b"label" in heard[0] and b"dsock.proxy.owner%3Dme" in heard[0]


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "all"])
def test_no_profile_reads_files_or_secrets(tmp_path: Path, profile: str) -> None:
    """Nor streams of others, but by the profiles that are for that."""
    out = [get(f"/containers/web/{what}") for what in (
        "archive?path=/", "export", "attach/ws", "top", "changes")]  # fmt: skip
    out += [get(path) for path in (
        "/images/busybox/get", "/images/get?names=busybox", "/swarm", "/swarm/unlockkey",
        "/secrets", "/configs", "/services", "/tasks", "/nodes", "/plugins", "/debug/pprof/",
        "/containers/web/archive%3fpath=/", "/libpod/info", "/v4.0.0/libpod/info")]  # fmt: skip
    out += [post(path, {}) for path in (
        "/containers/web/exec", "/commit", "/exec/0a/start", "/auth", "/containers/web/update",
        "/containers/prune", "/volumes/create", "/grpc", "/session", "/swarm/join")]  # fmt: skip
    with proxy(tmp_path, f"profiles: [{profile}]\n") as (path, heard, _):
        assert all(status(say(path, said)) in (400, 403) for said in out)
    assert heard == []


def test_who_is_slow_is_told_so_and_keeps_nobody_from_the_engine(tmp_path: Path) -> None:
    limits = replace(LIMITS, idle=0.5, request=0.5, body=0.5)
    policy = "rules: [GET /_ping, POST /containers/create]\n"
    with proxy(tmp_path, policy, limits=limits) as (path, heard, _):
        slow = [b"", b"GET /_ping HT", create(b'{"Image":"b"}').replace(b"?name=x", b"")[:-3]]
        clients = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in slow]
        for client, said in zip(clients, slow, strict=True):
            client.settimeout(60)
            client.connect(path)
            client.sendall(said)
        assert status(say(path, get("/_ping"))) == 200
        answers = [all_of(client)[:12] for client in clients]
        assert answers == [b"", b"HTTP/1.1 408", b"HTTP/1.1 408"]
        for client in clients:
            client.close()
    assert len(heard) == 1


def test_an_engine_that_was_away_is_found_again(tmp_path: Path) -> None:
    with proxy(tmp_path, "profiles: [ping]\n") as (path, _, log):
        os.rename(tmp_path / "engine.sock", tmp_path / "away.sock")
        away = say(path, get("/_ping"))
        assert status(away) == 502 and json.loads(away.partition(b"\r\n\r\n")[2])["message"]
        other = Engine(tmp_path / "engine.sock", lambda sock: sock.sendall(ANSWER))
        assert status(say(path, get("/_ping"))) == 200
        other.close()
    assert [entry["verdict"] for entry in log] == ["allow", "failed", "allow"]


@pytest.mark.parametrize("who", ["uids", "gids"])
def test_a_user_who_is_not_listed_hears_nothing(tmp_path: Path, who: str) -> None:
    with proxy(tmp_path, f"{who}: [{os.getuid() + 1}]\nprofiles: [ping]\n") as (path, heard, log):
        assert say(path, get("/_ping")) == b""
    assert heard == [] and log[0]["verdict"] == "deny" and log[0]["uid"] == os.getuid()


def test_an_audit_tells_what_it_would_refuse_and_lets_it_pass(tmp_path: Path) -> None:
    policy = "audit: true\nrules: [GET /_ping, POST /containers/create]\n"
    body = b'{"Image":"b", "HostConfig":{"Privileged":true}}'
    with proxy(tmp_path, policy) as (path, heard, log):
        assert status(say(path, get("/_ping"))) == 200
        assert status(say(path, get("/secrets?a=1"))) == 200
        assert status(say(path, create(body).replace(b"?name=x", b""))) == 201
        assert status(say(path, get("/_ping", more="Host: other\r\n"))) == 400
    assert [one["verdict"] for one in log] == ["allow", "would-deny", "would-deny", "deny"]
    assert heard[1] == get("/secrets?a=1") and heard[2].endswith(body)
