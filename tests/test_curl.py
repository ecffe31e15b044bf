"""The printed curl: run by a shell it gives the engine the call that dsock makes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dsock.api import containers, images, system
from dsock.engine.client import Engine
from dsock.engine.curl import curl, quoted, variable
from dsock.engine.endpoint import Endpoint
from dsock.engine.request import Request, Upload
from dsock.engine.tls import Tls
from tests.scripted import Answer, Call, Scripted

SOCKET = Endpoint("unix:///var/run/docker.sock", "default")
HOSTILE = "a b'c\"d$HOME`id`\\ \n\t!*?[x]{y}~ ü 漢 @z -f %41 #"

REQUESTS = [
    containers.list_(all=True, filters={"name": {HOSTILE: True}}),
    containers.create({"Image": "nginx", "Cmd": [HOSTILE, "@file", "-x"]}, name="web"),
    containers.create({"Image": HOSTILE, "Labels": {HOSTILE: HOSTILE}}, name=HOSTILE),
    containers.start("web"),
    containers.inspect(HOSTILE),
    containers.remove("web", force=True),
    containers.logs("web", tail="all", follow=True),
    containers.archive_stat("web", HOSTILE),
    images.pull("docker.io/library/nginx", "latest"),
    system.events(filters={"event": ["start", HOSTILE]}),
    Request("POST", "/containers/create", json={"Image": "x" * 60_000}),
    Request("POST", "/containers/create", json={"Image": "x'" * 100_000}),
    Request("PUT", "/x", {"a": HOSTILE}, json=[1, None, True]),
    Request("DELETE", "/x", json={"a": "b"}),
    Request("POST", "/x", json="@file"),
    Request("GET", "/x", headers={"X-Meta": HOSTILE.replace("\n", " ").replace("ü 漢", "")}),
    Request("POST", "/x", headers={"X-Empty": ""}, json={}),
    containers.create({"Image": "x", "Cmd": ["\udcff\udcfe", "a\udc80'"]}, name="\udcff"),
    containers.attach("web", stdin=True),
    containers.resize("web", 24, 80),
    containers.wait("web", "next-exit"),
]


# What each client says about itself and about how it sends a body.
OWN_HEADERS = {
    "accept", "accept-encoding", "connection", "content-length", "expect", "transfer-encoding",
    "upgrade", "user-agent",
}  # fmt: skip


def sent(call: Call) -> tuple[str, str, dict[str, str], bytes]:
    headers = {key: v for key, v in call.headers.items() if key.lower() not in OWN_HEADERS}
    return call.method, call.target, headers, call.body


def in_a_shell(line: str, **how: Any) -> None:
    """Run a line by sh, which reads it: as an argument of sh it could be too long."""
    data = line.encode("utf-8", "surrogateescape")
    done = subprocess.run(["sh"], input=data, capture_output=True, check=False, **how)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: r.name[:40])
def test_a_shell_sends_the_same_call(scripted: Scripted, request_: Request) -> None:
    scripted.anything = Answer(status=200)
    endpoint = Endpoint(scripted.host, "the test")
    Engine(endpoint).open(request_).close()
    in_a_shell(curl(request_, endpoint, "1.41"))
    ours, curls = map(sent, scripted.calls)
    assert ours == curls
    assert ours[1] == request_.target("1.41")


def test_over_tcp_a_shell_sends_the_same_call() -> None:
    with Scripted(tcp=True) as engine:
        engine.anything = Answer(status=200)
        endpoint = Endpoint(f"{engine.host}/below", "the test")
        request = containers.create({"Image": HOSTILE}, name="[a-z]")
        Engine(endpoint, "1.41").open(request).close()
        in_a_shell(curl(request, endpoint, "1.41"))
        ours, curls = map(sent, engine.calls)
        assert ours == curls


@pytest.mark.parametrize(
    "name", ["with 'quotes' \"$HOME\" `id`", "Ünï", "~", "-x", "[a-z]{1,2}", "@"]
)
def test_a_socket_below_any_folder_is_reached(scripted: Scripted, name: str) -> None:
    scripted.anything = Answer(status=200)
    folder = scripted.path.parent / name
    folder.mkdir()
    (folder / "d.sock").symlink_to(scripted.path)
    in_a_shell(curl(containers.list_(), Endpoint(f"unix://{folder}/d.sock", "the test"), "1.41"))
    assert scripted.names == ["GET /containers/json"]


@pytest.mark.parametrize("name", ["context.tar", "a[1-2] {x,y}.tar", "@x", "-x", "ü'$HOME'"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_upload_is_sent_from_its_file(
    scripted: Scripted, tmp_path: Path, method: str, name: str
) -> None:
    scripted.anything = Answer(status=200)
    (tmp_path / name).write_bytes(b"\0tar")
    upload = Upload(name, iter([b"\0", b"tar"]))
    request = Request(method, "/x", {"path": "/a b"}, upload=upload)
    endpoint = Endpoint(scripted.host, "the test")
    Engine(endpoint).open(request).close()
    in_a_shell(curl(request, endpoint, "1.41"), cwd=tmp_path)
    ours, curls = map(sent, scripted.calls)
    assert ours == curls
    assert ours[3] == b"\0tar"


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (
            containers.list_(all=True),
            "curl -sS --unix-socket /var/run/docker.sock"
            " 'http://localhost/v1.41/containers/json?all=1'",
        ),
        (
            containers.create({"Image": "nginx"}),
            "curl -sS --unix-socket /var/run/docker.sock -H 'Content-Type: application/json'"
            """ -d '{"Image":"nginx"}' http://localhost/v1.41/containers/create""",
        ),
        (
            containers.start("web"),
            "curl -sS --unix-socket /var/run/docker.sock -X POST"
            " http://localhost/v1.41/containers/web/start",
        ),
        (
            system.events(),
            "curl -sSN --unix-socket /var/run/docker.sock http://localhost/v1.41/events",
        ),
        (
            containers.archive_stat("web", "/x"),
            "curl -sS --unix-socket /var/run/docker.sock -I"
            " 'http://localhost/v1.41/containers/web/archive?path=%2Fx'",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Request) else "",
)
def test_the_usual_lines_are_as_a_person_writes_them(request_: Request, line: str) -> None:
    assert curl(request_, SOCKET, "1.41") == line


