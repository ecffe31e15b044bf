"""Bodies that are read to their end, within a bound, because somebody has to look into them."""

from __future__ import annotations

from dsock.relay import body
from dsock.relay.head import BadMessage, RequestHead
from dsock.relay.peer import Peer

LONGEST_ANSWER = 64 << 20  # bytes


async def of_request(client: Peer, request: RequestHead, upload: body.Body, limit: int) -> bytes:
    """The request's body. Raises BadMessage for one that is longer than `limit` bytes."""
    if (request.length or 0) > limit:
        raise BadMessage(f"the body is longer than {limit} bytes", 413)
    if request.get("expect").lower() == "100-continue" and not upload.done:
        await client.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    data = bytearray()
    while not upload.done:
        block, payload = await client.body(upload)
        if not block:
            raise BadMessage("the connection ended inside a body")
        for piece in payload:
            data += piece
        if len(data) > limit:
            raise BadMessage(f"the body is longer than {limit} bytes", 413)
    return bytes(data)


async def of_answer(upstream: Peer, download: body.Body) -> bytes:
    """An answer's body. Raises BadMessage if it's too long, or breaks off."""
    data = bytearray()
    while not download.done:
        try:
            block, payload = await upstream.body(download)
        except OSError:
            block, payload = memoryview(b""), []
        if not block and download.missing is None and not isinstance(download, body.Chunks):
            break
        if not block:
            raise BadMessage("the engine's answer breaks off", 502)
        for piece in payload:
            data += piece
        if len(data) > LONGEST_ANSWER:
            raise BadMessage("the engine's answer is too long to be looked into", 502)
    return bytes(data)
