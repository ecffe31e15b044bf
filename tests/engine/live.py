"""Real engines for tests: started by dsock's own sandbox, each in namespaces of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.sandbox import box, images
from dsock.sandbox.program import Program
from tests.engine import engines

Done = subprocess.CompletedProcess[str]


class LiveEngine:
    """An engine that runs, with busybox and nginx loaded.

    Published ports are open on the loopback of its own network namespace: reach them with
    `curl` or `inside`. Everything else (`dsock`, `docker`) goes through its unix socket.
    """

    def __init__(self, folder: Path, program: Program) -> None:
        self.program = program
        self.box = box.start(folder, program, bound=True)
        self.host = self.box.host
        plain = {name: v for name, v in os.environ.items() if not name.startswith("DOCKER_")}
        self.env = {**plain, "DOCKER_HOST": self.host}
        client = Engine(parse(self.host, "the test"))
        for name in ("busybox", "nginx"):
            images.load(client, name)

    def dsock(self, *args: str, **how: Any) -> Done:
        """Run dsock against this engine. `how`: input, env, timeout, and what else run takes."""
        return self.run([sys.executable, "-m", "dsock", *args], **how)

    def docker(self, *args: str, **how: Any) -> Done:
        """The same with docker's own command line (28.5)."""
        return self.run([engines.docker_cli(), *args], **how)

    def run(self, argv: list[str], **how: Any) -> Done:
        """Run any command with DOCKER_HOST set to this engine."""
        plain = {"capture_output": True, "text": True, "timeout": 60, "env": self.env}
        return subprocess.run(argv, check=False, **{**plain, **how})

    def inside(self, argv: list[str], **how: Any) -> Done:
        """Run a command where the published ports are."""
        return self.run(["nsenter", "--target", str(self.box.init), "--net", *argv], **how)

    def curl(self, url: str) -> str:
        """GET `url` where the published ports are, waiting for the server to come up."""
        options = ["--silent", "--show-error", "--fail", "--retry", "20", "--retry-delay", "0"]
        waiting = ["--retry-connrefused", "--retry-all-errors", "--retry-max-time", "20"]
        done = self.inside(["curl", *options, *waiting, url])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self) -> None:
        """SIGKILL for dockerd itself, as if it had crashed; its data stay."""
        self._enter(["sh", "-c", "kill -9 $(cat /run/docker.pid)"]).wait()
        self._until(lambda: self.box.answers() is None)

    def start(self) -> None:
        """Start the killed dockerd again, on the same data and the same socket."""
        self._enter(self.program.argv(self.box.folder))
        self._until(lambda: self.box.answers() is not None)

    def stop(self) -> None:
        """Remove the engine and all that it has."""
        self.box.stop()

    def _enter(self, argv: list[str]) -> subprocess.Popen[bytes]:
        enter = ["nsenter", "--target", str(self.box.init), "--mount", "--net", "--pid"]
        with (self.box.folder / "log").open("ab") as log:
            env = self.program.env(self.box.folder)
            return subprocess.Popen([*enter, *argv], stdout=log, stderr=log, env=env)

    def _until(self, reached: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline, self.box.log_tail()
            time.sleep(0.02)
