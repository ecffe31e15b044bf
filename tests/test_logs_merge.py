"""Lines of several logs: how they are read, put in order, chosen and shown."""

from __future__ import annotations

import threading
import time as clock
from typing import Any

import pytest

from dsock.errors import BadFlag
from dsock.logs.lines import LONGEST, Line, Splitter
from dsock.logs.merge import Merge, Note
from dsock.render import log_lines

T = "2026-11-24T14:29:34.{:09d}Z".format
AT = 1_795_530_574_000_000_000  # the second of T


def line(time: int, source: int = 0, text: str = "") -> Line:
    return Line(time, source, False, text.encode())


def texts(lines: list[Line]) -> list[tuple[int, str]]:
    return [(one.time - AT, one.text.decode()) for one in lines]


def test_blocks_are_made_into_lines_wherever_they_are_cut() -> None:
    whole = f"{T(5)} one\n{T(70)} zwei ü\n{T(700)} \n{T(7000)} end".encode()
    for cut in range(len(whole)):
        splitter = Splitter(3)
        found = [*splitter.split(whole[:cut], False), *splitter.split(whole[cut:], False)]
        assert texts(found) == [(5, "one"), (70, "zwei ü"), (700, "")]
        assert texts(splitter.end()) == [(7000, "end")]


def test_stdout_and_stderr_have_lines_of_their_own() -> None:
    splitter = Splitter(0)
    assert splitter.split(f"{T(1)} a".encode(), False) == []
    assert splitter.split(f"{T(2)} b\n".encode(), True) == [Line(AT + 2, 0, True, b"b")]
    assert splitter.split(b"a\n", False) == [Line(AT + 1, 0, False, b"aa")]


@pytest.mark.parametrize(
    ("stamp", "nanoseconds"),
    [
        ("2026-11-24T14:29:34.768530932Z", AT + 768530932),
        ("2026-11-24T15:29:34.768530932+01:00", AT + 768530932),
        ("2026-11-24T09:29:34.5-05:00", AT + 500000000),
        ("2026-11-24T14:29:34Z", AT),
    ],
)
def test_times_are_read_in_every_zone(stamp: str, nanoseconds: int) -> None:
    assert Splitter(0).split(f"{stamp} x\n".encode(), False) == [Line(nanoseconds, 0, False, b"x")]


def test_what_has_no_time_belongs_to_the_line_before() -> None:
    found = Splitter(0).split(f"{T(5)} x\nno time here\n\n".encode(), False)
    assert texts(found) == [(5, "x"), (5, "no time here"), (5, "")]


@pytest.mark.parametrize("size", [8192, 16384])
def test_the_times_inside_a_line_that_the_engine_has_cut_are_taken_out(size: int) -> None:
    cut = [b"x" * size, b"y" * size, b"z" * 7]
    data = b"".join(T(number).encode() + b" " + part for number, part in enumerate(cut)) + b"\n"
    (found,) = Splitter(0).split(data, False)
    assert (found.time, found.text) == (AT, b"".join(cut))


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    splitter = Splitter(0)
    splitter.split(f"{T(5)} ".encode(), False)
    found = [one for _ in range(40) for one in splitter.split(b"x" * 65536, False)]
    assert len(found) == 2
    assert max(len(one.text) for one in found) <= LONGEST + 65536


def taken(merge: Merge) -> list[Any]:
    """All until the end."""
    out: list[Any] = []
    while (batch := merge.take()) is not None:
        out += batch
    return out


def test_pasts_are_merged_in_the_order_of_time_however_late_one_comes() -> None:
    merge = Merge(3)

    def put(source: int, wait: threading.Event | None, done: threading.Event) -> None:
        if wait is not None:
            wait.wait(30)
        for number in range(100):
            merge.put(source, [line(number * 3 + source, source), line(number * 3 + 1, source)])
        done.set()
        merge.end(source)

    done = [threading.Event() for _ in range(3)]
    for source, wait in ((0, None), (1, done[0]), (2, done[1])):
        threading.Thread(target=put, args=(source, wait, done[source]), daemon=True).start()
    found = [one.time for one in taken(merge)]
    assert (len(found), found) == (600, sorted(found))


