"""Strings and JSON written as Go writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from typing import Any

_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
          "\v": "\\v", "\\": "\\\\", '"': '\\"'}  # fmt: skip


class _Nil:
    """A nil pointer: `<nil>` in text, null in JSON, false."""

    def __str__(self) -> str:
        return "<nil>"

    def __bool__(self) -> bool:
        return False


NIL = _Nil()


def quoted(text: str) -> str:
    """strconv.Quote: in double quotes, what is not printable as an escape."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def upper(text: str) -> str:
    """strings.ToUpper: each character by itself."""
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def lower(text: str) -> str:
    """strings.ToLower: each character by itself."""
    return text.lower() if text.isascii() else "".join(_single(char, char.lower()) for char in text)


def title(text: str) -> str:
    """strings.Title: the first letter of each word in upper case."""
    out, previous = "", " "
    for char in text:
        out += _upper(char) if _separates(previous) else char
        previous = char
    return out


def _upper(char: str) -> str:
    return _single(char, char.upper())


def _single(char: str, changed: str) -> str:
    return changed if len(changed) == 1 else char


def _separates(char: str) -> bool:
    if char.isalnum() or char == "_":
        return False
    return char.isascii() or char.isspace()


def to_json(value: Any) -> str:
    """json.Encoder without HTML escapes: compact, a map's keys sorted. A value with a method
    `members()`, [(key, value)], is a struct: its keys in that order."""
    if isinstance(value, str):
        return _without_lines(encode_basestring(value))
    text = json.dumps(_ordered(value), separators=(",", ":"), ensure_ascii=False)
    return _without_lines(text)


def html_escaped(text: str) -> str:
    """JSON text with the escapes that json.Marshal puts in for HTML's sake."""
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return _without_lines(text)


def _without_lines(text: str) -> str:
    """Two ends of lines that JSON allows and JavaScript does not: Go always escapes them."""
    if text.isascii():
        return text
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def row_json(fields: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], str]:
    """What writes a listing's record as JSON: `fields` in the order of their names."""
    names = sorted(fields)
    functions = [fields[name] for name in names]
    form = "{" + ",".join(f'"{name}":%s' for name in names) + "}"

    def write(record: Any) -> str:
        values = [function(record) for function in functions]
        return html_escaped(form % tuple(map(_short_json, values)))

    return write


def _short_json(value: Any) -> str:
    return encode_basestring(value) if type(value) is str else to_json(value)


def _ordered(value: Any) -> Any:
    if value is NIL:
        return None
    if hasattr(value, "members"):
        return {key: _ordered(item) for key, item in value.members()}
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    return value
