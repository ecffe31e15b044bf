"""Random attacks on a proxy: requests that are nearly right."""

from __future__ import annotations

import json
import random
import re

CREATE = {"Image": "busybox", "Cmd": ["true"], "Env": ["A=1"], "Labels": {"a": "b"},
          "HostConfig": {"Memory": 9007199254740993, "Binds": ["/srv/app:/app:ro"],
                         "NetworkMode": "default"}}  # fmt: skip
EVIL = [
    '"Privileged":true', '"PidMode":"host"', '"NetworkMode":"host"', '"Binds":["/:/h"]',
    '"CapAdd":["ALL"]', '"Devices":[{"PathOnHost":"/dev/sda"}]', '"VolumesFrom":["x"]',
    '"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}]',
    '"SecurityOpt":["seccomp=unconfined"]', '"MaskedPaths":[]', '"Runtime":"evil"',
    '"DriverOpts":{"o":"bind","device":"/"}', '"Healthcheck":{"Test":["CMD","sh"]}',
    '"Cmd":["sh"]', '"User":"0"', '"UsernsMode":"host"', '"HostConfig":{}',
    '"HostConfig":{"Privileged":true}', '"Image":"evil"', '"Binds":null',
]  # fmt: skip
PATHS = [
    "/_ping", "/containers/json", "/containers/web/json", "/images/busybox:1/json", "/secrets",
    "/images/a.b:5000/c/d@sha256:ab/json", "/containers/create", "/containers/web/exec",
    "/exec/0a/start", "/images/create", "/volumes/create", "/build", "/containers/web/archive",
    "/containers/web/attach/ws", "/swarm/unlockkey", "/images/get", "/networks/", "/plugins/a/set",
    "/containers/web/export", "/debug/vars", "/libpod/containers/json", "/grpc", "/session",
]  # fmt: skip
BITS = [
    "/", "//", "/.", "/..", "/../secrets", "%2f", "%2F", "%2e%2e/", "%00", "%0d%0a", "%25", "%6A",
    "%61", ";", "?", "&", "#", "\\", "\t", " ", "\x00", "\xff", "%ff", "%c0%ae", "v1.41/", ":",
    "@", "json", "create", "exec", "*", "/v1.41", "/v5.0.0/libpod", "/v", "?all=1", "&all=0",
]  # fmt: skip
QUERIES = [
    "all=1", "remote=http://x", "networkmode=host", "networkmode=HOST", "filters=%7B%7D", "name=x",
    "fromSrc=-", "fromImage=a", "size=1", "t=a&t=b", "x=1", "ps_args=e", "%61ll=1", "all=1;x=2",
    "securityopt=%5B%22x%22%5D", "dockerfile=../x", "names=a", "path=/", "=", "%",
]  # fmt: skip
HEADERS = [
    "Content-Length: 0", "Content-Length: 5", "Content-Length: +5", "Content-Length: -1",
    "Content-Length: 0x5", "Content-Length: 5, 5", "Transfer-Encoding: chunked",
    "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding : chunked", "transfer-encoding:\x0bchunked", "Transfer-Encoding: identity",
    "Host: other", "Host:", "Connection: Upgrade\r\nUpgrade: h2c",
    "Connection: Upgrade\r\nUpgrade: tcp", "Connection: close",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA",
    "Expect: 100-continue", "Content-Encoding: gzip",
    "Content-Type: application/x-www-form-urlencoded", "X: a\r\n b",
    "Content-Type: multipart/form-data; boundary=x", "Content-Type: text/plain", "X: a\nY: b",
    "X\x00: a", "Content-Type: application/json; charset=utf-16", "X-HTTP-Method-Override: DELETE",
    "X: a\rY: b", "X-Original-URL: /secrets", "Trailer: Host", "Content-Type: application/x-tar",
    "X-Registry-Auth: e30=",
]  # fmt: skip
METHODS = [
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "GET ", "CONNECT",
    "GET\t", "PRI", "GE T", "", "POST\x00",
]  # fmt: skip
VERSIONS = ["HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", "http/1.1", ""]
SMALL = ['{"Cmd":["true"]}', '{"Cmd":["sh"]}', '{"Detach":true}', '{"cmd":["sh"]}', "null"]
SIZES = ["%x;a=b", "0x%x", "+%x", "%x\n", "%x "]
ENDS = ["0\r\n", "\r\n0\r\n\r\n", "0\n\n"]
SMUGGLED = "GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n"


