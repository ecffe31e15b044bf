"""Where the calls of a trace go: lines for a person, files for other programs."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from typing import IO, Any, Self

from dsock.app import App
from dsock.relay.gate import Bytes
from dsock.relay.record import Call, Watcher

STREAMS = ("lines", "frames", "tunnel")
SHOWN_BYTES = 1 << 16  # of what a stream says, in each direction


class Tracer(Watcher):
    """Writes each call as it ends, and streams as they go. A context manager: at its end the
    files are complete."""

    def __init__(
        self,
        app: App,
        output: str | None,
        curl: bool,
        verbose: bool,
        save: str | None,
        har: str | None,
        policy: str | None,
    ) -> None:
        from dsock.render import calls

        self._app, self._curl, self._verbose = app, curl, verbose
        self._out: IO[str] = _private(output) if output else sys.stderr
        colour = not output and app.stderr_is_terminal and not app.environ.get("NO_COLOR")
        self._style = calls.Style(colour)
        self._saved = _private(save) if save else None
        self._save_path = save and os.path.abspath(save)
        self._archives: dict[int, IO[bytes] | None] = {}  # None: cannot be kept
        self._har_path, self._policy_path = har, policy
        self._calls: list[Call] = []  # if a file is made of all of them
        self._decoders: dict[tuple[int, bool], Any] = {}
        self._lock = threading.Lock()
        for path in filter(None, (har, policy)):
            _private(path).close()  # now, rather than after an hour

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._har_path:
            from dsock.relay.har import archive

            with _private(self._har_path) as file:
                json.dump(archive(self._calls), file, indent=1)
        if self._policy_path:
            from dsock.relay.learn import policy_of

            with _private(self._policy_path) as file:
                file.write(policy_of(self._calls))
        if self._saved:
            self._saved.close()

    def began(self, call: Call) -> None:
        from dsock.render import calls

        if call.kind in STREAMS and call.status < 400:
            self._write(calls.line(call, self._style, begins=True))

    def piece(self, call: Call, up: bool, data: Bytes) -> None:
        if up and self._save_path and call.sends_archive and not call.is_tunnel:
            self._keep(call, f"{self._save_path}.body-{call.n}", data)
        if not self._verbose or call.kind not in STREAMS or not call.status:
            return
        if (call.sent if up else call.received) > SHOWN_BYTES:
            return
        from dsock.relay.decode import Frames, Lines
        from dsock.render.safe import escaped

        plain = up or call.kind == "lines"
        decoder = self._decoders.setdefault((call.n, up), Lines() if plain else Frames())
        for found in decoder.feed(bytes(data)):
            name, text = ("stdin" if up else "", found) if plain else found
            mark = self._style("2", f"  {call.n} {'>' if up else '<'} {name}".rstrip())
            self._write(f"{mark} {escaped(text)}")

    def _keep(self, call: Call, path: str, data: Bytes) -> None:
        """More of an archive into its file. A full disk ends that, not what is traced."""
        if call.n not in self._archives:
            self._archives[call.n] = None
            with suppress(OSError):
                self._archives[call.n] = _private(path, "wb")
                call.archive = path
        if file := self._archives[call.n]:
            try:
                file.write(data)
            except OSError:
                self._archives[call.n], call.archive = None, ""

    def ended(self, call: Call) -> None:
        if archive := self._archives.pop(call.n, None):
            archive.close()
        self.show(call)
        if self._saved:
            self._saved.write(call.saved() + "\n")
            self._saved.flush()
        if self._har_path or self._policy_path:
            self._calls.append(call)
        for up in (True, False):
            self._decoders.pop((call.n, up), None)

    def show(self, call: Call) -> None:
        """The line of a call that has ended, and what was asked for beneath it."""
        from dsock.render import calls

        rows = [calls.line(call, self._style)]
        if self._curl:
            rows.append("  " + self._curl_line(call))
        if self._verbose:
            rows += calls.body(call.body, ">", self._style)
            if call.kind not in STREAMS or call.status >= 400:
                rows += calls.body(call.answer, "<", self._style)
        self._write("\n".join(rows))

    def _curl_line(self, call: Call) -> str:
        from dsock.engine.curl import curl
        from dsock.render.safe import printable

        line = curl(call.request(), self._app.endpoint, None)
        if call.sent and not call.body and not call.archive and not call.is_tunnel:
            line += f"  # body-{call.n}: {call.sent} bytes, which --save keeps"
        return printable(line)

    def _write(self, text: str) -> None:
        with self._lock:
            # In raw mode, which the command may have set, a newline alone goes straight down.
            end = "\r\n" if self._out is sys.stderr and self._app.stderr_is_terminal else "\n"
            self._out.write(text.replace("\n", end) + end)
            self._out.flush()


def _private(path: str, mode: str = "w") -> IO[Any]:
    """A new file that only its owner can read: what is in it was on its way to the engine."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, mode, encoding="utf-8" if mode == "w" else None)
