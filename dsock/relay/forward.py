"""One client's connection, passed on to the engine request by request.

Each request gets a connection to the engine of its own: what follows it on the client's side is
judged as a request again, and can never run on as a part of the one before. Bytes go through as
they came, as soon as they come, in both directions at once (an image is built while its context is
still being sent). After an upgrade the connection is two-way bytes until both sides have ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from dsock.relay import body, head, whole
from dsock.relay.gate import NO_LIMITS, Bytes, Forward, Gate, Limits, Tap, everything
from dsock.relay.head import AnswerHead, BadMessage, RequestHead
from dsock.relay.peer import Address, Peer, dial

if TYPE_CHECKING:
    import asyncio

_REASONS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 408: "Request Timeout",
            413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
            431: "Request Header Fields Too Large", 501: "Not Implemented",
            502: "Bad Gateway"}  # fmt: skip


async def serve(
    client: Peer,
    engine: Address,
    gate: Gate = everything,
    limits: Limits = NO_LIMITS,
    bad: Callable[[BadMessage], None] = lambda err: None,
) -> None:
    """Pass on the requests of one client's connection until it ends, and close it. `bad` is told
    of what could not be read as a request."""
    try:
        while raw := await _next_head(client, limits):
            try:
                request = head.request(raw)
            except BadMessage as err:
                bad(err)
                raise
            if not await _exchange(client, engine, gate, request, limits):
                return
    except BadMessage as err:
        with suppress(OSError):
            await client.write(refusal(err.status, err.message))
            await client.linger()
    except OSError:  # the client is gone
        pass
    finally:
        client.close()


def refusal(status: int, message: str) -> bytes:
    """An answer in the engine's form, so that docker's client prints the message."""
    payload = json.dumps({"message": message}).encode() + b"\n"
    line = f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}"
    kind = ("Content-Type", "application/json")
    length = ("Content-Length", str(len(payload)))
    return head.written(line, [kind, length, ("Connection", "close")]) + payload


async def _next_head(client: Peer, limits: Limits) -> bytes:
    """The head of the client's next request, b"" if there is none."""
    import asyncio

    try:
        async with asyncio.timeout(limits.idle):
            if await client.gone():
                return b""
    except TimeoutError:
        return b""
    try:
        async with asyncio.timeout(limits.request):
            return await client.head(limits.head_bytes)
    except TimeoutError:
        raise BadMessage("the request's head takes too long", 408) from None


async def _exchange(
    client: Peer, engine: Address, gate: Gate, request: RequestHead, limits: Limits
) -> bool:
    """One request and its answer. True if the client may send another."""
    import asyncio

    upload = body.of_request(request)

    async def read(limit: int) -> bytes:
        try:
            async with asyncio.timeout(limits.body):
                return await whole.of_request(client, request, upload, limit)
        except TimeoutError:
            raise BadMessage("the request's body takes too long", 408) from None

    verdict = await gate(request, read)
    error = ""
    try:
        upstream = await dial(engine)
    except OSError as err:
        error = f"the engine does not answer: {err.strerror or err}"
        verdict.tap.ended(error)
        raise BadMessage(error, 502) from None
    try:
        return await _pass_on(client, upstream, request, upload, verdict)
    except BadMessage as err:
        error = err.message
        raise
    except OSError as err:
        error = err.strerror or str(err)
        raise
    finally:
        upstream.close()
        verdict.tap.ended(error)


async def _pass_on(
    client: Peer, upstream: Peer, request: RequestHead, upload: body.Body, verdict: Forward
) -> bool:
    import asyncio

    await upstream.write(verdict.head + (verdict.body or b""))
    if verdict.body:
        verdict.tap.sent(verdict.body)
    sent = asyncio.Event()
    up = asyncio.create_task(_send(client, upstream, upload, verdict.tap, sent))
    try:
        answer = await _answer_head(client, upstream, request)
        if answer.status == 101 and not verdict.tunnel:
            raise BadMessage("the engine made of this what it must not become", 502)
        verdict.tap.answered(answer)
        if answer.tunnel and verdict.tunnel:
            await sent.wait()
            await _stopped(up)
            await client.write(answer.raw)
            await _tunnel(client, upstream, verdict.tap)
            return False
        download = body.of_answer(answer)
        if verdict.whole and 200 <= answer.status < 300 and not answer.empty:
            data = await whole.of_answer(upstream, download)
            await client.write(verdict.whole(answer, data))
        else:
            await _receive(client, upstream, answer, download, verdict)
        lasts = request.lasts and answer.lasts and download.done and upload.done
        return lasts and not request.upgrade
    except BadMessage:
        if up.done() and isinstance(up.exception(), BadMessage):
            await up  # the client's body was what went wrong first
        raise
    finally:
        await _stopped(up)


async def _stopped(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end; what it raised has been dealt with."""
    import asyncio

    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


async def _send(
    client: Peer, upstream: Peer, upload: body.Body, tap: Tap, sent: asyncio.Event
) -> None:
    """The rest of the request; then see whether the client goes away before the answer has ended,
    and let the engine know: it ends a stream that nobody reads."""
    try:
        while not upload.done:
            block, payload = await client.body(upload)
            if not block:
                upstream.end()
                return
            for piece in payload:
                tap.sent(piece)
            await upstream.write(block)
    except BadMessage:
        upstream.end()  # it will not answer half a request
        raise
    except OSError:  # it has answered without reading all: that answer counts
        return
    finally:
        sent.set()
    if await client.gone():
        upstream.end()


async def _answer_head(client: Peer, upstream: Peer, request: RequestHead) -> AnswerHead:
    while True:
        try:
            raw = await upstream.head()
            if not raw:
                raise OSError
            answer = head.answer(raw, request.method)
        except OSError:
            text = "the engine closed the connection without an answer"
            raise BadMessage(text, 502) from None
        except BadMessage as err:
            raise BadMessage(f"the engine's answer: {err.message}", 502) from None
        if not answer.interim:
            return answer
        await client.write(raw)


async def _receive(
    client: Peer, upstream: Peer, answer: AnswerHead, download: body.Body, verdict: Forward
) -> None:
    """The answer's head and body, while somebody takes it."""
    change = verdict.filter
    await client.write(change.head(answer) if change else verdict.answer(answer))
    try:
        while not download.done:
            block, payload = await upstream.body(download)
            if not block:
                break
            for piece in payload:
                verdict.tap.received(piece)
            data = b"".join(change.feed(piece) for piece in payload) if change else block
            if data:
                await client.write(data)
        if change and (rest := change.end()):
            await client.write(rest)
    except BadMessage as err:  # too late for another answer
        raise ConnectionError(err.message) from None


async def _tunnel(client: Peer, upstream: Peer, tap: Tap) -> None:
    """Two-way bytes, until both sides have ended; each end is passed on by itself."""
    import asyncio

    async def pump(source: Peer, sink: Peer, seen: Callable[[Bytes], None]) -> None:
        with suppress(OSError):
            while block := await source.read():
                seen(block)
                await sink.write(block)
        sink.end()

    up = asyncio.create_task(pump(client, upstream, tap.sent))
    try:
        await pump(upstream, client, tap.received)  # an engine that has ended has ended for good
    finally:
        await _stopped(up)
