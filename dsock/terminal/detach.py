"""The keys that leave a container running: `ctrl-p,ctrl-q` and what else users choose."""

from __future__ import annotations

from dsock.errors import DsockError

DEFAULT = "ctrl-p,ctrl-q"
# An engine looks for the keys too, and keeps a first one back until the next comes, for however
# long. dsock looks itself, with a time limit, and gives the engine a sequence that nobody types.
# It begins with a key that shows nothing by itself: in editors and shells ctrl-@ sets a mark.
FOR_ENGINE = "ctrl-@,ctrl-_,ctrl-@,ctrl-_"
CONTROLS = "abcdefghijklmnopqrstuvwxyz@[\\]^_"


def keys(text: str) -> bytes:
    """The bytes of a sequence such as "ctrl-p,q"; b"" for "". Raises DsockError."""
    out = bytearray()
    for key in text.split(",") if text else ():
        if len(key) == 1 and key.isascii():
            out.append(ord(key))
        elif len(key) == 6 and key.startswith("ctrl-") and key[5] in CONTROLS:
            out.append(ord(key[5].upper()) - 64)
        elif key == "DEL":
            out.append(127)
        else:
            raise DsockError(
                f"invalid detach keys ({text}): unknown key {key!r}",
                "single characters, ctrl- with a letter or one of @[\\]^_, or DEL; commas between",
            )
    return bytes(out)


class Matcher:
    """Looks for the keys in what the user types.

    What may be their beginning is held back; after `release` it counts as their beginning still,
    so that nobody has to type fast.
    """

    def __init__(self, sequence: bytes) -> None:
        self._sequence = sequence
        self._begun = b""  # the beginning of the sequence that was typed last
        self._released = 0  # so many bytes of it are passed on already

    @property
    def holds(self) -> bool:
        return len(self._begun) > self._released

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """(what to pass on, True if the sequence is complete)."""
        if not self._sequence:
            return data, False
        out = bytearray()
        for byte in data:
            self._begun += bytes((byte,))
            if self._begun == self._sequence:
                return bytes(out), True
            while not self._sequence.startswith(self._begun):
                if self._released:
                    self._released -= 1
                else:
                    out.append(self._begun[0])
                self._begun = self._begun[1:]
        return bytes(out), False

    def release(self) -> bytes:
        """What was held, to be passed on."""
        out = self._begun[self._released :]
        self._released = len(self._begun)
        return out
