"""A way to an engine that is no plain socket, behind one that is.

What reads and writes an engine's stream does so from two threads, and ends one direction before the
other. Python's TLS sockets can do neither; so TLS is spoken here, by one thread, and the rest of
dsock has one end of a pair of plain sockets.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
from contextlib import suppress
from typing import Protocol

from dsock.engine.tls import Tls

BLOCK = 1 << 16
MOST = 1 << 20  # bytes that wait in one direction before no more are read


class Dialer(Protocol):
    """What makes plain sockets to an engine. `problem` is what the last one came to grief on."""

    @property
    def problem(self) -> OSError | None: ...

    def connect(self, seconds: float, /) -> socket.socket: ...


class TlsDialer:
    """Connects to an engine that speaks TLS at `host`:`port`. `problem` is what the last
    connection came to grief on, None for a proper end."""

    def __init__(self, host: str, port: int, tls: Tls) -> None:
        self._address, self._tls = (host, port), tls
        self.problem: OSError | None = None

    def connect(self, seconds: float) -> socket.socket:
        """A plain socket to the engine. Raises OSError, DsockError for unusable certificates."""
        context = self._tls.context()
        self.problem = None
        raw = socket.create_connection(self._address, seconds)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            session = context.wrap_bio(incoming, outgoing, server_hostname=self._address[0])
            _shake_hands(raw, session, incoming, outgoing)
        except OSError as err:
            self.problem = err
            raw.close()
            raise
        ours, theirs = socket.socketpair()
        pump = _Pump(raw, theirs, session, incoming, outgoing)

        def run() -> None:
            try:
                pump.run()
            except OSError as err:
                self.problem = err
            finally:
                raw.close()
                theirs.close()

        threading.Thread(target=run, name="tls", daemon=True).start()
        return ours


def _shake_hands(
    raw: socket.socket, session: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
) -> None:
    while True:
        try:
            session.do_handshake()
        except ssl.SSLWantReadError:
            raw.sendall(outgoing.read())
            data = raw.recv(BLOCK)
            if not data:
                raise ConnectionResetError("the connection ended in the handshake") from None
            incoming.write(data)
            continue
        except ssl.SSLError:
            with suppress(OSError):  # what is wrong, for the other side's log
                raw.sendall(outgoing.read())
            raise
        raw.sendall(outgoing.read())
        return


class _Pump:
    """Carries bytes between `plain` and, encrypted, `raw` until both directions have ended."""

    def __init__(
        self,
        raw: socket.socket,
        plain: socket.socket,
        session: ssl.SSLObject,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
    ) -> None:
        self._raw, self._plain, self._session = raw, plain, session
        self._incoming, self._outgoing = incoming, outgoing
        self._out, self._in = bytearray(), bytearray()  # encrypted for raw, clear for plain
        self._sends = self._receives = True

    def run(self) -> None:
        """Until the engine has ended, or who is behind `plain` has gone. Raises OSError."""
        self._raw.setblocking(False)
        self._plain.setblocking(False)
        self._decrypt()  # what came with the handshake
        with selectors.DefaultSelector() as selector:
            while self._receives or self._in:
                self._wait(selector)

    def _wait(self, selector: selectors.BaseSelector) -> None:
        wanted = {
            self._raw: selectors.EVENT_READ * (self._receives and len(self._in) < MOST)
            | selectors.EVENT_WRITE * bool(self._out),
            self._plain: selectors.EVENT_READ * (self._sends and len(self._out) < MOST)
            | selectors.EVENT_WRITE * bool(self._in),
        }
        for sock, events in wanted.items():
            with suppress(KeyError):
                selector.unregister(sock)
            if events:
                selector.register(sock, events)
        for key, events in selector.select():
            if key.fileobj is self._raw:
                self._on_raw(events)
            else:
                self._on_plain(events)

    def _on_raw(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            del self._out[: self._raw.send(self._out)]
        if events & selectors.EVENT_READ:
            data = self._raw.recv(BLOCK)
            if data:
                self._incoming.write(data)
            else:
                self._incoming.write_eof()
            self._decrypt()

    def _on_plain(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            del self._in[: self._plain.send(self._in)]
            if not self._receives and not self._in:
                self._plain.shutdown(socket.SHUT_WR)
        if events & selectors.EVENT_READ:
            data = self._plain.recv(BLOCK)
            if data:
                self._session.write(data)
            else:
                self._sends = False
                # All that came is decrypted, so that this only says that we have ended.
                with suppress(ssl.SSLWantReadError, ssl.SSLSyscallError):
                    self._session.unwrap()
            self._out += self._outgoing.read()

    def _decrypt(self) -> None:
        try:
            while self._receives:
                data = self._session.read(BLOCK)
                self._receives = bool(data)
                self._in += data
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self._receives = False
        self._out += self._outgoing.read()
        if not self._receives and not self._in:
            with suppress(OSError):
                self._plain.shutdown(socket.SHUT_WR)
