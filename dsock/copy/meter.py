"""How far a copy is: counted, and shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsock.app import App


class Meter:
    """Counts the bytes of one copy. A context, in which a terminal shows them unless `quiet`."""

    def __init__(self, app: App, label: str, quiet: bool) -> None:
        self._app = app
        self._label = label
        self._bar = ExitStack()
        self.shows = not quiet and app.shows_progress
        self.bytes = 0

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def count(self, blocks: Iterable[bytes], size: int | None = None) -> Iterator[bytes]:
        """`blocks` as they are. `size` is how many bytes there will be, None if nobody knows."""
        advance = None
        if self.shows:
            from dsock.render.bar import bar

            self._bar.close()
            advance = self._bar.enter_context(bar(self._app.error_console, self._label, size))
        for block in blocks:
            self.bytes += len(block)
            if advance is not None:
                advance(len(block))
            yield block
