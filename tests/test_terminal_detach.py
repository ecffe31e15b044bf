"""The keys that leave a container running."""

from __future__ import annotations

import pytest

from dsock.errors import DsockError
from dsock.terminal.detach import DEFAULT, FOR_ENGINE, Matcher, keys


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DEFAULT, b"\x10\x11"),
        ("a", b"a"),
        ("ctrl-a,b", b"\x01b"),
        ("ctrl-@", b"\x00"),
        ("ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", b"\x1b\x1c\x1d\x1e\x1f"),
        ("DEL,-", b"\x7f-"),
        ("", b""),
    ],
)
def test_keys_are_bytes(text: str, expected: bytes) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize("text", ["ctrl-", "ctrl-1", "ctrl-P", "abc", "a,", ",", "ctrl-aa", "ü"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(DsockError, match="invalid detach keys"):
        keys(text)


def test_the_engine_gets_keys_that_are_not_the_users() -> None:
    assert keys(FOR_ENGINE)[:1] != keys(DEFAULT)[:1]


@pytest.mark.parametrize(
    ("typed", "passed", "complete", "released"),
    [
        ([b"ls\n"], b"ls\n", False, b""),
        ([b"\x10\x11"], b"", True, b""),
        ([b"a\x10", b"\x11"], b"a", True, b""),
        ([b"\x10"], b"", False, b"\x10"),
        ([b"\x10x"], b"\x10x", False, b""),
        ([b"\x10\x10\x11"], b"\x10", True, b""),
        ([b"\x11\x10"], b"\x11", False, b"\x10"),
        ([b"\x10", b"\x10"], b"\x10", False, b"\x10"),
    ],
)
def test_the_sequence_is_found_wherever_it_is_cut(
    typed: list[bytes], passed: bytes, complete: bool, released: bytes
) -> None:
    matcher = Matcher(b"\x10\x11")
    answers = [matcher.feed(data) for data in typed]
    assert b"".join(out for out, _ in answers) == passed
    assert answers[-1][1] == complete
    if not complete:
        assert matcher.holds == bool(released)
        assert matcher.release() == released


def test_what_repeats_within_the_sequence_is_no_obstacle() -> None:
    matcher = Matcher(b"aab")
    assert matcher.feed(b"aaa") == (b"a", False)
    assert matcher.feed(b"b") == (b"", True)


def test_what_is_released_is_passed_on_once() -> None:
    matcher = Matcher(b"\x10\x11")
    matcher.feed(b"\x10")
    assert matcher.release() == b"\x10"
    assert not matcher.holds
    assert matcher.feed(b"x") == (b"x", False)


def test_a_slow_typist_detaches_too() -> None:
    matcher = Matcher(b"\x10\x11")
    matcher.feed(b"\x10")
    matcher.release()
    assert matcher.feed(b"\x11") == (b"", True)


def test_without_keys_everything_passes() -> None:
    matcher = Matcher(b"")
    assert matcher.feed(b"\x10\x11") == (b"\x10\x11", False)
    assert not matcher.holds
