"""`dsock proxy` as a process: several sockets, a policy read again, an end in time, its log."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.proxies import ANSWER, proxy, say
from tests.test_proxy import CREATES, READS, create, get
from tests.test_relay_forward import Engine, until

LIMIT = 60  # seconds
TWO = """
listeners:
  - {{listen: {0}/a.sock, {2}}}
  - {{listen: {0}/b.sock, mode: "{1}", {3}}}
"""


@contextmanager
def running(folder: Path, policy: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A proxy with a policy file, and where its stderr goes."""
    (folder / "policy.yaml").write_text(policy)
    argv = [sys.executable, "-m", "dsock", "-H", f"unix://{folder}/engine.sock", "proxy"]
    said = folder / "stderr"
    with (
        said.open("ab") as err,
        subprocess.Popen([*argv, "--policy", f"{folder}/policy.yaml"], stderr=err) as process,
    ):
        try:
            heard(process, said, "ready")
            yield process, said
        finally:
            process.kill()


def heard(process: subprocess.Popen[bytes], said: Path, words: str) -> None:
    """Wait until the proxy has said something, and forget it."""
    end = time.monotonic() + LIMIT
    while words not in said.read_text():
        assert process.poll() is None and time.monotonic() < end, said.read_text()
        time.sleep(0.01)
    os.truncate(said, 0)


def statuses(folder: Path) -> list[bytes]:
    """What /containers/json is answered at both sockets."""
    return [say(f"{folder}/{name}.sock", get("/containers/json"))[9:12] for name in "ab"]


def answer(sock: socket.socket) -> None:
    sock.sendall(ANSWER)


def test_a_policy_is_read_again_whole_or_not_at_all(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "engine.sock", answer)
    first = TWO.format(tmp_path, "0660", "profiles: [ping]", "profiles: [list]")
    with running(tmp_path, first) as (process, said):
        modes = [stat.S_IMODE((tmp_path / f"{name}.sock").stat().st_mode) for name in "ab"]
        assert modes == [0o600, 0o660]
        assert statuses(tmp_path) == [b"403", b"200"]
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(LIMIT)
            client.connect(f"{tmp_path}/b.sock")
            client.sendall(get("/_ping"))
            assert until(client, b"[]").startswith(b"HTTP/1.1 200")
            changed = [first.replace(old, new) for old, new in (
                ("ping", "nope"), ("0660", "0666"), ("b.sock", "c.sock"))]  # fmt: skip
            for broken in ("", "rules: [", *changed):
                (tmp_path / "policy.yaml").write_text(broken)
                process.send_signal(signal.SIGHUP)
                heard(process, said, "the old policy stays")
                assert statuses(tmp_path) == [b"403", b"200"]
            stranger = f"profiles: [list], uids: [{os.getuid() + 1}]"
            (tmp_path / "policy.yaml").write_text(
                TWO.format(tmp_path, "0660", "profiles: [list]", stranger)
            )
            process.send_signal(signal.SIGHUP)
            heard(process, said, "policy read again")
            assert statuses(tmp_path) == [b"200", b""]
            client.sendall(get("/_ping"))  # one who came in before
            assert client.recv(12) == b"HTTP/1.1 403"
    engine.close()


def test_it_ends_in_time_though_somebody_listens_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def stream(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        sock.recv(1)

    engine = Engine(tmp_path / "engine.sock", stream)
    policy = f"listen: {tmp_path}/proxy.sock\nprofiles: [events]\n"
    with (
        running(tmp_path, policy) as (process, _),
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client,
    ):
        client.settimeout(LIMIT)
        client.connect(f"{tmp_path}/proxy.sock")
        client.sendall(get("/events"))
        assert until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 200")
        kept = [line for file in Path(f"/proc/{process.pid}/fdinfo").iterdir()
                for line in file.read_text().splitlines()
                if line.startswith("flags:") and int(file.name) > 2]  # fmt: skip
        assert len(kept) >= 3 and all(int(line.split()[1], 8) & os.O_CLOEXEC for line in kept)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) in (0, 128 + signal.SIGTERM)
        assert time.monotonic() - began < 30
        assert client.recv(100) == b""
        assert not (tmp_path / "proxy.sock").exists()
    engine.close()


def test_the_log_holds_a_line_a_decision_and_no_secret(tmp_path: Path) -> None:
    with proxy(tmp_path, READS) as (path, _, log):
        say(path, get("/x%0a%1b[31m", more="X-Registry-Auth: c2VjcmV0\r\n"))
        say(path, get("/_ping"))
        say(path, get("/_ping", more="X-Registry-Auth : c2VjcmV0\r\n"))
        say(path, get("/containers/json?filters=c2VjcmV0"))
    assert [entry["verdict"] for entry in log] == ["deny", "allow", "deny", "allow"]
    said = json.dumps(log)
    assert "c2VjcmV0" not in said and "\n" not in said and "\x1b" not in said


def test_what_a_client_says_makes_no_long_line_of_the_log(tmp_path: Path) -> None:
    long = json.dumps({"Image": "b", "x" * 900_000: 1}).encode()
    with proxy(tmp_path, CREATES.replace("[name]", "[name]\n    body: {commands: [ls]}")) as (
        path,
        _,
        log,
    ):
        assert len(say(path, create(long))) < 1000
        say(path, create(b'{"Image":"b","Cmd":["mysql","-pc2VjcmV0"]}'))
    assert len(log) == 2 and all(len(json.dumps(entry)) < 2000 for entry in log)
    assert "c2VjcmV0" not in json.dumps(log)
