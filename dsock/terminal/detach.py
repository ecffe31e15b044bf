"""The keys that leave a container running: `ctrl-p,ctrl-q` and what else users choose."""

from __future__ import annotations

from dsock.errors import DsockError

DEFAULT = "ctrl-p,ctrl-q"
# An engine looks for the keys too, and keeps a first one back until the next comes. dsock does
# that itself, with a time limit, and gives the engine a sequence that nobody types.
FOR_ENGINE = "ctrl-^,ctrl-@,ctrl-^,ctrl-@"


def keys(text: str) -> bytes:
    """The bytes of a sequence such as "ctrl-p,q"; b"" for "". Raises DsockError."""
    out = bytearray()
    for key in text.split(",") if text else ():
        if len(key) == 1 and key.isascii():
            out.append(ord(key))
        elif (
            key.startswith("ctrl-")
            and len(key) == 6
            and key[5] in "abcdefghijklmnopqrstuvwxyz@[\\]^_"
        ):
            out.append(ord(key[5].upper()) - 64)
        else:
            raise DsockError(
                f"invalid detach keys ({text}): unknown key {key!r}",
                "write letters, or ctrl- with a letter or one of @[\\]^_: ctrl-p,ctrl-q",
            )
    return bytes(out)


class Matcher:
    """Looks for the keys in what the user types."""

    def __init__(self, sequence: bytes) -> None:
        self._sequence = sequence
        self.held = b""

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """(what to pass on, True if the sequence is complete). A beginning of it is held."""
        if not self._sequence:
            return data, False
        out = bytearray()
        for byte in data:
            self.held += bytes((byte,))
            if self.held == self._sequence:
                self.held = b""
                return bytes(out), True
            while self.held and not self._sequence.startswith(self.held):
                out.append(self.held[0])
                self.held = self.held[1:]
        return bytes(out), False

    def release(self) -> bytes:
        """What was held, once it has waited long enough for the rest."""
        held, self.held = self.held, b""
        return held
