"""The engine behind an endpoint: four ways to make a call, all through one `open`."""

from __future__ import annotations

import json as _json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dsock import __version__
from dsock.engine.curl import has_variable
from dsock.engine.dry import FRAMES, DryAnswer, DryConnection, Script
from dsock.engine.endpoint import Endpoint
from dsock.engine.frames import Run
from dsock.engine.request import Request
from dsock.engine.transport import Answer, Transport
from dsock.engine.upgrade import Connection
from dsock.engine.version import (
    OURS,
    Ping,
    accepted,
    advice,
    is_podman,
    message,
    negotiate,
    newer,
    wanted,
)
from dsock.engine.wire import json_lines
from dsock.errors import ApiError, DsockError

# A call that only reads is answered soon or never: this is how long the engine may be silent.
# Others may take as long as a container's stop.
READ_SECONDS = 120.0
USER_AGENT = f"dsock/{__version__}"
# Those that may take minutes on an engine with much data.
SLOW_PATHS = ("/system/df",)
# The engine's router answers so to a path with "//" or "..", which a strange name makes.
REDIRECTS = (301, 302, 307, 308)

# Told each request and the version in front of its path, None for none.
Observer = Callable[[Request, str | None], None]
# What Docker and Podman say of a call that they do not know at all.
NO_SUCH_CALL = ("page not found", "Not Found")