def test_tcp_needs_no_socket() -> None:
    line = curl(containers.list_(), Endpoint("tcp://127.0.0.1:2375", "--host"), "1.41")
    assert line == "curl -sS http://127.0.0.1:2375/v1.41/containers/json"


def test_tls_comes_with_its_certificates() -> None:
    tls = Tls(Path("/c/ca.pem"), Path("/c/my cert.pem"), Path("/c/key.pem"))
    line = curl(containers.list_(), Endpoint("tcp://h:2376", "--host", tls), "1.41")
    assert line == (
        "curl -sS --cacert /c/ca.pem --cert '/c/my cert.pem' --key /c/key.pem"
        " https://h:2376/v1.41/containers/json"
    )
    line = curl(containers.list_(), Endpoint("tcp://h:1", "--host", Tls(verify=False)), "1.41")
    assert line == "curl -sS -k https://h:1/v1.41/containers/json"


def test_without_credentials_the_header_is_no_secret() -> None:
    line = curl(images.push("r/x", "1", auth="e30="), SOCKET, "1.41")
    assert "-H 'X-Registry-Auth: e30='" in line


@pytest.mark.parametrize(
    "request_",
    [
        images.pull("r/x", "1", auth="hunter2"),
        Request("POST", "/auth", json={"username": "u", "password": "hunter2"}),
        Request("POST", "/auth", json={"identitytoken": "hunter2"}),
        containers.create({"Image": "x", "Env": ["DB_PASSWORD=hunter2", "A=b"]}),
        containers.create({"Image": "x", "Env": ["GITHUB_TOKEN=hunter2"]}),
        containers.create({"Image": "x", "Env": ["SMTP_PASS=hunter2"]}),
        containers.create({"Image": "x", "Env": ["STRIPE_KEY=hunter2"]}),
        containers.create({"Image": "x", "Env": ["DATABASE_URL=postgres://u:hunter2@h/x"]}),
        containers.exec_create("x", {"Cmd": ["x"], "Env": ["MYSQL_PWD=hunter2"]}),
        Request("GET", "/x", headers={"Authorization": "Bearer hunter2"}),
        Request("GET", "/x", headers={"X-Api-Key": "hunter2"}),
        containers.create({"Image": "x", "Env": ["AWS_SECRET_ACCESS_KEY=hunter2"]}),
    ],
    ids=lambda r: str(r.json)[:40],
)
def test_a_secret_becomes_a_variable_of_the_shell(request_: Request) -> None:
    line = curl(request_, SOCKET, "1.41")
    assert "hunter2" not in line
    assert "$" in line


