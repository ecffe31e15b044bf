"""A call of another client, as it was seen: what trace shows, saves and prints as curl."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from dsock.api import routes
from dsock.engine.request import Request, Upload
from dsock.relay.gate import Bytes, Forward, Gate, ReadBody, Tap
from dsock.relay.head import AnswerHead, RequestHead
from dsock.relay.redact import headers as redacted_headers
from dsock.relay.redact import text as redacted_text

KEPT_BYTES = 64 << 10  # of a body in each direction; all of it is counted
# These say nothing about the call, or are curl's own.
_HOP = {"host", "user-agent", "content-length", "connection", "upgrade", "transfer-encoding",
        "accept-encoding", "expect", "te", "content-type"}  # fmt: skip


@dataclass
class Call:
    """One exchange. Times are seconds, sizes bytes of payload."""

    n: int
    time: float  # since 1970, when the request's head was there
    method: str
    target: str  # path and query as they came
    headers: list[tuple[str, str]]
    kind: str  # of the answer, as in api.routes
    status: int = 0  # 0: no answer
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0
    received: int = 0
    seconds: float = 0.0
    error: str = ""
    body: str = ""  # the first KEPT_BYTES, "" for an archive
    answer: str = ""
    archive: str = ""  # the file that holds the archive that was sent, "" if none does

    @property
    def path(self) -> str:
        """The path without the query."""
        return self.target.partition("?")[0]

    def request(self) -> Request:
        """The call as one of dsock's own, for printing it as curl."""
        path, _, asked = self.target.partition("?")
        query: dict[str, tuple[str, ...]] = {}
        for key, text in parse_qsl(asked, keep_blank_values=True):
            query[key] = (*query.get(key, ()), text)
        body = _json(self.body) if self.sent <= KEPT_BYTES or self.is_tunnel else None
        upload = None
        if self.sent and body is None and not self.is_tunnel:
            kinds = [value for name, value in self.headers if name.lower() == "content-type"]
            name = self.archive or f"body-{self.n}"
            upload = Upload(name, (), "".join(kinds) or "application/octet-stream")
        return Request(
            self.method,
            path,
            query,
            json=body,
            upload=upload,
            headers={k: v for k, v in self.headers if k.lower() not in _HOP},
            upgrade=self.is_tunnel,
            streams=self.kind in ("lines", "frames"),
        )

    @property
    def sends_archive(self) -> bool:
        """True if the body is no text: docker's client does not always say what it is."""
        kind = "".join(value for name, value in self.headers if name.lower() == "content-type")
        return not re.search("json|form", kind.lower())

    @property
    def is_tunnel(self) -> bool:
        """True if it became two-way bytes."""
        return self.kind == "tunnel"

    def saved(self) -> str:
        """The call as a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def loaded(line: str) -> Call:
    """The call of a line that `saved` made. Raises ValueError for any other."""
    try:
        found = json.loads(line)
        found["headers"] = [tuple(pair) for pair in found["headers"]]
        found["answer_headers"] = [tuple(pair) for pair in found["answer_headers"]]
        return Call(**found)
    except (TypeError, KeyError) as err:
        raise ValueError(str(err)) from None


class Watcher:
    """Told what happens to each call; all three are called in the relay's thread."""

    def began(self, call: Call) -> None:
        """The answer's head is there."""

    def piece(self, call: Call, up: bool, data: Bytes) -> None:
        """Payload went by, `up` to the engine or down to the client."""

    def ended(self, call: Call) -> None:
        """All of it is known."""


def recording(watcher: Watcher, redact: bool = True) -> Gate:
    """A gate that lets everything pass as it is and tells `watcher`."""
    count = 0

    async def gate(request: RequestHead, read: ReadBody) -> Forward:
        nonlocal count
        count += 1
        return Forward(request.raw, tap=_Recorder(count, request, watcher, redact))

    return gate


class _Recorder(Tap):
    def __init__(self, n: int, request: RequestHead, watcher: Watcher, redact: bool) -> None:
        _, path = routes.split_version(unquote(request.target.partition("?")[0]))
        route = routes.match(request.method, path)
        self._call = Call(
            n, time.time(), request.method, request.target, list(request.headers),
            route.kind if route else "text",
        )  # fmt: skip
        self._begun = time.monotonic()
        self._watcher, self._redact = watcher, redact
        self._body, self._answer = bytearray(), bytearray()
        self._keeps = not self._call.sends_archive

    def sent(self, payload: Bytes) -> None:
        self._call.sent += len(payload)
        if self._keeps and len(self._body) < KEPT_BYTES and not self._call.status:
            self._body += payload[: KEPT_BYTES - len(self._body)]
        self._watcher.piece(self._call, True, payload)

    def answered(self, answer: AnswerHead) -> None:
        self._call.status = answer.status
        self._call.answer_headers = list(answer.headers)
        if answer.tunnel:
            self._call.kind = "tunnel"
        elif self._call.kind == "tunnel":  # an error, or something else than was asked for
            self._call.kind = "text"
        self._watcher.began(self._call)

    def received(self, payload: Bytes) -> None:
        self._call.received += len(payload)
        if self._call.kind not in ("tar", "tunnel") and len(self._answer) < KEPT_BYTES:
            self._answer += payload[: KEPT_BYTES - len(self._answer)]
        self._watcher.piece(self._call, False, payload)

    def ended(self, error: str) -> None:
        call = self._call
        call.seconds, call.error = time.monotonic() - self._begun, error
        call.body = self._body.decode("utf-8", "replace")
        call.answer = self._answer.decode("utf-8", "replace")
        if self._redact:
            call.headers = redacted_headers(call.headers)
            call.body = redacted_text(call.path, call.body)
            call.answer = redacted_text(call.path, call.answer)
        self._watcher.ended(call)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
