"""A build on a terminal: steps, their times, and output that steers nothing."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from dsock.render import progress
from dsock.render.steps import Steps

RED, END = "\x1b[91m", "\x1b[0m"


def console(width: int = 80) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, color_system="standard",
        legacy_windows=False, highlight=False, markup=False, emoji=False,
    )  # fmt: skip


def shown(*texts: str, width: int = 80, failed: bool = False) -> str:
    screen = console(width)
    steps = Steps(screen)
    for text in texts:
        steps.say(text)
    (steps.failed if failed else steps.end)()
    return screen.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_step_ends_with_its_time() -> None:
    text = plain(shown("Step 1/1 : FROM busybox", "\n", " ---> 1f2a7d162882\n"))
    assert re.fullmatch(r"Step 1/1 : FROM busybox\n ---> 1f2a7d162882  \d+\.\ds\n", text)


def test_podmans_steps_are_steps_too() -> None:
    text = plain(shown("STEP 1/1: FROM busybox\n", "--> 1f2a7d162882\n"))
    assert re.fullmatch(r"STEP 1/1: FROM busybox\n--> 1f2a7d162882  \d+\.\ds\n", text)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_however_the_text_is_cut_it_reads_the_same(size: int) -> None:
    said = "Step 1/2 : RUN make\n ---> Running in 8a\nSteps: 1\nS\n--> no\nSuccess\nhi\n\n  x"
    pieces = [said[at : at + size] for at in range(0, len(said), size)]
    assert plain(shown(*pieces)) == said + "\n"


def test_output_is_shown_before_its_line_ends() -> None:
    screen = console()
    steps = Steps(screen)
    steps.say("Compiling...")
    assert plain(screen.file.getvalue()) == "Compiling..."  # type: ignore[attr-defined]


def test_what_a_step_wrote_to_stderr_is_red_and_nothing_else_is_a_colour() -> None:
    text = shown(f"{RED}bad\n", f"{END}good\n", "\x1b[32mgreen\x1b[2J\x07\n")
    assert text == "\x1b[31mbad\x1b[0m\ngood\n\\x1b[32mgreen\\x1b[2J\\x07\n"


def test_carriage_returns_do_not_write_over_lines() -> None:
    assert plain(shown("10%\r20%\r\n")) == "10%\n20%\n"


def test_long_lines_are_the_terminals_to_wrap() -> None:
    assert plain(shown("Step 1/1 : RUN " + "x" * 100 + "\n", width=20)).count("\n") == 1


def test_the_step_that_failed_is_named_last() -> None:
    text = plain(shown("Step 1/1 : RUN false\n", "half a line", failed=True))
    last = text.splitlines()[-1]
    assert re.fullmatch(r"Step 1/1 : RUN false  failed after \d+\.\ds", last)
    assert text.splitlines()[-2] == "half a line"


def test_the_layers_of_from_are_drawn_between_the_steps() -> None:
    screen = console()
    steps = Steps(screen)
    layer = {"id": "abc", "progressDetail": {"current": 1, "total": 2}, "status": "Downloading"}
    records = [
        {"stream": "Step 1/1 : FROM busybox"},
        {"stream": "\n"},
        {"status": "Pulling from library/busybox", "id": "latest"},
        layer,
        {"status": "Digest: sha256:abc"},
        {"stream": " ---> 1f2a7d162882\n"},
    ]
    progress.live(records, screen, steps.say)
    steps.end()
    text = plain(screen.file.getvalue())  # type: ignore[attr-defined]
    order = ["FROM", "latest: Pulling", "abc Downloading", "Digest", "---> 1f2a"]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)
