"""What goes over a recorded connection, as lines while it comes."""

from __future__ import annotations

from collections.abc import Iterator

LONGEST = 1 << 16  # bytes of a line or of a frame that are kept


class Lines:
    """Cuts bytes into lines of text."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines that are complete now."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[:LONGEST]
        for line in lines:
            yield line.decode("utf-8", "replace")

    def end(self) -> Iterator[str]:
        """What is left without a newline."""
        if self._rest:
            yield self._rest.decode("utf-8", "replace")
        self._rest = b""


class Frames:
    """Takes a multiplexed stream apart; what is none comes as plain lines."""

    NAMES = ("stdin", "stdout", "stderr", "error")

    def __init__(self) -> None:
        self._data = b""
        self._plain: bool | None = None
        self._lines = Lines()

    def feed(self, data: bytes) -> Iterator[tuple[str, str]]:
        """(stream, line): "stdout" and "stderr" of frames, "" of raw bytes."""
        self._data += data
        if self._plain is None and len(self._data) >= 8:
            self._plain = self._data[0] > 3 or self._data[1:4] != b"\0\0\0"
        if self._plain:
            block, self._data = self._data, b""
            yield from (("", line) for line in self._lines.feed(block))
            return
        while len(self._data) >= 8:
            length = int.from_bytes(self._data[4:8], "big")
            if len(self._data) < 8 + length:
                return
            name = self.NAMES[min(self._data[0], 3)]
            text = self._data[8 : 8 + length][:LONGEST].decode("utf-8", "replace")
            self._data = self._data[8 + length :]
            yield from ((name, line) for line in text.splitlines())

    def end(self) -> Iterator[tuple[str, str]]:
        """What is left."""
        left = self._data.decode("utf-8", "replace").splitlines() if self._plain is None else []
        yield from (("", line) for line in [*left, *self._lines.end()])