@pytest.mark.parametrize("name", ["PATH", "PWD", "KEYBOARD", "COMPASS", "MONKEY", "A", "NO_PROXY"])
def test_what_is_no_secret_is_shown(name: str) -> None:
    line = curl(containers.create({"Image": "x", "Env": [f"{name}=http://h:1/x"]}), SOCKET, "1.41")
    assert f'"{name}=http://h:1/x"' in line


def test_headers_of_dockers_configuration_are_sent_and_shown(scripted: Scripted) -> None:
    config = {"HttpHeaders": {"X-Meta-Source": "a b", "Authorization": "Basic hunter2"}}
    (scripted.path.parent / "config.json").write_text(json.dumps(config))
    scripted.expect("GET", "/containers/json", json=[])
    done = scripted.dsock("ps", "--curl")
    assert "-H 'X-Meta-Source: a b'" in done.stderr
    assert '"$AUTHORIZATION"' in done.stderr
    assert "hunter2" not in done.stderr
    for call in (*scripted.pings, *scripted.calls):
        assert call.headers["X-Meta-Source"] == "a b"
        assert call.headers["Authorization"] == "Basic hunter2"


def test_a_variable_is_expanded_where_it_stands(scripted: Scripted) -> None:
    scripted.anything = Answer(status=200)
    request = containers.create({"Image": "x", "Env": ["THE_TOKEN=it's $5", "B='c'"]})
    line = curl(request, Endpoint(scripted.host, "the test"), "1.41")
    subprocess.run(["sh", "-c", line], check=True, env={"THE_TOKEN": "its-5", "PATH": "/usr/bin"})
    assert scripted.calls[0].json["Env"] == ["THE_TOKEN=its-5", "B='c'"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plain", "plain"),
        ("two words", "'two words'"),
        (f"/containers/{variable('ID')}/start", '"/containers/$ID/start"'),
        (f"/a/{variable('ID')}?x=1&y", '"/a/$ID?x=1&y"'),
        (variable("ID"), '"$ID"'),
        (f"x{variable('ID')}y", 'x"$ID"y'),
        (f"$HOME {variable('ID')}", "'$HOME '\"$ID\""),
    ],
)
def test_variables_stand_in_double_quotes(text: str, word: str) -> None:
    assert quoted(text) == word


@pytest.mark.parametrize("argv", [["--curl", "ps"], ["ps", "--curl"]])
def test_curl_may_stand_before_and_after_the_command(scripted: Scripted, argv: list[str]) -> None:
    scripted.expect("GET", "/containers/json", json=[])
    done = scripted.dsock(*argv)
    line = curl(containers.list_(), Endpoint(scripted.host, ""), "1.41")
    assert (done.returncode, done.stderr) == (0, line + "\n")
    assert done.stdout.startswith("CONTAINER ID")


def test_after_the_image_a_flag_is_the_containers_own(scripted: Scripted) -> None:
    def has_flags(call: Any) -> None:
        assert call.json["Cmd"] == ["echo", "--curl", "--dry-run"]

    scripted.expect("POST", "/containers/create", body=has_flags, status=201, json={"Id": "a" * 64})
    done = scripted.dsock("create", "busybox", "echo", "--curl", "--dry-run")
    assert (done.stdout, done.stderr) == ("a" * 64 + "\n", "")
