r"""A scripted Docker engine: real HTTP on a real unix socket, for tests of what goes over the wire.

    def test_start_prints_the_name_it_was_given(scripted):
        scripted.expect("POST", "/containers/web/start", status=204)
        done = scripted.dsock("start", "web")
        assert done.stdout == "web\n"

`expect(method, target, ...)` is one call and its answer. `target` is path and query, with the
version prefix only if the version matters; parameters in any order, JSON in them (filters) compared
as JSON. A call is matched with the first expectation of that method and target that is not used
yet; `scripted.names` is the order in which calls came ("POST /containers/web/start"), /_ping left
out. The test fails on a call that nobody expects, on one that is never made, and on a body that is
not the expected one.

    body=        the JSON body that must come; bytes for any other; or a function that looks at the
                 Call and asserts
    status=      200
    json=        answer's body as JSON;  body_bytes= as bytes
    chunks=      iterable: bytes are sent at once, one HTTP chunk each; a threading.Event is waited
                 for; a dict or list is one line of JSON
    headers=     further headers of the answer
    wait=        an Event to wait for before anything is answered
    cut=True     the connection is cut after that, without an end; with status=None before a status
    raw=         bytes that are sent instead of HTTP; then the connection is closed
    upgrade=     function of a Stream: answer 101, then both ways; `early=` are bytes that leave
                 together with the 101. What it raises fails the test
    repeat=True  may be used any number of times, also never

It returns an Expected: `.called` and `.done` are Events (the call came, the answer is out), `.call`
the Call that came. No wait in here is longer than LIMIT seconds: the test fails then.

/_ping is answered by itself: `scripted.api_version = "1.41"`, `scripted.min_version`,
`scripted.server`, `scripted.date` (the header); or wholly by `scripted.ping = Answer(...)`.
`scripted.pings` are those that came.
`scripted.anything = Answer(...)` answers every unexpected call: a recorder.

`.host` is its DOCKER_HOST, `.env` an environment with that, `.calls` all Calls, `.dsock(*args)` a
finished dsock with text stdout and stderr, `.start(*args)` one that still runs (a Popen).
`frame(1, b"out")` is a frame of a multiplexed stream.
"""

from __future__ import annotations

import json as jsonlib
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.scripted_wire import (
    LIMIT,
    Answer,
    Call,
    Stream,
    TcpListener,
    UnixListener,
    frame,
    handler,
)

__all__ = ["LIMIT", "Answer", "Call", "Expected", "Scripted", "Stream", "frame"]

DSOCK = [sys.executable, "-m", "dsock"]


@dataclass
class Expected:
    """One expected call, its answer, and what became of it."""

    method: str
    target: str
    body: Any
    answer: Answer
    repeat: bool = False
    used: bool = False
    call: Call | None = None
    called: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        return f"{self.method} {self.target}"

    def fits(self, call: Call) -> bool:
        target = call.target if re.match("/v[0-9]", self.target) else call.bare
        return call.method == self.method and _comparable(target) == _comparable(self.target)


