"""The printed curl: run by a shell it gives the engine the call that dsock makes."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from dsock.api import containers, images, system
from dsock.engine.curl import curl, quoted, variable
from dsock.engine.endpoint import Endpoint
from dsock.engine.request import Request
from tests.scripted import Scripted
from tests.scripted_wire import Answer

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
    Request("PUT", "/x", {"a": HOSTILE}, json=[1, None, True]),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: r.name[:40])
def test_a_shell_sends_the_same_call(scripted: Scripted, request_: Request) -> None:
    scripted.anything = Answer(status=200)
    line = curl(request_, Endpoint(scripted.host, "the test"), "1.41")
    assert line.isprintable() or "\n" in HOSTILE
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [call] = scripted.calls
    assert (call.method, call.target) == (request_.method, request_.target("1.41"))
    assert call.body == (request_.body() or b"")
    if request_.json is not None:
        assert call.headers["Content-Type"] == "application/json"


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


@pytest.mark.parametrize(
    "request_",
    [
        images.pull("r/x", "1", auth="hunter2"),
        Request("POST", "/auth", json={"username": "u", "password": "hunter2"}),
        Request("POST", "/auth", json={"identitytoken": "hunter2"}),
        containers.create({"Image": "x", "Env": ["DB_PASSWORD=hunter2", "A=b"]}),
        containers.create({"Image": "x", "Env": ["GITHUB_TOKEN=hunter2"]}),
        containers.create({"Image": "x", "Env": ["AWS_SECRET_ACCESS_KEY=hunter2"]}),
    ],
    ids=lambda r: str(r.json)[:40],
)
def test_a_secret_becomes_a_variable_of_the_shell(request_: Request) -> None:
    line = curl(request_, SOCKET, "1.41")
    assert "hunter2" not in line
    assert "$" in line


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
