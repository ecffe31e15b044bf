"""The only place that imports requests: a session against the engine's socket carries the calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dsock.engine.endpoint import Endpoint
from dsock.engine.heedful import Heedful, heedful
from dsock.engine.unreachable import explain, timed_out
from dsock.engine.wire import READ_BYTES, dechunk
from dsock.errors import BrokenOff

if TYPE_CHECKING:
    import requests

    from dsock.engine.dial import Dialer
    from dsock.engine.frames import Run

CONNECT_SECONDS = 8.0


class Answer:
    """What came back: `status`, `headers`, and a body that is read as it arrives."""

    def __init__(self, response: requests.Response, endpoint: Endpoint) -> None:
        self._response = response  # if it is collected, its file closes under the reader
        self._endpoint = endpoint
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def read(self) -> bytes:
        """The whole body. Raises DsockError if the engine goes away before its end."""
        with self._broken():
            return self._response.content

    def blocks(self, ticks: bool = False) -> Iterator[bytes]:
        """The body piece by piece, each as soon as it is there, chunked encoding taken off.

        With `ticks`, an empty piece says that there was nothing for half a second.
        """
        file, chunked = self._file()
        if ticks and isinstance(file, Heedful):
            file.ticks = True
        with self._broken():
            if file is None:
                yield from self._response.raw.stream(READ_BYTES, decode_content=False)
            elif chunked:
                yield from dechunk(file)
            else:
                while (block := file.read1(READ_BYTES)) != b"":
                    yield block or b""

    def pour(self, out: int) -> None:
        """Write the body to the descriptor `out`, by the kernel where it can.

        Raises OSError for `out`, DsockError for what comes from the engine.
        """
        from dsock.files import write

        file, chunked = self._file()
        if isinstance(file, Heedful) and hasattr(os, "splice"):
            from dsock.engine.pour import pour

            pour(file.sock, file.early, chunked, out)
            return
        for block in self.blocks():
            write(out, block)

    def pour_frames(self) -> None:
        """Write the body, a multiplexed stream, to stdout and stderr: see `pour`."""
        from dsock.files import write_pieces

        file, chunked = self._file()
        if chunked and isinstance(file, Heedful) and hasattr(os, "splice"):
            from dsock.engine.pour import pour_frames

            pour_frames(file.sock, file.early)
            return
        for run in self.frames():
            write_pieces(run.stream, run.pieces)

    def frames(self) -> Iterator[Run]:
        """The body as a multiplexed stream, see `frames.frames`."""
        from dsock.engine.frames import chunked_frames, frames

        file, chunked = self._file()
        with self._broken():
            yield from chunked_frames(file) if chunked else frames(self.blocks())

    def _file(self) -> tuple[Any, bool]:
        """The buffered file under the response and whether its bytes are chunked.

        A private path of urllib3 and http.client, the only one that neither waits for a full
        buffer nor reads byte by byte. (None, False) where it does not exist.
        """
        http = getattr(self._response.raw, "_fp", None)
        file = getattr(http, "fp", None)
        known = getattr(http, "length", None) is not None
        if file is None or not hasattr(file, "read1") or known:
            return None, False  # of a known length: the plain way stops at its end
        return heedful(file), bool(getattr(http, "chunked", False))

    def close(self) -> None:
        """Leave the stream, whatever of it was read."""
        self._response.close()

    @contextmanager
    def _broken(self) -> Iterator[None]:
        import requests
        import urllib3

        try:
            yield
        except (requests.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
            raise timed_out(self._endpoint) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as err:
            if isinstance(err, BrokenPipeError):
                raise  # the reader of our own output went away
            if isinstance(err.__context__, urllib3.exceptions.ReadTimeoutError):
                raise timed_out(self._endpoint) from None
            raise BrokenOff() from err


class Transport:
    """A session with the engine at `endpoint`; `send` adds nothing silently."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._session: requests.Session | None = None
        self._dialer: Dialer | None = None
        if endpoint.socket_path is not None:
            self._base = "http+unix://" + quote(endpoint.socket_path, safe="")
        elif endpoint.dialed:
            self._base = f"dialed://{endpoint.http_url.partition('://')[2]}"
        else:
            self._base = endpoint.http_url

    def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | Iterable[bytes] | None = None,
        read_seconds: float | None = None,
    ) -> Answer:
        """Send one call and return the answer once its headers are there.

        Raises Unreachable if nobody answers there, or not within `read_seconds`.
        """
        session = self._session or self._open()
        import requests

        call = requests.PreparedRequest()
        call.method = method
        call.url = self._base + target
        call.headers = requests.structures.CaseInsensitiveDict(headers)
        # The library's own defaults are left out: what --curl prints is what is sent.
        call.headers.setdefault("Accept-Encoding", "@@@SKIP_HEADER@@@")
        if isinstance(body, bytes):
            call.headers["Content-Length"] = str(len(body))
        elif body is not None:
            call.headers["Transfer-Encoding"] = "chunked"
        elif method in ("POST", "PUT"):
            call.headers["Content-Length"] = "0"
        call._cookies = session.cookies  # type: ignore[attr-defined]  # read for a redirect
        call.body = body  # type: ignore[assignment]
        try:
            response = session.send(
                call,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, read_seconds),
            )
        except requests.ReadTimeout:
            raise timed_out(self.endpoint) from None
        except (requests.RequestException, OSError) as err:
            ended = self._dialer.problem if self._dialer is not None else None
            raise explain(self.endpoint, ended or err) from err
        return Answer(response, self.endpoint)

    def renew(self) -> None:
        """Go on with new connections: one that is kept may lead to an engine that is gone."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _open(self) -> requests.Session:
        load()
        import requests_unixsocket

        session: requests.Session = requests_unixsocket.Session()
        session.trust_env = False  # no proxy, no netrc of the user reaches the socket
        session.headers.clear()
        if self.endpoint.dialed:
            from dsock.engine.address import dialer

            self._dialer = dialer(self.endpoint)
            session.mount("dialed://", _adapter(self._dialer))
        self._session = session
        return session


def _adapter(dialer: Dialer) -> requests.adapters.HTTPAdapter:
    """What makes requests use the sockets of `dialer`."""
    import requests
    import urllib3

    class Dialed(urllib3.connection.HTTPConnection):
        def connect(self) -> None:
            self.sock = dialer.connect(CONNECT_SECONDS)

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Dialed

    pool = Pool("localhost")

    class Adapter(requests.adapters.HTTPAdapter):
        def get_connection(self, *_: Any, **__: Any) -> Any:
            return pool

        get_connection_with_tls_context = get_connection

        def request_url(self, request: requests.PreparedRequest, *_: Any) -> str:
            return request.path_url

        def close(self) -> None:
            pool.close()

    return Adapter()


def load() -> None:
    """Import what the first call needs, for who counts the time of the call itself."""
    with _light_import():
        import requests_unixsocket  # noqa: F401


@contextmanager
def _light_import() -> Iterator[None]:
    """Import requests without the character detector and without importlib.metadata.

    A fifth of its import time goes into guessing encodings (only Response.text would ask, and
    requests supports having no detector) and into urllib3 asking for the version of h2, which
    is then taken as not installed. Both are put back at once.
    """
    import warnings

    hidden = [
        name
        for name in ("charset_normalizer", "chardet", "importlib.metadata")
        if name not in sys.modules
    ]
    if "requests" in sys.modules:
        hidden = []
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    if "importlib.metadata" in hidden:
        sys.modules["importlib.metadata"] = _NoMetadata("importlib.metadata")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield
            except Exception:
                for name in hidden:
                    sys.modules.pop(name, None)
                hidden = []
                import requests_unixsocket  # noqa: F401  the plain way, with whatever it needs
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


class _NoMetadata(type(sys)):  # type: ignore[misc]
    """A module that stands for importlib.metadata while urllib3.http2 is imported."""

    def version(self, _name: str) -> str:
        return "0"

    class PackageNotFoundError(ImportError):
        pass