class Scripted:
    """The engine. A context manager; `check` is what fails the test."""

    def __init__(self, tcp: bool = False) -> None:
        self.api_version: str | None = "1.41"
        self.min_version: str | None = "1.12"
        self.server = "Docker/20.10.24 (linux)"
        self.date = ""
        self.ping: Answer | None = None
        self.pings: list[Call] = []
        self.anything: Answer | None = None
        self.calls: list[Call] = []
        self.failures: list[str] = []
        self._expected: list[Expected] = []
        self._lock = threading.Lock()
        self._processes: list[subprocess.Popen[str]] = []
        self._folder = Path(tempfile.mkdtemp(prefix="dsock-"))  # short: a socket's path is
        self.path = self._folder / "d.sock"
        self._listener: socketserver.BaseServer
        if tcp:
            self._listener = TcpListener(("127.0.0.1", 0), handler(self))
            self.host = f"tcp://127.0.0.1:{self._listener.server_address[1]}"
        else:
            self._listener = UnixListener(str(self.path), handler(self))
            self.host = f"unix://{self.path}"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,))
        self._thread.start()

    # What a test says

    def expect(
        self, method: str, target: str, body: Any = None, repeat: bool = False, **answer: Any
    ) -> Expected:
        """One call and its answer: see the top of this module."""
        expected = Expected(method, target, body, Answer(**answer), repeat)
        with self._lock:
            self._expected.append(expected)
        return expected

    # What a test runs and reads

    @property
    def env(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
        return {**own, "DOCKER_HOST": self.host, "DOCKER_CONFIG": str(self._folder)}

    @property
    def names(self) -> list[str]:
        """ "METHOD /path" of each call in order, without query and version."""
        return [f"{c.method} {c.bare.partition('?')[0]}" for c in self.calls]

    def dsock(self, *args: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run dsock to its end. Options: those of subprocess.run; `env` adds to the environment."""
        options = {"capture_output": True, "text": True, "timeout": LIMIT, **options}
        env = {**self.env, **options.pop("env", {})}
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run([*DSOCK, *args], env=env, check=False, **options)

    def start(self, *args: str, **options: Any) -> subprocess.Popen[str]:
        """Start dsock with pipes as its streams. What still runs at the end is killed."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        options = {**pipes, "text": True, **options}
        env = {**self.env, **options.pop("env", {})}
        process: subprocess.Popen[str] = subprocess.Popen([*DSOCK, *args], env=env, **options)
        self._processes.append(process)
        return process

    def check(self) -> None:
        """Raises AssertionError if a call was not expected, not made, or not as expected."""
        unused = [e.name for e in self._expected if not e.used and not e.repeat]
        problems = self.failures + [f"never called: {name}" for name in unused]
        assert not problems, "\n".join(problems)

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        for expected in self._expected:
            if expected.used and expected.answer.upgrade is not None:
                expected.done.wait(LIMIT)
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()
        shutil.rmtree(self._folder)

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close()
        if kind is None:
            self.check()

    # What the connections ask

    def find(self, call: Call) -> tuple[Answer, threading.Event | None]:
        """The answer to a call."""
        if call.bare == "/_ping":
            self.pings.append(call)
            return self.ping or self._own_ping(call), None
        with self._lock:
            self.calls.append(call)
            for expected in self._expected:
                if expected.fits(call) and (expected.repeat or not expected.used):
                    expected.used, expected.call = True, call
                    break
            else:
                if self.anything is not None:
                    return self.anything, None
                self.failures.append(f"nobody expects {call.method} {call.target}")
                return Answer(status=500, json={"message": self.failures[-1]}), None
        expected.called.set()
        problem = _body_problem(expected, call)
        if problem:
            self.failures.append(problem)
            return Answer(status=400, json={"message": problem}), expected.done
        return expected.answer, expected.done

    def _own_ping(self, call: Call) -> Answer:
        headers = {"Server": self.server, "Content-Type": "text/plain; charset=utf-8"}
        if self.date:
            headers["Date"] = self.date
        if self.api_version:
            headers["Api-Version"] = self.api_version
        return Answer(body_bytes=b"OK", headers=headers)


def _comparable(target: str) -> tuple[str, list[tuple[str, Any]]]:
    path, _, query = target.partition("?")
    pairs = [(key, _json_or_text(value)) for key, value in parse_qsl(query, True)]
    return path, sorted(pairs, key=repr)


def _json_or_text(value: str) -> Any:
    try:
        found = jsonlib.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, dict | list) else value


def _body_problem(expected: Expected, call: Call) -> str | None:
    if callable(expected.body):
        try:
            expected.body(call)
        except AssertionError as err:
            return f"{expected.name}: {err or 'its call is not as expected'}"
    elif isinstance(expected.body, bytes):
        if call.body != expected.body:
            return f"{expected.name}: body is {call.body!r}, not {expected.body!r}"
    elif expected.body is not None and (not call.body or call.json != expected.body):
        return f"{expected.name}: body is {call.body.decode()}, not {jsonlib.dumps(expected.body)}"
    return None
