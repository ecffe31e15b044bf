"""The calls of well-known programs under their profiles, and what they must not do besides. The
lists are what these programs send, by their sources."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from dsock.relay import listen
from dsock.relay.beside import serving
from dsock.relay.policy import load
from dsock.relay.proxy import Door
from tests.engine.live import LiveEngine
from tests.test_relay_forward import all_of

CONTAINERS = quote('{"type":{"container":true}}')
# Profiles, calls that work, calls that are refused; {} is a container.
PROGRAMS = {
    "traefik": (
        ["load-balancer"],
        ["HEAD /_ping", "GET /v1.24/version", "GET /v1.24/containers/json?all=1",
         "GET /v1.24/containers/{}/json", f"GET /v1.24/events?until=1&filters={CONTAINERS}"],
        ["GET /networks", "GET /info", "POST /containers/{}/restart"],
    ),
    "docker-gen": (
        ["docker-gen"],
        ["GET /_ping", "GET /version", "GET /info", "GET /containers/json?", "GET /networks",
         "GET /containers/{}/json?", "GET /containers/json?all=1", "GET /events?until=1"],
        ["POST /containers/{}/kill?signal=1", "POST /containers/{}/restart?t=10", "GET /volumes"],
    ),
    "autoheal": (
        ["autoheal"],
        ['GET /containers/json?filters={"health":["unhealthy"],"label":["autoheal=true"]}',
         "POST /containers/{}/restart?t=0"],
        ["POST /containers/{}/stop", "POST /containers/{}/kill", "DELETE /containers/{}"],
    ),
    "prometheus": (
        ["metrics"],
        ["HEAD /_ping", "GET /v1.40/containers/json?limit=0", "GET /v1.40/networks"],
        ["GET /v1.40/events", "GET /v1.40/services", "GET /v1.40/tasks", "GET /v1.40/nodes"],
    ),
    "cadvisor": (
        ["metrics"],
        ["GET /version", "GET /info", "GET /containers/{}/json"],
        ["GET /containers/{}/top", "GET /containers/{}/logs?stdout=1"],
    ),
    "watchtower, that only tells": (
        ["inspect-noenv", "pull"],
        ["GET /v1.25/containers/json?all=1", "GET /v1.25/containers/{}/json",
         "GET /v1.25/images/busybox:latest/json"],
        ["POST /v1.25/containers/create?name=x", "POST /v1.25/containers/{}/stop?t=10",
         "POST /v1.25/containers/{}/rename?name=x", "DELETE /v1.25/containers/{}",
         "DELETE /v1.25/images/busybox", "POST /v1.25/images/create?fromSrc=x"],
    ),
    "portainer, that only shows": (
        ["dashboard"],
        ["GET /info", "GET /version", "GET /containers/json?all=1&size=0", "GET /networks",
         "GET /images/json?all=0", "GET /volumes", "GET /containers/{}/json", "GET /system/df",
         "GET /images/busybox:latest/json", "GET /images/busybox:latest/history",
         "GET /events?since=0&until=1"],
        ["POST /containers/{}/exec", "POST /containers/{}/start", "GET /containers/{}/logs",
         "PUT /containers/{}/archive?path=/", "GET /containers/{}/attach/ws", "GET /secrets",
         "POST /volumes/create", "POST /commit?container={}", "GET /swarm/unlockkey"],
    ),
}  # fmt: skip


def ask(path: Path, call: str) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(60)
        client.connect(str(path))
        client.sendall(f"{call} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n".encode())
        return all_of(client)


@pytest.mark.parametrize("engine_name", ["docker-20.10", "docker-28.5"])
def test_programs_work_under_their_profiles_and_do_nothing_else(
    live_engines: Callable[[str], LiveEngine], engine_name: str, tmp_path: Path
) -> None:
    engine = live_engines(engine_name)
    name = f"profiles-{uuid.uuid4().hex[:8]}"
    line = ["run", "-d", "--name", name, "-e", "PASSWORD=s3cret", "-v", "/srv:/srv"]
    engine.docker(*line, "busybox", "sleep", "600")
    host = engine.host.removeprefix("unix://")
    path = tmp_path / "proxy.sock"
    try:
        for program, (profiles, works, refused) in PROGRAMS.items():
            listener = load.Listener(load.of_profiles(tuple(profiles)))
            with (
                listen.bound(path) as sock,
                serving(sock, Door(listener, host, lambda entry: None).serve),
            ):
                for call in works:
                    answer = ask(path, call.replace("{}", name))
                    assert answer[9:10] == b"2", (program, call, answer)
                    assert program == "docker-gen" or b"s3cret" not in answer, (program, call)
                    assert b"/srv" not in answer, (program, call)
                for call in refused:
                    answer = ask(path, call.replace("{}", name))
                    assert b" 403 " in answer and b"dsock proxy: denied" in answer, (program, call)
        assert engine.docker("inspect", "-f", "{{.State.Running}}", name).stdout == "true\n"
    finally:
        engine.docker("rm", "-fv", name)
