"""How many columns of a terminal text takes."""

from __future__ import annotations

from unicodedata import category, east_asian_width

# What joins the character before it, or changes how that looks: it takes no column of its own.
_JOINER = "\u200d"
_NOTHING = frozenset(("Mn", "Mc", "Me", "Cf", "Cc", "Zl", "Zp"))
_SKIN = range(0x1F3FB, 0x1F400)


def width(text: str) -> int:
    """Columns of `text`: two for wide characters and emoji, none for what combines."""
    if text.isascii() and text.isprintable():
        return len(text)
    total, joined = 0, False
    for char in text:
        if char == _JOINER:
            joined = True
            continue
        if char.isascii() or not (joined or (ord(char) in _SKIN and total)):
            total += char_width(char)
        joined = False
    return total


def char_width(char: str) -> int:
    """Columns of one character."""
    if " " <= char <= "~":
        return 1
    if category(char) in _NOTHING:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def shortened(text: str, columns: int) -> str:
    """`text` cut to `columns`, its last one an ellipsis if something is missing."""
    if len(text) <= columns and width(text) <= columns:
        return text
    if columns < 1:
        return ""
    taken = 0
    for end, char in enumerate(text):
        taken += char_width(char)
        if taken > columns - 1:
            return text[:end] + "…"
    return text


def shortened_name(name: str, columns: int) -> str:
    """`name` within `columns`, its beginning and its end: "shop-db-1" and "shop-db-2" differ."""
    if width(name) <= columns or columns < 4:
        return shortened(name, columns)
    head = shortened(name, columns // 2)
    start = len(head)
    while width(head + name[start:]) > columns:
        start += 1
    return head + name[start:]


def ellipsis(text: str, columns: int) -> str:
    """`text` cut to `columns` as docker cuts on a pipe: what combines counts as well."""
    if len(text) * 2 <= columns:
        return text
    if text.isascii():
        return text if len(text) <= columns else text[: columns - 1] + "…"
    sizes = [2 if east_asian_width(char) in "WF" else 1 for char in text]
    if sum(sizes) <= columns:
        return text
    taken = 0
    for end, size in enumerate(sizes):
        taken += size
        if taken > columns - 1:
            return text[:end] + "…"
    return text