def body(dice: random.Random) -> str:
    """A harmless body, or one that tries something."""
    text = json.dumps(CREATE)
    for _ in range(dice.choice([0, 0, 1, 1, 2])):
        evil = dice.choice(EVIL)
        match dice.randrange(7):
            case 0:
                evil = evil.swapcase() if "true" not in evil else evil.replace("P", "p")
            case 1:
                evil = evil.replace("P", "\\u0050").replace("M", "\\u004d").replace("B", "\\u0042")
            case 2:
                evil = evil.replace("s", "\u017f", 1).replace("k", "\u212a", 1)
            case 3:
                evil = evil.replace("true", dice.choice(["1", '"true"', "[true]", "NaN"]))
        at = text.find(dice.choice(['{"Image"', '{"Memory"'])) + 1
        end = text.rfind("}")
        late = dice.random() < 0.5
        text = f"{text[:end]},{evil}{text[end:]}" if late else f"{text[:at]}{evil},{text[at:]}"
    if dice.random() < 0.1:
        text = dice.choice(
            ["\ufeff" + text, text + text, text + "x", "[" * 9000, text[:-1], "null"]
        )
    return text


def attack(dice: random.Random) -> bytes:
    """One connection's bytes: often nearly right."""
    method = dice.choice(METHODS) if dice.random() < 0.07 else ""
    path = dice.choice(PATHS[: 13 if dice.random() < 0.7 else None])
    way = dice.choice(["", "", "/v1.41", "/v1.41", "/v1.24", "/v1", "/v4.0.0/libpod"])
    for _ in range(dice.choice([0, 0, 0, 0, 0, 1, 1, 2])):
        at = dice.randrange(len(path) + 1)
        path = path[:at] + dice.choice(BITS) + path[at + dice.choice([0, 0, 1]) :]
    if dice.random() < 0.2:
        at = dice.randrange(len(path))
        path = f"{path[:at]}%{ord(path[at]) & 255:02x}{path[at + 1 :]}"
    if dice.random() < 0.3:
        path += "?" + "&".join(dice.choices(QUERIES, k=dice.choice([1, 1, 2])))
    posts = re.search("create|exec|build|start|copy|set$", path) is not None
    headers = ["Host: docker"] if dice.random() < 0.97 else []
    data = ""
    if posts:
        method = method or "POST"
        data = body(dice) if "build" not in path else "tar" + SMUGGLED
        if "create" not in path and "build" not in path and dice.random() < 0.8:
            data = dice.choice(SMALL)
        headers.append("Content-Type: application/" + ("x-tar" if "build" in path else "json"))
        raw = data.encode("utf-8", "replace")
        if dice.random() < 0.5:
            headers.append(f"Content-Length: {len(raw) + dice.choice([0] * 9 + [-7])}")
        else:
            headers.append("Transfer-Encoding: chunked")
            size = dice.choice(["%x"] * 20 + SIZES) % len(raw)
            data = f"{size}\r\n{data}\r\n" + dice.choice(["0\r\n\r\n"] * 20 + ENDS)
    for _ in range(dice.choice([0, 0, 0, 0, 1, 2])):
        headers.insert(dice.randrange(len(headers) + 1), dice.choice(HEADERS))
    version = dice.choice(["HTTP/1.1"] * 40 + VERSIONS)
    end = dice.choice(["\r\n"] * 60 + ["\n", "\r"])
    line = f"{method or 'GET'} {way}{path} {version}"
    head = end.join([line, *headers, "", ""]).encode("latin-1", "replace")
    more = SMUGGLED if dice.random() < 0.2 else ""
    return head + data.encode("utf-8", "replace") + more.encode()
