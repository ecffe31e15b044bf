"""Single values of flags: integers, sizes, CPUs, durations, KEY=VALUE, a line of CSV.

Each takes the text that was typed and the flag's name, for its BadFlag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dsock.errors import BadFlag
from dsock.flags.times import duration

INT64 = (-(1 << 63), (1 << 63) - 1)
UINT16 = (0, (1 << 16) - 1)
UINT64 = (0, (1 << 64) - 1)

_DECIMAL = re.compile(r"[+-]?[0-9]+")
_GO_INTEGER = re.compile(r"([+-]?)(0[xX]|0[bB]|0[oO]?|)([0-9a-fA-F_]+)")
_GO_BASES = {"0x": 16, "0b": 2, "0o": 8, "0": 8, "": 10}
_SIZE = re.compile(r"\+?([0-9._]+(?:[eE][+-]?[0-9]+)?) ?(?:([kmgtp])(?:i?b)?|b)?", re.I)
_RATIONAL = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_CSV_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*)),')


def bad(flag: str, value: str, reason: str, hint: str | None = None) -> BadFlag:
    """The error for a value that `flag` does not take."""
    return BadFlag(f'invalid argument "{value}" for "{flag}" flag: {reason}', hint)


def decimal(text: str, flag: str, limits: tuple[int, int] = INT64) -> int:
    """A whole number in decimal digits."""
    found = int(text) if _DECIMAL.fullmatch(text) and _may_have_sign(text, limits) else None
    if found is None or not limits[0] <= found <= limits[1]:
        raise bad(flag, text, "it is no whole number, or one too large")
    return found


def integer(text: str | None, flag: str, limits: tuple[int, int] = INT64) -> int | None:
    """A whole number as docker's number flags read it: 10, 0x0a, 0b1010, 012 and 1_0 are ten."""
    if text is None:
        return None
    found = _GO_INTEGER.fullmatch(text) if _may_have_sign(text, limits) else None
    try:
        value = int(found[1] + found[3], _GO_BASES[found[2].lower()]) if found else None
    except ValueError:
        value = None  # a digit that the base does not have
    if value is None or not limits[0] <= value <= limits[1]:
        raise bad(flag, text, "it is no whole number, or one too large")
    return value


def _may_have_sign(text: str, limits: tuple[int, int]) -> bool:
    """False for the sign of a number that cannot be negative: Go knows none there, not even +."""
    return limits[0] < 0 or text[:1] not in ("+", "-")


def size(text: str | None, flag: str) -> int | None:
    """Bytes: "64m" is 64 * 1024 * 1024, as are "64MB" and "64MiB"; a fraction is cut."""
    if text is None:
        return None
    found = _SIZE.fullmatch(text)
    try:
        number = float(found[1]) if found else -1.0
    except ValueError:  # "1.2.3"
        number = -1.0
    unit = "kmgtp".find(found[2].lower()) + 1 if found and found[2] else 0
    value = number * 1024**unit
    if not 0 <= value <= INT64[1]:
        raise bad(flag, text, f"invalid size: '{text}'", "write 512m, 1.5g or a number of bytes")
    return int(value)


def nano_cpus(text: str | None, flag: str = "--cpus") -> int | None:
    """Billionths of a CPU: "1.5" is 1500000000."""
    if text is None:
        return None
    from fractions import Fraction

    if not _RATIONAL.fullmatch(text) or re.search(r"/0+\Z", text):
        raise bad(flag, text, f"failed to parse {text} as a rational number", "write 1.5")
    nano = Fraction(text) * 10**9
    if nano.denominator != 1:
        raise bad(flag, text, "value is too precise")
    return int(nano)


def nanoseconds(text: str | None, flag: str) -> int:
    """Nanoseconds of a duration such as "1m30s", 0 if it is not given. Not negative."""
    if text is None:
        return 0
    found = duration(text)
    if found is None:
        raise bad(flag, text, "it is no duration", "write 500ms, 30s or 1m30s")
    if found < 0:
        raise BadFlag(f"{flag} cannot be negative")
    return found


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without what is not set: None, False and what is empty. A 0 was asked for."""
    return {
        key: value
        for key, value in values.items()
        if value is not False and value not in (None, "", {}, [])
    }


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """ "a=b", "c" -> {"a": "b", "c": ""}; the last of a key counts."""
    split = (text.partition("=") for text in texts)
    return {key: value for key, _, value in split}


def switch(text: str, flag: str) -> bool:
    """True or false as docker's switches are written: 1, t, true, 0, f, false."""
    if text in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if text in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise bad(flag, text, "it is neither true nor false")


def words(flags: Mapping[str, Any], key: str) -> list[str]:
    """The values of a flag that may be repeated, each also several with commas between."""
    flag = "--" + key.replace("_", "-")
    return [word for text in flags[key] for word in csv_fields(text, flag)]


def csv_fields(text: str, flag: str) -> list[str]:
    """The fields of a line of CSV; one in quotes may hold commas."""
    fields, at, line = [], 0, text + ","
    while text and at < len(line):
        found = _CSV_FIELD.match(line, at)
        if found is None:
            break
        fields.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        at = found.end()
    if not fields or at < len(line):
        hint = 'write a=b,c=d; a field with commas in quotes: "a=b,c"'
        raise bad(flag, text, "it is no list of fields", hint)
    return fields
