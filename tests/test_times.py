"""The language of --since and --until. Expected values are what docker 28.2.2 puts on the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dsock.errors import DsockError
from dsock.flags.times import duration, wire_time

NOW = 1_795_494_380_999_999_999  # 2026-11-24, when Berlin is at +01:00


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("", ""),
        ("42m", "1795491860"),
        ("1h30m", "1795488980"),
        ("-1h", "1795497980"),
        (".5s", "1795494380"),
        ("5.s", "1795494375"),
        ("1us", "1795494380"),
        ("1µs", "1795494380"),
        ("1μs", "1795494380"),
        ("-0", "1795494380"),
        ("+0", "1795494380"),
        ("0", "0"),
        ("00012", "12"),
        ("+5", "5"),
        ("10.5", "10.500000000"),
        ("10.05", "10.050000000"),
        ("1700000000.123456789", "1700000000.123456789"),
        ("1700000000.1234567891", "1700000000.123456789"),
        ("2024-01-01", "1704063600.000000000"),
        ("2024-07-01", "1719788400.000000000"),  # in summer too with the offset of now
        ("2024-01-01T5", "1704081600.000000000"),
        ("2024-01-01T05", "1704081600.000000000"),
        ("2024-01-01T10:04", "1704099840.000000000"),
        ("2024-01-01T10:04:05", "1704099845.000000000"),
        ("2024-01-01T10:04:05,5", "1704099845.500000000"),
        ("2024-01-01T10:04:05.123456789123", "1704099845.123456789"),
        ("2024-01-01Z", "1704067200.000000000"),
        ("2024-01-01-02:00", "1704074400.000000000"),
        ("2024-01-01T10+02:00", "1704096000.000000000"),
        ("2024-01-01T10:04Z", "1704103440.000000000"),
        ("2024-01-01T10:04:05.5-02:00", "1704110645.500000000"),
        ("1969-12-31T23:59:59.5Z", "-1.500000000"),
    ],
)
def test_a_time_goes_over_the_wire_as_docker_sends_it(text: str, wire: str) -> None:
    assert wire_time(text, NOW) == wire


@pytest.mark.parametrize(
    "text",
    [
        "junk", "-5", "10.", "1e3", " 5", "5 ", "1h 2m", "h", ".s", "99999999h", "٤2m",
        "2024-13-01", "2024-02-30", "2024-1-1", "2024-01-01z", "2024-01-01t10", "2024-01-01 10:00",
        "2024-01-01T24", "2024-01-01T10:4", "2024-01-01T10:60", "2024-01-01T10:04:60",
        "2024-01-01T10:04.5", "2024-01-01T10:04:05+25:00", "2024-01-01T10:04:05+02",
        "99999999999999999999", "1700000000.12345678901234567890",
    ],
)  # fmt: skip
def test_what_docker_refuses_as_a_time_is_refused(text: str) -> None:
    with pytest.raises(DsockError) as caught:
        wire_time(text, NOW)
    assert repr(text) in caught.value.message


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1h2m3s4ms5us6ns", 3_723_004_005_006),
        ("1.000000001s", 1_000_000_001),
        ("-1.5h", -5_400_000_000_000),
        ("0", 0),
        ("", None),
        ("5", None),
        ("s", None),
        ("1d", None),
        ("--1s", None),
    ],
)
def test_a_duration_is_counted_in_whole_nanoseconds(text: str, nanoseconds: int | None) -> None:
    assert duration(text) == nanoseconds
