"""The monitor's parts that need no engine: keys, bars, and what is on its screen."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from dsock.monitor.columns import layout
from dsock.monitor.history import SAMPLES, History
from dsock.monitor.keys import keys
from dsock.monitor.model import Model, Wish
from dsock.monitor.picture import Picture
from dsock.render.sparkline import sparkline
from dsock.render.width import width
from dsock.views.happenings import Happening
from dsock.views.resources import Usage

HOSTILE = "x\x1b[31m\x1b]0;title\x07[red]\u202e\n日本"


def record(name: str, state: str = "running", **more: Any) -> dict[str, Any]:
    status = {"running": "Up 5 minutes (healthy)", "exited": "Exited (3) 2 hours ago"}[state]
    return {"Id": name * 8, "Names": [f"/{name}"], "Image": "nginx", "State": state,
            "Status": status, **more}  # fmt: skip


@pytest.fixture
def model() -> Model:
    """Three containers, of which the first two run and "b" uses most."""
    made = Model()
    made.take([record("c", "exited"), record("b"), record("a")])
    for name, cpu in (("a", 1.0), ("b", 250.0)):
        for at in range(10):
            made.history(name * 8).add(Usage(cpu, 2**20, 2**30, at * 9000, 0, 0, 0, 3), float(at))
    return made


def press(model: Model, *pressed: str) -> list[Wish]:
    return [wish for key in pressed if (wish := model.pressed(key)) is not None]


def drawn(model: Model, columns: int = 80, rows: int = 24, **how: Any) -> list[str]:
    """The lines of the screen as text."""
    file = io.StringIO()
    console = Console(file=file, width=columns, height=rows, force_terminal=False, **how)
    options = console.options.update(height=None)
    options.max_height = rows
    lines = console.render_lines(
        Picture(model, "unix:///run/d.sock", "Docker/28.5 (linux)"), options
    )
    return ["".join(segment.text for segment in line) for line in lines]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("q", ["q"]),
        ("\x1b[A\x1b[Bk", ["up", "down", "k"]),
        ("\x1bOA\x1b[5~\x1b[1~", ["up", "page up", "home"]),
        ("\x1b", ["escape"]),
        ("\x1b[1;5C\x1b[Zx", ["x"]),
        ("\x1b[", []),
        ("ab\r\x7f\x01\tü", ["a", "b", "enter", "backspace", "ü"]),
    ],
)
def test_what_is_typed_becomes_keys(typed: str, names: list[str]) -> None:
    assert keys(typed) == names


def test_bars_are_as_high_as_their_numbers() -> None:
    assert sparkline([0, 50, 100], 5, 1.0) == "  ▁▅█"
    assert sparkline(range(100), 3, 1.0) == "███"
    assert sparkline([0.1], 1, 100.0) == "▁"
    assert sparkline([], 3, 1.0) == "   "
    assert sparkline([1, 2], 0, 1.0) == ""
    assert sparkline([0, 8], 2, 8.0, ascii=True) == "_#"


def test_a_history_counts_bytes_a_second_and_has_an_end() -> None:
    history = History()
    for at in range(SAMPLES * 2):
        history.add(Usage(1.0, 1, 10, at * 3000, at * 1000, 0, 0, 1), at * 2.0)
    assert (history.received, history.sent) == (1500.0, 500.0)
    assert len(history.cpu) == len(history.network) == SAMPLES
    history.add(Usage(0.0, 1, 10, 0, 0, 0, 0, 1), 10_000.0)  # started again
    assert history.received == 0


@pytest.mark.parametrize("columns", [20, 40, 60, 75, 80, 99, 100, 120, 130, 200, 400])
def test_every_line_fits_the_screen(model: Model, columns: int) -> None:
    model.take([*model.records, record(HOSTILE, Names=[f"/{HOSTILE}"], Image=HOSTILE)])
    model.events.append(Happening(0, "container", "start", HOSTILE, "good", []))
    for view in ("", "?", "/", "l"):
        press(model, *view)
        lines = drawn(model, columns)
        assert len(lines) == 24
        assert max(map(width, lines)) <= columns
        press(model, "escape")


def test_hostile_names_are_shown_and_do_nothing(model: Model) -> None:
    model.take([record("x", Names=[f"/{HOSTILE}"])])
    model.log = ["fine"]
    text = "\n".join(drawn(model, 120))
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert r"x\x1b[31m\x1b]0" in text


def test_the_table_has_numbers_everywhere_and_bars_where_there_is_room(model: Model) -> None:
    for columns in (60, 80, 120):
        row = next(line for line in drawn(model, columns) if " b " in line)
        assert "250.0%" in row and "1MiB" in row and "9kB/s" in row and "Up 5m" in row
    assert "█" in row
    assert "exit 3, 2h ago" in "\n".join(drawn(model, 120))
    assert layout(60).cpu_bars and not layout(60).network_bars
    assert layout(80).network_bars and not layout(80).image
    assert layout(200).image


def test_a_terminal_without_unicode_gets_plain_characters(model: Model) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=80, height=24)
    assert console.options.ascii_only
    line = console.render_lines(Picture(model, "", ""), console.options)[2]
    assert "".join(segment.text for segment in line).replace("…", "").isascii()


def test_containers_are_selected_with_arrows_and_stay_selected(model: Model) -> None:
    def selected() -> str:
        return next(line for line in drawn(model) if line.startswith("▸")).split()[1]

    assert selected() == "a"
    press(model, "down")
    assert selected() == "b"
    press(model, "o", "o")  # by name, by cpu: b is first now
    assert selected() == "b"
    press(model, "end")
    assert selected() == "c"
    model.take([entry for entry in model.records if entry["Names"] != ["/c"]])
    assert selected() == "b"


def test_sorting_goes_through_all_keys(model: Model) -> None:
    def first() -> str:
        return model.rows()[0]["Names"][0]

    assert first() == "/a"
    for expected in ("name", "cpu", "mem", "mem%", "net", "block", "pids", "state"):
        press(model, "o")
        assert model.sort == expected
        assert (first() == "/b") == (expected == "cpu")


def test_a_filter_is_typed_kept_and_left(model: Model) -> None:
    press(model, "/", "b")
    assert [row["Names"] for row in model.rows()] == [["/b"]]
    press(model, "backspace", "N", "G", "x", "backspace", "enter")
    assert len(model.rows()) == 3  # the image is looked at too
    press(model, "/", *"zzz", "enter")
    assert "no container fits the filter" in "\n".join(drawn(model))
    press(model, "escape")
    assert len(model.rows()) == 3
    press(model, "a")
    assert len(model.rows()) == 2


def test_what_ends_a_container_asks_first(model: Model) -> None:
    a = "a" * 8
    assert press(model, "s") == []
    assert "stop a? " in drawn(model)[-1]
    assert press(model, "n", "s", "y") == [Wish("stop", a)]
    assert press(model, "K", "d", "d", "y") == [Wish("remove", a)]
    assert press(model, "K", "y", "x") == [Wish("kill", a), Wish("shell", a)]
    assert press(model, "u", "p", "l") == [Wish("start", a), Wish("pause", a), Wish("logs", a)]
    assert press(model, "q", "q") == [Wish("quit")]  # the first one leaves the log


def test_a_log_is_scrolled(model: Model) -> None:
    press(model, "l")
    model.log = [f"line {number}" for number in range(100)]
    assert "line 99" in drawn(model)[-2]
    press(model, "page up", "up")
    assert "line 88" in drawn(model)[-2]
    press(model, "end")
    assert "line 99" in drawn(model)[-2]
    press(model, "g")
    assert "line 0" in drawn(model)[2]
    press(model, "down", "escape")
    assert press(model, "i") == [Wish("inspect", "a" * 8)]
    assert "inspect of a" in drawn(model)[1]
    model.log = [f"line {number}" for number in range(100)]
    assert "line 0" in drawn(model)[2]
    press(model, "page down")
    assert "line 10" in drawn(model)[2]


def test_states_are_short_where_there_is_little_room(model: Model) -> None:
    for status, shown in (("Exited (137) 3 hours ago", "● exit 137 3h"), ("Up 4 days", "● Up 4d"),
                          ("Up 12 minutes (Paused)", "● paused 12m"),
                          ("Up 59 seconds (unhealthy)", "● Up 59s ✗")):  # fmt: skip
        model.take([record("x", Status=status)])
        assert f" {shown} " in drawn(model, 80)[2] + " "
    model.take([record("x", Status="Exited (137) 3 hours ago")])
    assert " exit 137 " in drawn(model, 60)[2] + " "


def test_a_long_list_follows_the_selection(model: Model) -> None:
    model.take([record(f"n{number:03}") for number in range(200)])
    picture = Picture(model, "", "")
    console = Console(file=io.StringIO(), width=80, height=24)

    def shown() -> str:
        lines: Callable[..., Any] = console.render_lines
        return "\n".join("".join(s.text for s in line) for line in lines(picture))

    assert "n000" in shown()
    press(model, "G")
    assert "▸ n199" in shown()
    press(model, "up")
    assert "▸ n198" in shown() and "n199" in shown()
    press(model, "g")
    assert "▸ n000" in shown()


def test_an_engine_that_is_away_is_told_of(model: Model) -> None:
    model.reason = "the engine ended the stream"
    assert "the engine ended the stream" in drawn(model)[0]
