"""The proxy's gate: judges a request by a policy, and writes anew what the engine gets of it."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import Any

from dsock.relay import answers, head
from dsock.relay.asking import Asker
from dsock.relay.gate import Forward, ReadBody
from dsock.relay.head import AnswerHead, BadMessage, RequestHead
from dsock.relay.peer import Address
from dsock.relay.policy import bodies, rules, strict, target
from dsock.relay.policy.bodies import Unlimited
from dsock.relay.policy.create import Needs
from dsock.relay.policy.denied import Denied
from dsock.relay.policy.rules import OWNER_LABEL, Policy, Rule
from dsock.relay.policy.target import Target

MOST_EXECS = 10_000
_KEPT = {"accept", "user-agent", "content-type", "x-registry-auth", "x-registry-config",
         "traceparent"}  # fmt: skip
_FORMS = ("application/x-www-form-urlencoded", "multipart/")
# Docker's own client says text/plain of a body whose type it does not know.
_TAR = ("", "application/x-tar", "application/tar", "application/octet-stream",
        "application/x-gzip", "application/gzip", "text/plain")  # fmt: skip
_UPGRADES = {"/session": "h2c", "/grpc": "h2c", "/containers/{id}/attach/ws": "websocket"}
# Where an owner's label narrows down what there is.
_LISTS = {"GET /containers/json", "POST /containers/prune", "GET /networks", "GET /volumes",
          "POST /networks/prune", "POST /volumes/prune", "GET /events"}  # fmt: skip
_LABELLED = {"POST /containers/create", "POST /volumes/create", "POST /networks/create"}
# What an owner may do although it is about nothing that could have one.
_OWNERLESS = ("/_ping", "/version", "/info", "/auth", "/images/", "/build", "/distribution/")


class Judge:
    """Judges the requests to one socket. `policy` may be replaced while it works."""

    def __init__(self, policy: Policy, engine: Address) -> None:
        self.policy = policy
        self._engine = engine
        self._execs: OrderedDict[str, None] = OrderedDict()  # made through this socket

    async def __call__(self, request: RequestHead, read: ReadBody) -> tuple[Forward, Target]:
        """What the engine gets of a request that may pass. Raises Denied for one that may not,
        BadMessage if the engine does not say what has to be known."""
        policy, asker = self.policy, Asker(self._engine, self.policy.owner)
        asked = target.read(request.method, request.target)
        _check_headers(request, str(asked.route) in bodies.ARCHIVES)
        upgrade = _upgrade(request, asked)
        found = rules.matching(policy, asked)
        payload, rule = await _body(request, read, asked, found, policy.limit)
        if isinstance(payload, Read):
            await asker.check(payload.needs)
        value = payload.value if isinstance(payload, Read) else None
        if policy.owner:
            asked = await self._owned(policy.owner, asker, asked, value)
        of_exec = asked.route.template.startswith("/exec/")
        any_exec = isinstance(rule.body, Unlimited) and not policy.owner
        if of_exec and asked.name not in self._execs and not any_exec:
            raise Denied(f"No such exec instance: {asked.name}", 404)
        if isinstance(payload, Read):
            payload.data = strict.written(value) if payload.said else b""
        return self._forward(policy, request, asked, payload, upgrade), asked

    async def _owned(self, owner: str, asker: Asker, asked: Target, value: Any) -> Target:
        """The call on what belongs to the owner, by IDs that nobody can move."""
        call, template = str(asked.route), asked.route.template
        if call in _LABELLED:
            _label(value, owner)
        elif call in _LISTS:
            return asked.asking({"filters": _narrowed(asked.parameters.get("filters"), owner)})
        elif template.startswith("/containers/{id}"):
            return asked.renamed(await asker.identity("container", asked.name))
        elif template.startswith("/networks/{network}"):
            if isinstance(value, dict):
                value["Container"] = await asker.identity("container", value["Container"])
            return asked.renamed(await asker.identity("network", asked.name))
        elif template.startswith("/volumes/{volume}"):
            return asked.renamed(await asker.identity("volume", asked.name))
        elif call == "POST /commit":
            name = asked.parameters.get("container", "")
            return asked.asking({"container": await asker.identity("container", name)})
        elif not template.startswith((*_OWNERLESS, "/exec/")):
            raise Denied(f"{call} cannot be limited to an owner")
        return asked

    def _forward(
        self, policy: Policy, request: RequestHead, asked: Target, payload: Read | None,
        upgrade: str,
    ) -> Forward:  # fmt: skip
        line = f"{request.method} {asked.written()} HTTP/{request.http}"
        headers = _headers(request, payload, upgrade)
        passed = Forward(
            head.written(line, headers),
            body=payload.data if payload else None,
            answer=answers.plain,
            tunnel=asked.route.kind == "tunnel",
        )
        call = str(asked.route)
        if call == "GET /events":
            if request.http != "1.1":
                raise Denied("events come in chunks, for HTTP/1.1", 400)
            owner = (OWNER_LABEL, policy.owner) if policy.owner else None
            return replace(passed, filter=answers.Events(owner, policy.hide))
        if call == "POST /containers/{id}/exec":
            return replace(passed, whole=self._exec_made)
        if policy.hide and asked.route.kind == "json":
            return replace(passed, whole=partial(_hidden, policy.hide))
        return passed

    def _exec_made(self, answer: AnswerHead, body: bytes) -> bytes:
        try:
            made = json.loads(body)["Id"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise BadMessage("the engine says no ID", 502) from None
        self._execs[str(made)] = None
        while len(self._execs) > MOST_EXECS:
            self._execs.popitem(last=False)
        return answers.whole(answer, body)


class Read:
    """A body that was read: its value, and the bytes that are sent instead of it."""

    def __init__(self, value: Any = None, needs: Needs | None = None, said: bool = False) -> None:
        self.value = value
        self.needs = needs or Needs()
        self.said = said
        self.data = b""


async def _body(
    request: RequestHead, read: ReadBody, asked: Target, found: list[Rule], limit: int
) -> tuple[Read | None, Rule]:
    """The body, None for one that may go by unread, and the rule that lets it pass."""
    kind = request.get("content-type").partition(";")[0].strip().lower()
    comes = request.chunked or bool(request.length)
    call = str(asked.route)
    if kind.startswith(_FORMS):
        raise Denied("forms are not accepted: engines take what is in them for parameters", 415)
    imports = call == "POST /images/create" and asked.parameters.get("fromSrc")
    if call in bodies.ARCHIVES or imports:
        if comes and kind not in _TAR:
            raise Denied(f"an archive is wanted, not {kind!r}", 415)
        return (None if comes else Read()), found[0]
    data = await read(limit if bodies.takes_json(call) else 4096) if comes else b""
    if not bodies.takes_json(call):
        if data.strip() not in (b"", b"{}", b"null"):
            raise Denied(f"{call} has no body")
        return Read(), found[0]
    if data and kind != "application/json":
        raise Denied("a body in application/json is wanted", 415)
    if data and "utf-8" not in (said := request.get("content-type").lower()) and "charset" in said:
        raise Denied("a body in UTF-8 is wanted", 415)
    reason = Denied("")
    for rule in found:
        try:
            value = strict.read(data, isinstance(rule.body, Unlimited)) if data else None
            return Read(value, bodies.judge(call, value, rule.body), bool(data)), rule
        except Denied as err:
            reason = err
    raise reason


def _check_headers(request: RequestHead, archive: bool) -> None:
    # Engines see by its first bytes how an archive is packed, and are not told.
    packings = ("", "identity", "gzip") if archive else ("", "identity")
    if request.get("content-encoding").lower() not in packings:
        raise Denied("a packed body is not accepted", 415)
    names = [key.lower() for key, _ in request.headers if key.lower() in _KEPT]
    if len(set(names)) < len(names):
        raise Denied("a header that says something to the engine is there twice", 400)


def _upgrade(request: RequestHead, asked: Target) -> str:
    """What the connection is to become, "" for nothing; engines aren't told of other wishes."""
    if asked.route.kind != "tunnel":
        return ""
    if not request.upgrade:
        return ""
    wanted = _UPGRADES.get(asked.route.template, "tcp")
    if request.get("upgrade").lower() != wanted:
        raise Denied(f"this connection can only become {wanted}", 400)
    return wanted


