""".dockerignore: which files of a build's context stay at home, by docker's rules.

https://docs.docker.com/build/concepts/context/#dockerignore-files tells them; where it is vague,
this does what docker does, its oddities included ("**.go" is any path that ends so, but "**x*"
begins with an x).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dsock.errors import DsockError

# For each pattern, whether it matches a folder: what is in the folder then matches too.
Matched = tuple[bool, ...]

# What Go's path patterns are made of: text, escapes, and classes that are not empty.
_ITEM = r"(?:[^\\\]-]|\\.)"
_SYNTAX = rf"(?s)(?:[^\[\\]|\\.|\[\^?(?:{_ITEM}(?:-{_ITEM})?)+\])*"
_ESCAPES = {**{char: f"\\{char}" for char in "abfnrtvdDsSwWBA"}, "z": r"\Z"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line: its `text`, whether it `keeps` what others leave out ("!"), and its meaning."""

    text: str
    keeps: bool
    matches: Callable[[str], Any]


class Patterns:
    """The lines of a .dockerignore: the last one that matches a path decides."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines` as `read` gives them. Raises DsockError for one that is no pattern."""
        self._all = [_pattern(line) for line in lines]

    def __bool__(self) -> bool:
        return bool(self._all)

    def leaves_out(self, path: str) -> bool:
        """True if a file at `path` ("sub/file") is not part of the context."""
        parts = path.split("/")
        paths = [path, *("/".join(parts[:end]) for end in range(1, len(parts)))]
        out = False
        for pattern in self._all:
            # What is out already need not be put out again, and the other way round.
            if pattern.keeps == out and any(map(pattern.matches, paths)):
                out = not pattern.keeps
        return out

    def step(self, path: str, above: Matched | None) -> tuple[bool, Matched]:
        """The same for who goes down a tree, with what matched the folder `above` it, None at
        the top: whether `path` is out, and what matched it."""
        out, matched = False, []
        for at, pattern in enumerate(self._all):
            match = above is not None and above[at]
            if not match and pattern.keeps == out:
                match = bool(pattern.matches(path))
            if match:
                out = not pattern.keeps
            matched.append(match)
        return out, tuple(matched)

    def may_keep_below(self, folder: str) -> bool:
        """True if a folder that is out has to be read all the same: some of it may be kept."""
        return any(p.keeps and f"{p.text}/".startswith(f"{folder}/") for p in self._all)


def read(data: bytes) -> list[str]:
    """The patterns in the bytes of a file, cleaned: no comments, no leading or trailing "/"."""
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
    found = (_cleaned(line.strip()) for line in lines if not line.startswith("#"))
    return [line for line in found if line]


def _cleaned(line: str) -> str:
    sign = line[:1] if line.startswith("!") else ""
    path = line.removeprefix("!").strip() if sign else line
    if path:
        # Not normpath alone: it keeps two leading slashes.
        path = posixpath.normpath("/" + path.lstrip("/") if path.startswith("/") else path)
        # A lone slash stays one, but for who would keep it.
        path = path.removeprefix("/") if path != "/" or sign else path
    return sign + path


def _pattern(line: str) -> Pattern:
    keeps = line.startswith("!")
    text = line.removeprefix("!") if keeps else line
    if not text:
        raise DsockError('illegal exclusion pattern: "!"', "in .dockerignore: ! and a pattern")
    matches = _meaning(text) if re.fullmatch(_SYNTAX, text) else None
    if matches is None:
        raise DsockError(f"syntax error in pattern: {text}", "see .dockerignore")
    return Pattern(text, keeps, matches)


def _meaning(text: str) -> Callable[[str], Any] | None:
    """What tells whether a path matches `text`; None where docker cannot make sense of it."""
    if not re.search(r"[*?\[\]\\]", text):
        return text.__eq__
    if plain := re.fullmatch(r"\*\*([^*?\[\]\\]*)", text):
        end = plain[1]
        return lambda path: path.endswith(end) or f"/{path}" == end
    if plain := re.fullmatch(r"([^*?\[\]\\]*)\*\*", text):
        begin = plain[1]
        return lambda path: path.startswith(begin)
    return _expression(text)


def _expression(text: str) -> Callable[[str], Any] | None:
    import warnings

    out = ""
    for found in re.finditer(r"(?s)\*\*/?(\Z)?|\*|\?|\\(.?)|([\[\]^-])|(.)", text):
        part, last, escaped, special, char = found[0], *found.groups()
        if part.startswith("**"):
            out += ".*" if last is not None else "(?:.*/)?"
        elif part == "*":
            out += "[^/]*"
        elif part == "?":
            out += "[^/]"
        elif escaped:
            if escaped.isalnum() and escaped.isascii() and escaped not in _ESCAPES:
                return None
            out += _ESCAPES.get(escaped) or re.escape(escaped)
        else:
            out += special or re.escape(char or part)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "[[": means nothing yet
            return re.compile(out, re.ASCII).fullmatch
    except re.error:
        return None