class Engine:
    """Sends requests to the engine at `endpoint`.

    `observers` see each request before it is sent. With a `script`, only calls that read are
    sent; the others are written down and get their own `dry_answer`.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        version: str | None = None,
        headers: Mapping[str, str] | None = None,
        script: Script | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.observers: list[Observer] = []
        self.read_seconds = READ_SECONDS
        self.script = script
        self._wanted = self._version = version and wanted(version)
        self._pinged: Ping | None = None
        self._headers = dict(headers or {})
        self._ping_headers = {"User-Agent": USER_AGENT, **self._headers}
        self._transport = Transport(endpoint)

    @property
    def version(self) -> str:
        """The API version in use, such as "1.41"; asks GET /_ping once."""
        if self._version is None:
            self._version = self.ping.version
        return self._version

    @property
    def ping(self) -> Ping:
        """What the engine says of itself; asks GET /_ping once."""
        if self._pinged is None:
            self._pinged = negotiate(self._transport, self._ping_headers)
        return self._pinged

    @property
    def server(self) -> str:
        """The Server header of GET /_ping: "Docker/20.10.24 (linux)" or "Libpod/5.8.6 (linux)"."""
        return self.ping.server

    @property
    def podman(self) -> bool:
        """True if the engine is Podman, which keeps some things in another way."""
        return is_podman(self.server)

    def renew(self) -> None:
        """Ask for version and server again: an engine that was away may be another one now."""
        self._version, self._pinged = self._wanted, None
        self._transport.renew()

    def open(self, request: Request, versioned: bool = True) -> Answer | DryAnswer:
        """Make the call; the answer's body is still to be read.

        Raises ApiError for a status of 400 or more, Unreachable if no engine answers.
        """
        version = self.version if versioned else None
        if self._headers:
            request = replace(request, headers={**self._headers, **request.headers})
        for observe in self.observers:
            observe(request, version)
        if self.script is not None:
            target = request.target(version)
            if not request.reads or request.streams or has_variable(target):
                return self.script.pretend(request, self.endpoint, version)
        answer = self._sent(request, version)
        if self.script is not None:
            self.script.show(request, self.endpoint, version)
        return answer

    def json(self, request: Request) -> Any:
        """The answer's JSON value, None for an empty body."""
        answer = self.open(request)
        body = answer.read()
        if not body.strip():
            return answer.value if isinstance(answer, DryAnswer) else None
        try:
            return _json.loads(body)
        except ValueError:
            raise DsockError(f"the engine's answer to {request.name} is not JSON") from None

    def listed(self, request: Request) -> Iterator[dict[str, Any]]:
        """The objects of the answer's JSON array, decoded as they come: see `array_batches`."""
        from dsock.engine.array import array_batches

        try:
            for batch in array_batches(self.open(request).blocks()):
                yield from batch
        except ValueError:
            raise DsockError(f"the engine's answer to {request.name} is not JSON") from None

    def look(self, request: Request) -> Any:
        """The answer's JSON value, asked beside the command's own calls: a dry run shows only
        those, but may have to know something to tell which they are."""
        return _json.loads(self._sent(request, self.version).read())

    def known(self, request: Request) -> Any:
        """`json` of what only decides which calls follow: a script holds those, and does not ask
        again."""
        return self.json(request) if self.script is None else self.look(request)

    def text(self, request: Request) -> str:
        """The answer's body as text, for the few that are none of the other kinds."""
        return self.open(request).read().decode("utf-8", "replace")

    def lines(self, request: Request) -> Iterator[dict[str, Any]]:
        """The objects of a JSON stream, each as it comes.

        Raises ApiError for an object that reports an error: the status was 200 long before.
        """
        for record in json_lines(self.open(request).blocks()):
            if "errorDetail" in record or "error" in record:
                detail = record.get("errorDetail") or {}
                reason = detail.get("message") or record.get("error") or "unknown error"
                code = detail.get("code")
                code = code if isinstance(code, int) else 0
                raise ApiError(200, str(reason), request.name, code=code)
            yield record

    def frames(self, request: Request) -> Iterator[Run]:
        """A multiplexed stream as it comes: see `frames.frames`."""
        return self.open(self._framed(request)).frames()

    def pour_frames(self, request: Request) -> None:
        """Write a multiplexed stream to stdout and stderr, as it comes."""
        self.open(self._framed(request)).pour_frames()

    def upgrade(self, request: Request, framed: bool = False) -> Connection | DryConnection:
        """Make the call and use its connection in both directions; what the engine sends may be
        `framed`, as it is without a terminal."""
        answer = self.open(self._framed(request) if framed else request)
        return DryConnection() if isinstance(answer, DryAnswer) else Connection(answer)

    def _framed(self, request: Request) -> Request:
        """A call whose answer a script has to take out of its frames."""
        return request if self.script is None else replace(request, pipe=FRAMES)

    def _sent(self, request: Request, version: str | None) -> Answer:
        """The answer; once more if the engine refuses the version and names one that we speak."""
        try:
            return self._send(request, version)
        except ApiError as err:
            theirs = accepted(err)
            if version is None or theirs is None:
                raise
            if self._wanted or theirs == version or newer(theirs, OURS) or request.upload:
                err.hint = advice(self._wanted, theirs)
                raise
        self._version = theirs
        return self._send(request, theirs)

    def _send(self, request: Request, version: str | None) -> Answer:
        headers = {"User-Agent": USER_AGENT, **request.headers}
        payload: Any = request.body()
        if payload is not None:
            headers.setdefault("Content-Type", "application/json")
        elif request.upload is not None:
            headers.setdefault("Content-Type", request.upload.content_type)
            payload = request.upload.blocks
        if request.upgrade:
            headers["Connection"], headers["Upgrade"] = "Upgrade", "tcp"
        slow = request.query.get("size") or request.path in SLOW_PATHS
        patient = not request.reads or request.streams or slow
        answer = self._transport.send(
            request.method,
            request.target(version),
            headers,
            payload,
            None if patient else self.read_seconds,
        )
        if answer.status in REDIRECTS:
            raise DsockError(
                f"{request.name}: the engine takes this for another path", "is the name right?"
            )
        if answer.status >= 400:
            body = answer.read()
            refused = ApiError(answer.status, message(answer.status, body), request.name, body)
            if answer.status == 404 and refused.reason in NO_SUCH_CALL:
                refused.hint = f"this engine has no {request.name}"
            raise refused
        return answer