def _headers(request: RequestHead, payload: Read | None, upgrade: str) -> list[tuple[str, str]]:
    headers = [("Host", "localhost")]
    for key, value in request.headers:
        name = key.lower()
        if (name in _KEPT and (name != "content-type" or payload is None or payload.data)) or (
            upgrade and name.startswith(("sec-websocket-", "x-docker-expose-session-"))
        ):
            headers.append((key, value))
    if upgrade:
        headers += [("Connection", "Upgrade"), ("Upgrade", upgrade)]
    if payload is not None:
        if payload.data or request.method != "GET":
            headers.append(("Content-Length", str(len(payload.data))))
        return headers
    if request.get("expect").lower() == "100-continue":
        headers.append(("Expect", "100-continue"))
    if request.chunked:
        return [*headers, ("Transfer-Encoding", "chunked")]
    return [*headers, ("Content-Length", str(request.length or 0))]


def _hidden(hide: frozenset[str], answer: AnswerHead, body: bytes) -> bytes:
    return answers.rewritten(answer, hide, body)


def _label(value: Any, owner: str) -> None:
    labels = value.get("Labels") if isinstance(value, dict) else value
    if not isinstance(value, dict) or not isinstance(labels, dict | None):
        raise Denied("the labels are no object", 400)
    if (labels or {}).get(OWNER_LABEL, owner) != owner:
        raise Denied(f"the label {OWNER_LABEL} is not yours to set")
    value["Labels"] = {**(labels or {}), OWNER_LABEL: owner}


def _narrowed(filters: str | None, owner: str) -> str:
    """Filters that also ask for the owner's label, in the form in which they came."""
    found = strict.read(filters.encode()) if filters else {}
    if not isinstance(found, dict):
        raise Denied("the filters are no object", 400)
    wanted = f"{OWNER_LABEL}={owner}"
    labels = found.get("label", [])
    if isinstance(labels, dict) and not any(
        isinstance(one, dict) is False for one in found.values()
    ):
        found["label"] = {**labels, wanted: True}
    elif isinstance(labels, list) and all(isinstance(one, list) for one in found.values()):
        found["label"] = [*labels, wanted]
    elif "label" not in found and all(isinstance(one, dict) for one in found.values()):
        found["label"] = {wanted: True}
    else:
        raise Denied("the filters are in no form that engines know", 400)
    return json.dumps(found)
