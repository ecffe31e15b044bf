"""What is typed, as names of keys."""

from __future__ import annotations

NAMES = {
    "\x1b[A": "up", "\x1b[B": "down", "\x1bOA": "up", "\x1bOB": "down",
    "\x1b[5~": "page up", "\x1b[6~": "page down",
    "\x1b[H": "home", "\x1b[F": "end", "\x1b[1~": "home", "\x1b[4~": "end",
    "\x1bOH": "home", "\x1bOF": "end",
    "\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace", "\x1b": "escape",
}  # fmt: skip


def keys(typed: str) -> list[str]:
    """The keys in what one read gave: names of NAMES, and characters as they are.

    Other sequences, and controls that mean nothing here, are left out.
    """
    out = []
    while typed:
        name = next((n for n in sorted(NAMES, key=len, reverse=True) if typed.startswith(n)), "")
        if name == "\x1b" and typed[1:2] in ("[", "O"):  # a key that is not known
            end = next((i for i, char in enumerate(typed[2:], 2) if "@" <= char <= "~"), 0)
            typed = typed[end + 1 :] if end else ""
            continue
        if name:
            out.append(NAMES[name])
        elif typed[0].isprintable():
            out.append(typed[0])
        typed = typed[len(name) or 1 :]
    return out
