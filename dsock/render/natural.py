"""The order in which docker lists names."""

from __future__ import annotations

import re


def natural(text: str) -> list[tuple[bool, int, int, str]]:
    """A key for sorting: numbers inside text count by their value, and come before letters."""
    return [
        (False, int(part), len(part), "") if part[0] in "0123456789" else (True, 0, 0, part)
        for part in re.findall(r"[0-9]+|[^0-9]+", text)
    ]
