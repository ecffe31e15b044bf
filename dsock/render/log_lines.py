"""Lines of several containers for a person or a pipe: a name before each, in a colour of its own
on a terminal, and only those that are asked for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from zlib import crc32

from dsock.errors import BadFlag
from dsock.render.safe import escaped, printable
from dsock.render.width import width

# Told apart on dark and on light screens; red stays for what is wrong.
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
SECOND = 1_000_000_000
_STYLES = r"\x1b\[[0-9;:]*m"  # all that a line may do to a terminal
_SEQUENCES = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
Test = Callable[[str], bool]


def wanted(grep: Sequence[str], exclude: Sequence[str]) -> Test:
    """What tells the lines that one of `grep` is found in (if there are any), and none of
    `exclude`. Colours in a line are not looked at. Raises BadFlag for what is no expression."""
    found, unwanted = _any("grep", grep), _any("exclude", exclude)

    def test(text: str) -> bool:
        text = unstyled(text)
        if found is not None and not found.search(text):
            return False
        return unwanted is None or not unwanted.search(text)

    return test


def _any(name: str, expressions: Sequence[str]) -> re.Pattern[str] | None:
    for expression in expressions:
        try:
            re.compile(expression)
        except re.error as err:
            raise BadFlag(f'invalid argument "{expression}" for "--{name}" flag: {err}') from None
    return re.compile("|".join(f"(?:{one})" for one in expressions)) if expressions else None


def unstyled(text: str) -> str:
    """`text` without the sequences that steer a terminal."""
    return re.sub(_SEQUENCES, "", text) if "\x1b" in text else text


def colours(names: Sequence[str]) -> list[int]:
    """A colour for each name: the same in each run, and another one as long as there are any."""
    free = list(COLOURS)
    out = []
    for name in names:
        free = free or list(COLOURS)
        out.append(free.pop(crc32(name.encode("utf-8", "replace")) % len(free)))
    return out


def prefixes(names: Sequence[str], terminal: bool, colour: bool, error: bool) -> list[str]:
    """ "web | " for each name, as wide as the widest. `terminal` makes names harmless; with
    `colour`, the bar of stderr is red."""
    shown = [escaped(name) for name in names] if terminal else list(names)
    widest = max(map(width, shown), default=0)
    padded = [name + " " * (widest - width(name)) for name in shown]
    if not colour:
        return [f"{name} | " for name in padded]
    bar = "\x1b[31m│" if error else "│"
    return [
        f"\x1b[{code}m{name} {bar}\x1b[0m "
        for name, code in zip(padded, colours(names), strict=True)
    ]


def harmless(text: str) -> str:
    """A line for a terminal: its colours stay, and end with it; nothing else steers."""
    if text.isprintable():
        return text
    if "\x1b" not in text:
        return printable(text)
    out, at = [], 0
    for style in re.finditer(_STYLES, text):
        out += [printable(text[at : style.start()]), style[0]]
        at = style.end()
    return "".join([*out, printable(text[at:]), "\x1b[0m"])


def stamps(local: bool) -> Callable[[int], str]:
    """What writes nanoseconds since 1970 as docker's logs do, in UTC or in the local zone."""
    known: dict[int, tuple[str, str]] = {}

    def stamp(nanoseconds: int) -> str:
        second, fraction = divmod(nanoseconds, SECOND)
        if second not in known:
            known.clear()
            there = time.localtime(second) if local else time.gmtime(second)
            zone = time.strftime("%z", there) if local else ""
            known[second] = (
                time.strftime("%Y-%m-%dT%H:%M:%S", there),
                f"{zone[:3]}:{zone[3:]}" if local else "Z",
            )
        begin, end = known[second]
        return f"{begin}.{fraction:09d}{end}"

    return stamp
