"""What comes from containers is untrusted: nothing of it may steer a terminal."""

from __future__ import annotations

# C0 and C1 controls, DEL, what turns the direction of text around, and what nobody sees or what
# breaks a line. Joiners stay: emoji and some scripts need them. What JSON may hold as it is comes
# out as \u009b, so that JSON on a terminal is still JSON, and the same.
_TABLE = {
    code: repr(chr(code))[1:-1] if code < 0x20 else f"\\u{code:04x}"
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x061C,
        0x180E,
        0x200B,
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
    )
}
_LINES = {code: text for code, text in _TABLE.items() if code not in (0x09, 0x0A)}


def escaped(text: str) -> str:
    r"""`text` on one line with control and direction characters as \x1b, \n, \u202e."""
    return text if text.isprintable() else text.translate(_TABLE)


def printable(text: str) -> str:
    """The same for text of several lines: newlines and tabs stay."""
    return text.translate(_LINES)
