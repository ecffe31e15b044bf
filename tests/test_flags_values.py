"""Numbers, sizes, CPUs, durations and lines of CSV as docker's flags write them."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag
from dsock.flags import values

SIZES = [
    ("0", 0),
    ("64", 64),
    ("64b", 64),
    ("64k", 64 << 10),
    ("64m", 64 << 20),
    ("64M", 64 << 20),
    ("64MB", 64 << 20),
    ("64MiB", 64 << 20),
    ("64 m", 64 << 20),
    ("1.5g", 3 << 29),
    ("1_0k", 10 << 10),
    (".5g", 1 << 29),
    ("0.1k", 102),
    ("1e3", 1000),
    ("2t", 2 << 40),
    ("2p", 2 << 50),
]


@pytest.mark.parametrize(("text", "expected"), SIZES)
def test_a_size_is_bytes_in_powers_of_1024(text, expected):
    assert values.size(text, "--memory") == expected


@pytest.mark.parametrize(
    "text", ["", "m", "-1", "64x", "64bb", "64mi", "64 mm", "1.2.3m", "nan", "inf", "9999999p"]
)
def test_a_bad_size_is_refused(text):
    with pytest.raises(BadFlag, match="--memory") as caught:
        values.size(text, "--memory")
    assert f"invalid size: '{text}'" in caught.value.message
    assert caught.value.hint


INTEGERS = [
    ("10", 10),
    ("+10", 10),
    ("-1", -1),
    ("0x0a", 10),
    ("0b1010", 10),
    ("0o12", 10),
    ("012", 10),
    ("1_0", 10),
    ("0", 0),
    ("00", 0),
    ("9223372036854775807", (1 << 63) - 1),
]


@pytest.mark.parametrize(("text", "expected"), INTEGERS)
def test_an_integer_is_read_in_the_base_that_it_names(text, expected):
    assert values.integer(text, "--pids-limit") == expected


@pytest.mark.parametrize("text", ["", "x", "1e3", "1.0", " 1", "1 ", "08", "0x", "١", "1" * 20])
def test_a_bad_integer_is_refused(text):
    with pytest.raises(BadFlag, match="--pids-limit"):
        values.integer(text, "--pids-limit")


def test_an_integer_has_the_limits_of_its_field():
    assert values.integer("65535", "--blkio-weight", values.UINT16) == 65535
    for text in ("65536", "-1"):
        with pytest.raises(BadFlag):
            values.integer(text, "--blkio-weight", values.UINT16)


CPUS = [("1", 10**9), ("1.5", 15 * 10**8), (".5", 5 * 10**8), ("1/4", 25 * 10**7), ("1e-9", 1)]


@pytest.mark.parametrize(("text", "expected"), CPUS)
def test_cpus_are_exact_billionths(text, expected):
    assert values.nano_cpus(text) == expected


@pytest.mark.parametrize("text", ["", "x", "1/3", "1e-10", "1/0", "1,5"])
def test_bad_cpus_are_refused(text):
    with pytest.raises(BadFlag, match="--cpus"):
        values.nano_cpus(text)


FIELDS = [
    ("a", ["a"]),
    ("a,b=c", ["a", "b=c"]),
    ("a,", ["a", ""]),
    (",a", ["", "a"]),
    ('"a,b",c', ["a,b", "c"]),
    ('"a ""b"""', ['a "b"']),
    ('""', [""]),
    (" a , b", [" a ", " b"]),
]


@pytest.mark.parametrize(("text", "expected"), FIELDS)
def test_a_field_in_quotes_may_hold_commas(text, expected):
    assert values.csv_fields(text, "--mount") == expected


@pytest.mark.parametrize("text", ["", '"a', 'a"b"', '"a"b', 'a="b"', "a\nb"])
def test_a_line_that_is_no_csv_is_refused(text):
    with pytest.raises(BadFlag, match="--mount"):
        values.csv_fields(text, "--mount")


def test_a_duration_must_have_a_unit_and_not_be_negative():
    assert values.nanoseconds("1m30s", "--health-interval") == 90 * 10**9
    assert values.nanoseconds(None, "--health-interval") == 0
    with pytest.raises(BadFlag, match="it is no duration"):
        values.nanoseconds("5", "--health-interval")
    with pytest.raises(BadFlag, match="--health-interval cannot be negative"):
        values.nanoseconds("-5s", "--health-interval")
