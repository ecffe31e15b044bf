"""A command, curl above all, over several lines that a shell still takes as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsock.render.width import width

_INDENT = "  "
# A word of a shell command, with the option before it whose value it is.
_WORD = r"""(?:-[HXdTo]\s+)?(?:'[^']*'|"[^"]*"|[^\s'"])+"""
# JSON: a string, something else, or the comma between two members. A ' in a string is '"'"' for
# the shell, which leaves the rest of the string a string here.
_JSON = r'"(?:[^"\\]|\\.)*"|[^",]+|,|"'


def curl_lines(command: str, columns: int) -> list[str]:
    r"""`command` in lines of at most `columns` where that can be done: broken between words by a
    backslash, inside a quoted JSON body after a comma, where JSON does not mind, and between the
    parameters of a quoted URL."""
    lines: list[str] = []
    line, room = "", columns - 2  # for the backslash
    for word in re.findall(_WORD, command):
        if line and width(f"{line} {word}") > room:
            lines.append(f"{line} \\")
            line = _INDENT + word
        else:
            line += f" {word}" if line else word
        if width(line) > room and word.startswith("-d '{"):
            *whole, line = _broken(line, columns)
            lines += whole
        elif width(line) > columns and line.startswith(f"{_INDENT}'http"):
            *whole, line = _split(line)
            lines += whole
    return [*lines, line]


def _broken(text: str, columns: int) -> Iterator[str]:
    """`text` broken after commas between two members, as late as possible."""
    line = piece = ""
    for token in [*re.findall(_JSON, text), ""]:
        piece += token
        if token not in (",", ""):
            continue
        if line.strip() and width(line + piece) > columns - 2:
            yield line
            line = _INDENT * 2
        line, piece = line + piece, ""
    yield line


def _split(text: str) -> list[str]:
    """A quoted URL with each parameter but the first on a line, where it has to begin at once."""
    first, *rest = text.rstrip("'").split("&")
    last = len(rest) - 1
    pieces = [f"'&{piece}'" + ("\\" if number < last else "") for number, piece in enumerate(rest)]
    return [f"{first.lstrip()}'\\", *pieces] if rest else [text]
