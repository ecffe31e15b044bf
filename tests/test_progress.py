"""Progress of pull and the like: docker's lines on a pipe, layers on a terminal."""

from __future__ import annotations

import io
import re
from threading import Event
from typing import Any

import pytest
from rich.console import Console

from dsock.render import progress
from dsock.render.width import width
from tests.scripted import Scripted
from tests.test_events_feed import terminal

HEAD = {"status": "Pulling from library/nginx", "id": "latest"}
END = [{"status": "Digest: sha256:abc"}, {"status": "Status: Downloaded newer image for nginx"}]


def layer(
    status: str, current: int = 0, total: int = 0, id: str = "e4f1ac05e7e7"
) -> dict[str, Any]:
    counts = {"current": current, "total": total} if total else {}
    return {"status": status, "progressDetail": counts, "id": id}


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (HEAD, "latest: Pulling from library/nginx\n"),
        (END[0], "Digest: sha256:abc\n"),
        (layer("Pulling fs layer"), "e4f1ac05e7e7: Pulling fs layer\n"),
        (layer("Downloading", 5, 10), None),
        (layer("Extracting", 0, 10), None),
        ({"status": "Extracting", "progressDetail": {"current": 3, "units": "s"}, "id": "a"}, None),
        (layer("Download complete"), "e4f1ac05e7e7: Download complete\n"),
        ({"stream": "Step 1/2 : FROM x\n"}, "Step 1/2 : FROM x\n"),
        ({"stream": "no end"}, "no end"),
        ({"aux": {"ID": "sha256:abc"}}, None),
        ({}, "\n"),
    ],
)
def test_on_a_pipe_a_change_of_state_is_a_line_as_docker_prints_it(
    record: dict[str, Any], text: str | None
) -> None:
    assert list(progress.plain([record])) == ([] if text is None else [text])


def drawn(records: list[dict[str, Any]], columns: int, lines: int = 24) -> list[str]:
    """The layers as they stand after `records`."""
    console = Console(file=io.StringIO(), width=columns, height=lines, force_terminal=True)
    layers = progress.Layers()
    for record in records:
        layers.take(record)
    with console.capture() as captured:
        console.print(layers)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", captured.get())
    return [line.rstrip() for line in plain.splitlines()]


def test_a_layer_that_moves_has_a_bar_and_sizes() -> None:
    records = [layer("Downloading", 0, 24_000_000), layer("Downloading", 12_000_000, 24_000_000)]
    (line,) = drawn(records, 80)
    found = re.fullmatch(
        r"e4f1ac05e7e7 Downloading {8}(━+)(─+) +12MB/24MB +[\d.]+[kMGTPE]?B/s", line
    )
    assert found, line
    assert len(found[1]) == len(found[2])


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    records = [layer("Downloading", 1 << 30, 1 << 40), layer("Waiting", id="b" * 12)]
    lines = drawn(records, columns)
    assert len(lines) == 2
    assert all(width(line) <= columns for line in lines)


def test_there_are_never_more_lines_than_the_screen_has() -> None:
    records = [layer("Pull complete", id=f"{n:012}") for n in range(30)]
    records += [layer("Downloading", 1, 10, id=f"a{n:011}") for n in range(3)]
    records += [layer("Waiting", id=f"b{n:011}") for n in range(30)]
    lines = drawn(records, 80, lines=10)
    assert len(lines) == 8
    assert [line[0] for line in lines[:3]] == ["a", "a", "a"]  # what moves comes first
    assert lines[-2] == "... 57 more: 30 done, 27 to do"
    assert re.fullmatch(r"total        30 of 63 done +[━─]+ +3B/30B( +\S+B/s)?", lines[-1])
    assert len(drawn(records, 80, lines=3)) == 1


def test_several_layers_have_a_total() -> None:
    records = [
        layer("Downloading", 6_000_000, 24_000_000),
        layer("Pushing", 1, 2_000_000, "b" * 12),
    ]
    first, second, total = drawn(records, 80)
    assert (first[:12], second[:12], total[:5]) == ("e4f1ac05e7e7", "b" * 12, "total")
    assert "6MB/26MB" in total
    records.append(layer("Download complete"))
    assert "24MB/26MB" in drawn(records, 80)[-1]
    records.append(layer("Pushed", id="b" * 12))
    assert len(drawn(records, 80)) == 2  # all has moved


def test_a_registry_cannot_steer_the_terminal() -> None:
    hostile = "\x1b[2Jevil[red]\u202e"
    (line,) = drawn([layer(hostile, id="\x1b]0;x\x07")], 120)
    assert "\\x1b[2Jevil[red]\\u202e" in line
    assert "\\x1b]0;x\\x07" in line


def pulling(scripted: Scripted, *chunks: Any) -> None:
    target = "/images/create?fromImage=docker.io%2Flibrary%2Fnginx&tag=latest"
    scripted.expect("POST", target, chunks=chunks)


def test_on_a_terminal_layers_are_drawn_and_the_summary_stays_below(scripted: Scripted) -> None:
    go_on = Event()
    pulling(
        scripted, HEAD, layer("Downloading", 5_000_000, 10_000_000), go_on,
        layer("Pull complete"), *END,
    )  # fmt: skip
    with terminal(scripted, "pull", "nginx") as screen:
        screen.until("5MB/10MB")
        go_on.set()
        assert screen.finish() == 0
    last = screen.output.rpartition("Pull complete")[2]
    assert last.index("Digest: sha256:abc") < last.index("Status: Downloaded")
    assert last.index("Status: Downloaded") < last.index("docker.io/library/nginx:latest")


def test_an_error_in_the_stream_is_an_error(scripted: Scripted) -> None:
    failure = {"errorDetail": {"message": "no space left"}, "error": "no space left"}
    pulling(scripted, HEAD, layer("Downloading", 5, 10), failure)
    done = scripted.dsock("pull", "nginx")
    assert (done.returncode, "no space left" in done.stderr) == (1, True)
    assert done.stdout == "Using default tag: latest\nlatest: Pulling from library/nginx\n"


def test_ctrl_c_leaves_the_cursor_visible(scripted: Scripted) -> None:
    never = Event()
    pulling(scripted, HEAD, layer("Downloading", 5_000_000, 10_000_000), never)
    with terminal(scripted, "pull", "nginx") as screen:
        screen.until("5MB/10MB")
        assert screen.interrupt() == 130
        never.set()
    assert screen.output.rindex("\x1b[?25h") > screen.output.rindex("\x1b[?25l")


def test_a_dumb_terminal_gets_the_lines_of_a_pipe(scripted: Scripted) -> None:
    pulling(scripted, HEAD, layer("Downloading", 5, 10), layer("Pull complete"))
    with terminal(scripted, "pull", "nginx", TERM="dumb") as screen:
        assert screen.finish() == 0
    assert "\x1b" not in screen.output
    assert "e4f1ac05e7e7: Pull complete\r\n" in screen.output