def test_a_source_that_follows_in_silence_keeps_nobody_waiting() -> None:
    merge = Merge(2)
    merge.caught_up(0)
    merge.caught_up(1)
    merge.put(0, [line(5)])
    assert merge.take() == [line(5)]
    merge.put(1, [line(3, 1)])
    assert merge.take() == [line(3, 1)]


def test_there_is_room_for_so_many_lines_only() -> None:
    merge = Merge(2)
    put = []

    def fill() -> None:
        for number in range(100):
            merge.put(0, [line(number)] * 1000)
            put.append(number)
        merge.end(0)

    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    deadline = clock.monotonic() + 30
    while len(put) < 6 and clock.monotonic() < deadline:
        clock.sleep(0.01)
    thread.join(0.05)
    assert thread.is_alive() and len(put) < 10
    merge.end(1)
    assert len(taken(merge)) == 100_000


def test_what_is_said_comes_at_once() -> None:
    merge = Merge(1)
    merge.say(Note("web is gone"))
    assert merge.take() == ["web is gone"]


@pytest.mark.parametrize(
    ("grep", "exclude", "kept"),
    [
        ((), (), ["GET / 200", "\x1b[31mERROR\x1b[0m 500", "get ü", ""]),
        (("GET",), (), ["GET / 200"]),
        (("GET", "ü$"), (), ["GET / 200", "get ü"]),
        (("^ERROR 5",), (), ["\x1b[31mERROR\x1b[0m 500"]),
        ((), ("00",), ["get ü", ""]),
        (("(?:GET|get)",), ("2.0",), ["get ü"]),
        (("a|GET", "b"), ("x", "ü"), ["GET / 200"]),
    ],
)
def test_lines_are_chosen_by_expressions(grep: Any, exclude: Any, kept: list[str]) -> None:
    test = log_lines.wanted(grep, exclude)
    lines = ["GET / 200", "\x1b[31mERROR\x1b[0m 500", "get ü", ""]
    assert [text for text in lines if test(text)] == kept


@pytest.mark.parametrize(("grep", "exclude"), [(("[",), ()), ((), ("ok", "*"))])
def test_what_is_no_expression_is_a_bad_flag(grep: Any, exclude: Any) -> None:
    with pytest.raises(BadFlag, match="invalid argument"):
        log_lines.wanted(grep, exclude)


def test_a_terminal_gets_colours_and_nothing_else_from_a_line() -> None:
    assert log_lines.harmless("plain") == "plain"
    assert (
        log_lines.harmless("\x1b[1;32mok\x1b[0m \x1b[2Jx") == "\x1b[1;32mok\x1b[0m \\x1b[2Jx\x1b[0m"
    )
    assert log_lines.harmless("a\rb\x07\u202ec\td") == "a\\rb\\x07\\u202ec\td"


def test_each_name_has_its_own_colour_the_same_in_each_run() -> None:
    names = [f"web-{number}" for number in range(len(log_lines.COLOURS))]
    found = log_lines.colours(names)
    assert len(set(found)) == len(names)
    assert found == log_lines.colours(names)
    assert log_lines.colours(["db"]) == log_lines.colours(["db", "x", "y"])[:1]


def test_names_stand_before_lines_as_wide_as_the_widest() -> None:
    assert log_lines.prefixes(["a", "日本"], False, False, False) == ["a    | ", "日本 | "]
    assert log_lines.prefixes(["\x1b[2J"], True, False, False) == ["\\x1b[2J | "]
    plain, error = (log_lines.prefixes(["a"], True, True, kind)[0] for kind in (False, True))
    assert "\x1b[31m│" in error and "\x1b[31m" not in plain


def test_times_are_written_as_dockers_and_in_the_local_zone(monkeypatch: Any) -> None:
    try:
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        clock.tzset()
        assert log_lines.stamps(False)(AT + 5) == "2026-11-24T14:29:34.000000005Z"
        assert log_lines.stamps(True)(AT + 5) == "2026-11-24T23:29:34.000000005+09:00"
    finally:
        monkeypatch.undo()
        clock.tzset()
