"""What `build` prints: docker's lines on a pipe, coloured steps on a terminal, an ID with -q."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dsock.app import App
from dsock.errors import ApiError, DsockError
from dsock.render import progress
from dsock.render.safe import printable
from dsock.views.units import size

SENDING = "Sending build context to Docker daemon"
REFRESH_SECONDS = 0.1
# What an engine answers that has nothing behind POST /build.
NO_BUILDER = (404, 405, 501)


class Output:
    """The output of one build; `image` is its ID once the engine has told it."""

    def __init__(self, app: App, quiet: bool) -> None:
        self._app, self._quiet = app, quiet
        self._live = app.rich and not quiet
        self._before = ""  # what -q does not show, unless the build fails
        self._said = ""
        self._sent: int | None = None  # bytes of the whole context, until that is told
        self._growing = False  # the number of bytes stands on the terminal's last line
        self.image = ""

    def sending(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """`blocks`, counted. On a terminal the number grows; anywhere else nothing is printed while
        the request is under way, as an output that has been closed must not cut it short."""
        sent, shown = 0, time.monotonic()
        for block in blocks:
            yield block
            sent += len(block)
            if self._live and time.monotonic() - shown > REFRESH_SECONDS:
                shown = time.monotonic()
                self._growing = True
                self._progress(sent, "")
        self._sent = sent

    def show(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Print what the builder says, to its end.

        Raises DsockError with the exit code of a step that failed, ApiError for what the engine
        refuses.
        """
        records = self._noticing(records)
        try:
            if self._live:
                self._steps(records)
            else:
                for text in progress.plain(records):
                    self._print(text)
        except ApiError as err:
            self._reveal()
            raise _explained(err) from None
        if self._quiet:
            self.image = self._said.strip() or self.image
            self._app.write(self._said)

    def _reveal(self) -> None:
        """What -q did not show, on stderr: the build failed."""
        text = self._before + self._said if self._quiet else ""
        if self._app.stderr_is_terminal:
            text = printable(text.replace("\r", ""))
        sys.stderr.write(text)

    def _steps(self, records: Iterable[Mapping[str, Any]]) -> None:
        from dsock.render.steps import Steps

        steps = Steps(self._app.console)
        try:
            progress.live(records, self._app.console, steps.say)
        except DsockError:
            steps.failed()
            raise
        steps.end()

    def _noticing(self, records: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """`records`, after how much was sent; the image's ID is taken from them."""
        try:
            for record in records:
                self._tell_sent()
                told = record.get("aux")
                if isinstance(told, dict) and told.get("ID"):
                    self.image = str(told["ID"])
                yield record
        finally:
            self._tell_sent()

    def _tell_sent(self) -> None:
        sent, self._sent = self._sent, None
        if self._live and sent is not None:
            self._progress(sent, "\n")
        elif self._live and self._growing:  # cut short: what comes next needs a line of its own
            self._app.console.print()
        elif sent is not None:
            self._print(f"{SENDING} {size(sent, 4):>8}\r\r\n")
            self._before, self._said = self._said, ""
        self._growing = False

    def _print(self, text: str) -> None:
        if self._quiet:
            self._said += text
        else:
            self._app.write(text)
            self._app.flush()

    def _progress(self, sent: int, end: str) -> None:
        self._app.write("\r")
        self._app.flush()
        self._app.console.print(f"{SENDING} {size(sent, 4):>9}", style="dim", end=end)
        self._app.flush()


def _explained(err: ApiError) -> DsockError:
    hint = None
    if "BuildKit" in err.reason:
        hint = "dsock builds with the engine's classic builder: leave out what only BuildKit knows"
    if err.status == 200:  # in the middle of the stream: the builder itself speaks
        return DsockError(err.reason, hint, err.code or 1)
    if err.status in NO_BUILDER:
        hint = (
            "this engine may have no builder behind POST /build: build elsewhere (buildah, "
            "docker buildx) and bring the image with `dsock load`"
        )
    err.hint = hint
    return err
