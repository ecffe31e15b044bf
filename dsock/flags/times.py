"""Points in time as docker's flags write them: "42m", "2024-05-01", "2024-05-01T10:00:00Z",
"1714557600.5". Integers only: a float holds no nanoseconds of this century."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from dsock.errors import DsockError

SECOND = 1_000_000_000
UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # U+00B5, the micro sign
    "μs": 1_000,  # U+03BC, the letter
    "ms": 1_000_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_UNIX = re.compile(r"([+-]?[0-9]+)(?:\.([0-9]{1,18}))?")
_CLOCK = r"(?:T([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?)?)?"
_DATE = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})?")


def wire_time(text: str, now_ns: int) -> str:
    """What --since or --until says as the engine takes it: "seconds" or "seconds.nanoseconds"
    since 1970. "" stays "".

    A duration counts back from `now_ns` and is cut to whole seconds. A date without a zone is
    in the local one, with the offset that holds at `now_ns`: both as docker does it. Raises
    DsockError for what is neither a duration, a date nor a number.
    """
    if not text:
        return ""
    ago = duration(text) if text != "0" else None
    if ago is not None:
        return str((now_ns - ago) // SECOND)
    date = _DATE.fullmatch(text)
    if date:
        return _of_date(date, now_ns)
    number = _UNIX.fullmatch(text)
    if number is None or text.startswith("-") or int(number[1]) >= 1 << 63:
        raise _unreadable(text)
    seconds, fraction = int(number[1]), number[2]
    return str(seconds) if fraction is None else _wire(seconds, _nanoseconds(fraction))


def duration(text: str) -> int | None:
    """Nanoseconds of a duration such as "1h30m", "-1.5s" or "0"; None if it is none."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    total, at = 0, 0
    while at < len(rest):
        part = _PART.match(rest, at)
        if part is None or not (part[1] or part[2]):
            return None
        unit, fraction = UNITS[part[3]], part[2] or ""
        total += int(part[1] or 0) * unit + int(fraction or 0) * unit // 10 ** len(fraction)
        at = part.end()
    return sign * total if rest and total < 1 << 63 else None


def _of_date(date: re.Match[str], now_ns: int) -> str:
    year, month, day, hour, minute, second, fraction, zone = date.groups()
    clock = [int(part or 0) for part in (year, month, day, hour, minute, second)]
    try:
        point = datetime(*clock, tzinfo=UTC)  # type: ignore[arg-type,misc]
        offset = _offset(zone, now_ns)
    except ValueError:
        raise _unreadable(date[0]) from None
    since_1970 = point - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = since_1970.days * 86_400 + since_1970.seconds - offset
    return _wire(seconds, _nanoseconds(fraction or ""))


def _offset(zone: str | None, now_ns: int) -> int:
    """Seconds east of Greenwich. Raises ValueError for a zone that cannot be."""
    if zone is None:
        return time.localtime(now_ns // SECOND).tm_gmtoff
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 24 or minutes > 59:
        raise ValueError
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def _nanoseconds(fraction: str) -> int:
    return int(fraction[:9].ljust(9, "0"))


def _wire(seconds: int, nanoseconds: int) -> str:
    return f"{seconds}.{nanoseconds:09d}"


def _unreadable(text: str) -> DsockError:
    return DsockError(
        f"failed to parse value as time or duration: {text!r}",
        "write 42m, 1h30m, 2024-05-01, 2024-05-01T10:00:00, ...00Z or seconds since 1970",
    )
