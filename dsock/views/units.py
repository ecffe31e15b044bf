"""Sizes, ages and ids as docker shows them to people."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SIZES = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_BINARY_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")


def duration(seconds: float) -> str:
    """A length of time in words: "3 seconds", "About an hour", "2 weeks"."""
    hours = int(seconds / 3600 + 0.5)
    if hours >= 48:
        return _days(hours // 24, seconds)
    if seconds < 1:
        return "Less than a second"
    if seconds < 2:
        return "1 second"
    if seconds < 60:
        return f"{int(seconds)} seconds"
    minutes = int(seconds / 60)
    if minutes == 1:
        return "About a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    return "About an hour" if hours == 1 else f"{hours} hours"


def _days(days: int, seconds: float) -> str:
    if days < 14:
        return f"{days} days"
    if days < 60:
        return f"{days // 7} weeks"
    if days < 730:
        return f"{days // 30} months"
    return f"{int(seconds / 3600) // 24 // 365} years"


_UNITS = {"month": "mo"}
_LENGTH = r"(\d+|Less than a|About an?) (second|minute|hour|day|week|month|year)s?"


def compact(text: str) -> str:
    """`text` with its lengths of time in a letter: "Up 2w (healthy)", "Exited (0) 1h ago"."""

    def short(found: re.Match[str]) -> str:
        count = {"Less than a": "0", "About a": "1", "About an": "1"}.get(found[1], found[1])
        return count + _UNITS.get(found[2], found[2][0])

    return re.sub(_LENGTH, short, text)


def size(count: float, digits: int = 3) -> str:
    """A number of bytes with `digits` significant digits: "1.99MB"; units of 1000."""
    return _scaled(float(count), 1000, digits, _SIZES)


def binary_size(count: float) -> str:
    """The same in units of 1024: "1.586MiB"."""
    return _scaled(float(count), 1024, 4, _BINARY_SIZES)


def _scaled(count: float, base: int, digits: int, units: Sequence[str]) -> str:
    unit = 0
    while count >= base and unit < len(units) - 1:
        count /= base
        unit += 1
    return f"{count:.{digits}g}{units[unit]}"


def short_id(text: str) -> str:
    """The first 12 characters of an id, without a "sha256:" before it."""
    colon = text.find(":")
    return text[colon + 1 : colon + 13]
