"""An engine on another host, over a real sshd."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/hostkey
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/id.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
SetEnv DOCKER_HOST={host} PATH={folder}/remote:/usr/bin:/bin
"""
# What stands for the user's ~/.ssh.
SSH = """#!/bin/sh
exec /usr/bin/ssh -F none -i {folder}/{key} -o IdentitiesOnly=yes -o LogLevel=ERROR \
  -o UserKnownHostsFile={folder}/known_hosts -o StrictHostKeyChecking=accept-new "$@"
"""


class Remote:
    """A host that lets us in, with an engine."""

    def __init__(self, engine: LiveEngine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        for name in ("hostkey", "id", "stranger"):
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(make, check=True, timeout=30)
        (folder / "remote").mkdir()
        (folder / "remote/docker").symlink_to(engines.docker_cli())
        (folder / "config").write_text(
            CONFIG.format(folder=folder, port=self.port, host=engine.host)
        )
        for key in ("id", "stranger"):
            program = folder / key.upper() / "ssh"
            program.parent.mkdir()
            program.write_text(SSH.format(folder=folder, key=key))
            program.chmod(0o755)
        Path("/run/sshd").mkdir(exist_ok=True)
        assert shutil.which("sshd", path="/usr/sbin"), "apt-get install openssh-server"
        argv = ["/usr/sbin/sshd", "-D", "-f", str(folder / "config"), "-E", str(folder / "log")]
        self.process = subprocess.Popen(argv)
        deadline = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", self.port)):
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)

    @property
    def url(self) -> str:
        return f"ssh://root@127.0.0.1:{self.port}"

    def dsock(self, *args: str, key: str = "id", url: str = "", **how: Any) -> Any:
        path = f"{self.folder / key.upper()}:{os.environ['PATH']}"
        env = {**self.engine.env, "DOCKER_HOST": url or self.url, "PATH": path}
        return self.engine.dsock(*args, env=env, **how)


@pytest.fixture(scope="module")
def remote(
    live_engines: Callable[[str], LiveEngine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Remote]:
    made = Remote(live_engines("docker-20.10"), tmp_path_factory.mktemp("ssh"))
    yield made
    made.process.kill()
    made.process.wait()


def test_calls_and_streams_go_over_ssh(remote):
    done = remote.dsock("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")
    there = remote.engine.dsock("images", "-q").stdout
    assert remote.dsock("images", "-q").stdout == there
    assert f"Endpoint:   {remote.url}" in remote.dsock("where").stdout


def test_the_end_of_the_input_leaves_the_output_open(remote):
    text = "line of input\n" * 100_000
    done = remote.dsock("run", "-i", "--rm", "busybox", "sh", "-c", "wc -c; echo l", input=text)
    assert done.stdout == f"{len(text)}\nl\n", done.stderr


def test_the_socket_there_may_be_named(remote):
    url = remote.url + remote.engine.host.removeprefix("unix://")
    done = remote.dsock("version", "--format", "{{.Server.APIVersion}}", url=url)
    assert (done.returncode, done.stdout) == (0, "1.41\n"), done.stderr


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"key": "stranger"}, "Permission denied (publickey)"),
        ({"url": "ssh://root@127.0.0.1:1"}, "Connection refused"),
    ],
)
def test_why_ssh_fails_is_said(remote, how, words):
    done = remote.dsock("ps", **how)
    assert done.returncode == 1
    assert words in done.stderr
    assert "hint: `ssh HOST docker version` must work" in done.stderr


def test_without_ssh_that_is_said(remote, tmp_path):
    env = {**remote.engine.env, "DOCKER_HOST": remote.url, "PATH": str(tmp_path)}
    done = remote.engine.dsock("ps", env=env)
    assert (done.returncode, "ssh" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_a_script_uses_a_forwarded_socket(remote):
    script = remote.dsock("--dry-run", "start", "web").stdout
    assert '--unix-socket "$ENGINE_SOCKET"' in script
    assert f"ssh -NL ./SOCKET:/var/run/docker.sock root@127.0.0.1:{remote.port}" in script
