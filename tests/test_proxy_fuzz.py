"""The proxy under random attacks: what its engine records is what the policy allows, by an oracle
that knows Docker's and Podman's routes and Go's reading of JSON, and nothing of dsock."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

from dsock.relay.policy import target
from dsock.relay.policy.denied import Denied
from tests import moby
from tests.attacks import attack
from tests.proxies import proxy, say

POLICY = """
rules:
  - GET /_ping
  - GET /containers/json
  - GET /containers/{id}/json
  - GET /images/{image}/json
  - call: POST /containers/create
    body: {images: [busybox], binds: ["/srv/app:ro"], commands: ["true"]}
  - call: POST /containers/{id}/exec
    body: {commands: ["true"], users: [""]}
  - POST /exec/{id}/start
  - POST /images/create
  - POST /volumes/create
  - POST /build
"""
# The calls, and the parameters that give no more than the call.
ALLOWED = {
    "GET /_ping": set(),
    "GET /containers/json": {"all", "limit", "size", "filters", "before", "since"},
    "GET /containers/{}/json": {"size"},
    "GET /images/{}/json": {"manifests", "platform"},
    "POST /containers/create": {"name", "platform"},
    "POST /containers/{}/exec": set(),
    "POST /exec/{}/start": set(),
    "POST /images/create": {"fromImage", "tag", "platform", "fromSrc", "repo", "message"},
    "POST /volumes/create": set(),
    "POST /build": {"t", "dockerfile", "remote", "networkmode", "nocache"},
}
# What the proxy itself asks.
ASKED = {"GET /volumes/{}", "GET /networks/{}"}
FREE = {"image", "cmd", "env", "labels", "user", "tty"}


def check(heard: bytes) -> str:
    """The route of a recorded request. Raises AssertionError if the policy does not allow it."""
    head, _, rest = heard.partition(b"\r\n\r\n")
    line, *headers = head.decode("ascii").split("\r\n")
    method, way, version = line.split(" ")
    assert version in ("HTTP/1.1", "HTTP/1.0")
    assert not re.search("[\r\n\0]", head.decode().replace("\r\n", ""))
    names = [header.partition(":")[0].lower() for header in headers]
    assert len(set(names)) == len(names) and names[0] == "host" and headers[0] == "Host: localhost"
    framing = dict(zip(names, (header.partition(": ")[2] for header in headers), strict=True))
    route = moby.docker(method, way)
    assert route == moby.podman(method, way), (route, way)
    asked = moby.form(way.partition("?")[2])
    if route in ASKED and len(names) == 1:
        assert not rest and not asked
        return route
    assert route in ALLOWED, route
    assert set(asked) <= ALLOWED[route]
    assert {key for key, values in asked.items() if len(values) > 1} <= {"t", "dockerfile"}
    assert asked.get("remote", [""]) == [""] and asked.get("fromSrc", [""]) == [""]
    assert asked.get("networkmode", [""])[0] in ("", "default", "none")
    assert "upgrade" not in framing or route == "POST /exec/{}/start"
    if route == "POST /build":
        assert framing.get("content-type", "application/x-tar") == "application/x-tar"
        assert len([n for n in names if n in ("content-length", "transfer-encoding")]) == 1
        if "content-length" in framing:
            assert len(rest) <= int(framing["content-length"])
        else:
            chunks(rest)
        return route
    assert "transfer-encoding" not in framing and len(rest) == int(framing.get("content-length", 0))
    if rest:
        assert framing["content-type"].startswith("application/json")
        harmless(route, moby.body(rest))
    return route


def chunks(data: bytes) -> None:
    """Raises AssertionError for what is no body in chunks, or no beginning of one."""
    while data:
        size = re.match(rb"([0-9a-fA-F]+)(\r\n|\r?\Z)", data)
        assert size, data
        length, rest = int(size[1], 16), data[size.end() :]
        if not length:
            assert rest in (b"", b"\r", b"\r\n"), data
            return
        assert b"\r\n".startswith(rest[length : length + 2]), data
        data = rest[length + 2 :]


def harmless(route: str, said: dict[str, Any]) -> None:
    """Raises AssertionError for a body that asks for more than the policy grants."""
    said = {key: value for key, value in said.items() if value not in (None, False, 0, "", {})}
    if route == "POST /exec/{}/start":
        assert set(said) <= {"detach", "tty", "consolesize"}
        return
    if route == "POST /volumes/create":
        assert set(said) <= {"name", "labels", "driver"} and said.get("driver", "local") == "local"
        return
    assert said.get("cmd") == ["true"] and said.get("user", "") in ("", "0")
    if route == "POST /containers/{}/exec":
        assert set(said) <= {"cmd", "env", "tty"}
        return
    host = said.pop("hostconfig", {})
    assert set(said) <= FREE and said["image"] == "busybox"
    assert not {key for key, value in host.items() if value not in (None, False, 0, "", {}, [])} - {
        "memory", "binds", "networkmode"}  # fmt: skip
    assert host.get("maskedpaths") is None
    assert (host.get("binds") or []) in ([], ["/srv/app:/app:ro"])
    assert host.get("networkmode") in (None, "", "default")
    assert host.get("memory") in (None, 9007199254740993)


def storm(folder: Path, seed: int, count: int) -> Counter[str]:
    """`count` connections of an attacker; how often each route was recorded."""
    dice = random.Random(seed)
    seen: Counter[str] = Counter()
    with proxy(folder, POLICY) as (path, heard, _):
        for _ in range(count):
            data = attack(dice)
            answer = say(path, data)
            seen[answer[9:12].decode()] += 1
    for request in heard:
        seen[check(request)] += 1
    return seen


def test_what_the_engine_records_is_what_the_policy_allows(tmp_path: Path) -> None:
    seen = storm(tmp_path, 20, 400)
    assert {"GET /_ping", "POST /containers/create", "POST /build", "403", "400"} <= set(seen)


def test_a_target_that_was_written_anew_is_read_as_the_same(tmp_path: Path) -> None:
    dice, same = random.Random(5), 0
    for _ in range(3000):
        words = attack(dice).split(b"\n")[0].decode("latin-1").split(" ")
        try:
            once = target.read(words[0], " ".join(words[1:-1]))
        except Denied:
            continue
        assert target.read(words[0], once.written()) == once
        same += 1
    assert same > 300
