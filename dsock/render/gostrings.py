"""Strings and JSON written as Go writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from typing import Any

_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
          "\v": "\\v", "\\": "\\\\", '"': '\\"'}  # fmt: skip


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


def duration(nanoseconds: int) -> str:
    """time.Duration: "1m30s", "1.5s", "100ms"."""
    left = abs(nanoseconds)
    sign = "-" if nanoseconds < 0 else ""
    for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
        if 0 < left < min(size * 1000, 10**9):
            return sign + _decimal(left, size) + unit
    minutes, left = divmod(left, 60 * 10**9)
    hours, minutes = divmod(minutes, 60)
    out = f"{hours}h" if hours else ""
    out += f"{minutes}m" if hours or minutes else ""
    return sign + out + _decimal(left, 10**9) + "s"


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    digits = str(rest).zfill(len(str(unit)) - 1).rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


def to_json(value: Any) -> str:
    """json.Encoder without HTML escapes: compact, a map's keys sorted."""
    if type(value) is str:
        return _without_lines(encode_basestring(value))
    if hasattr(value, "json_text"):  # rows have an encoder of their own
        return str(value.json_text())
    text = json.dumps(ordered(value), separators=(",", ":"), ensure_ascii=False)
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


def ordered(value: Any) -> Any:
    """`value` as plain JSON, the keys of maps sorted; `go_json()` says what another value is."""
    if hasattr(value, "go_json"):
        return value.go_json()
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [ordered(item) for item in value]
    return value
