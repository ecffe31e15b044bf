"""Pictures of events: who did what to whom, in every form."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dsock.diagram import timeline, timeline_svg
from dsock.diagram.bars import bars, ticks
from dsock.diagram.mermaid import mermaid
from dsock.diagram.model import Step, duration
from dsock.diagram.narrow import fitted
from dsock.diagram.sequence import sequence
from dsock.diagram.svg import html, svg
from dsock.diagram.terminal import plain
from dsock.render.width import width

MS = 1_000_000
ID, NET = "c1" * 32, "e5" * 32


def event(ms: int, kind: str, action: str, ident: str = ID, **attributes: str) -> dict[str, Any]:
    if kind == "container":
        attributes = {"name": "web", "image": "nginx", **attributes}
    actor = {"ID": ident, "Attributes": attributes}
    return {"Type": kind, "Action": action, "Actor": actor, "timeNano": ms * MS, "time": 0}


RUN = [
    event(0, "container", "create"),
    event(9, "network", "connect", NET, name="bridge", container=ID),
    event(548, "container", "start"),
    event(1798, "container", "die", exitCode="0"),
    event(1800, "network", "disconnect", NET, name="bridge", container=ID),
    event(1810, "container", "destroy"),
]
PICTURE = """\
           client      engine            web           bridge
                                        nginx          network
 00:00:00     ├─ create ─▶├──────────────▶┆               ┆
    +9 ms     │           │               ├─── connect ──▶┆
  +539 ms     ├── start ─▶├──────────────▶┃               ┆
  +1.25 s     │           │◀ die exit 0 ──┤               ┆
    +2 ms     │           │               ├─ disconnect ─▶┆
   +10 ms     │           ├─── destroy ──▶✕               ┆
"""


def told(events: list[dict[str, Any]]) -> list[str]:
    """The steps as words: who, to whom, what."""
    return [
        f"{step.source.title} > {step.target.title}: {step.label}"
        for step in sequence(events).steps
        if isinstance(step, Step)
    ]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Any:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_run_is_drawn_in_the_order_of_time_to_the_letter() -> None:
    assert plain(sequence(RUN)) == PICTURE
    assert plain(sequence(RUN[::-1])) == PICTURE


def test_a_container_keeps_its_lane_when_it_is_renamed() -> None:
    renamed = event(5, "container", "rename", name="old", oldName="/web")
    picture = sequence([RUN[0], renamed, event(9, "container", "start", name="old")])
    assert [lane.title for lane in picture.lanes] == ["client", "engine", "web → old"]


def test_podman_says_who_joins_a_network_in_another_way_and_the_picture_is_the_same() -> None:
    podman = event(9, "network", "connect", ID, name="web", network="bridge")
    assert told([RUN[0], podman]) == told(RUN[:2])


def test_what_health_checks_execute_is_one_step() -> None:
    checks = [
        event(at, "container", f"{action}{command}", execID=str(at // 10), exitCode="0")
        for at in range(0, 100, 10)
        for action, command in (("exec_create", ": true"), ("exec_start", ": true"),
                                ("exec_die", ""))
    ]  # fmt: skip
    assert told(checks) == ["engine > web: 10 × exec true"]


def test_a_gap_is_seen() -> None:
    """Before what the engine had to tell when it was back, though dsock knew of it later."""
    told_by_dsock = {"from": str(548 * MS), "to": str(1798 * MS), "reason": "daemon-restart"}
    gap = event(1802, "dsock", "gap", "", **told_by_dsock)
    lines = plain(sequence([*RUN[:3], gap, *RUN[3:]])).splitlines()
    assert "gap: daemon restart, 1.25 s, something may be missing" in lines[5]
    assert "die exit 0" in lines[6]
    assert bars([*RUN[:3], gap, *RUN[3:]]).gaps == [(548 * MS, 1798 * MS)]


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_screen_however_many_take_part(columns: int) -> None:
    many = [
        event(at, "container", "create", f"{at:064x}", name=f"컨테이너-{at}") for at in range(30)
    ]
    many += [event(at, "volume", "create", f"v{at}") for at in range(50, 60)]
    text = plain(sequence(many), columns)
    assert max(map(width, text.splitlines())) <= columns
    assert text.count("▶├") == len(many)


@pytest.mark.parametrize(
    ("label", "whom", "columns", "text"),
    [("connect", "web", 11, "connect web"), ("die exit 137", "", 11, "exit 137"),
     ("die exit 137", "shop-db-1", 13, "exit 137 s…-1"), ("healthy", "shop-db-1", 9, "healthy"),
     ("exec sh -c true", "", 11, "exec sh …"), ("disconnect", "", 9, "disconne…"),
     ("kill SIGTERM", "", 9, "SIGTERM"), ("", "shop-worker-12", 11, "shop…ker-12")],
)  # fmt: skip
def test_where_an_arrow_is_short_no_word_is_cut_while_one_has_room(
    label: str, whom: str, columns: int, text: str
) -> None:
    assert fitted((label, whom), columns) == text


def test_a_long_pause_has_a_line_of_its_own() -> None:
    lines = plain(sequence([*RUN[:3], event(600_000, "container", "pause")])).splitlines()
    assert [line[:9] for line in lines[-2:]] == ["  +9m59s".rjust(9), " 00:10:00"]
    assert "┃" in lines[-2] and "─" not in lines[-2]


def test_what_combines_stays_with_what_is_before_it() -> None:
    assert " cafe\u0301" in plain(sequence([event(0, "container", "create", name="cafe\u0301")]))


def test_no_name_lies_over_another_one_in_svg() -> None:
    names = ["x" * 60, "컨테이너" * 9, "a", HOSTILE]
    made = [event(at, "container", "create", f"{at:064x}", name=name)
            for at, name in enumerate(names)]  # fmt: skip
    boxes = [node.attrib for node in ElementTree.fromstring(svg(sequence(made))).iter()
             if node.get("rx") == "6"]  # fmt: skip
    edges = [int(box["x"]) + add for box in boxes for add in (0, int(box["width"]))]
    assert len(boxes) == 6 and edges == sorted(edges)


def test_a_terminal_gets_utf_8_whatever_the_locale_says(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in RUN))
    argv = [sys.executable, "-m", "dsock", "events", "--from", str(file), "--diagram"]
    done = subprocess.run(
        ["script", "-qec", shlex.join(argv), "/dev/null"], check=False, capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}, timeout=60,
    )  # fmt: skip
    assert "├── start ─▶├─" in done.stdout.decode()


def test_a_hostile_name_steers_no_terminal() -> None:
    text = plain(sequence([event(0, "container", "create", name="\x1b[31m\n\u202e")]))
    assert "\x1b" not in text and "\u202e" not in text and r"\x1b[31m\n\u202e" in text


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0 ms"), (999 * MS, "999 ms"), (1250 * MS, "1.25 s"), (59_900 * MS, "59.9 s"),
     (185_000 * MS, "3m05s"), (7_800_000 * MS, "2h10m"), (86_400_000 * MS, "1d00h"), (-5, "0 ms")],
)  # fmt: skip
def test_a_duration_for_people(nanoseconds: int, text: str) -> None:
    assert duration(nanoseconds) == text


HOSTILE = '";#x\n</text><script>alert(1)</script>end\x00\ud800&'


def test_a_hostile_name_stays_text_in_svg_and_html() -> None:
    picture = sequence([event(0, "container", "create", name=HOSTILE)])
    root = ElementTree.fromstring(svg(picture, HOSTILE).encode())
    assert {node.tag.rpartition("}")[2] for node in root.iter()} <= {
        "svg", "title", "style", "rect", "path", "text",
    }  # fmt: skip
    assert any("</text><script>" in (node.text or "") for node in root.iter())
    assert "<script" not in html(svg(picture), HOSTILE)


def test_a_picture_as_svg_has_all_names_and_labels() -> None:
    root = ElementTree.fromstring(svg(sequence(RUN)))
    texts = [node.text for node in root.iter() if node.tag.endswith("}text")]
    assert [t for t in texts if t in ("client", "engine", "web", "nginx", "bridge")] == [
        "client", "engine", "web", "nginx", "bridge",
    ]  # fmt: skip
    labels = ["create", "connect", "start", "die exit 0", "disconnect", "destroy"]
    assert [t for t in texts if t in labels] == labels


def test_mermaid_is_written_to_the_letter() -> None:
    assert mermaid(sequence(RUN)) == MERMAID


def test_a_hostile_name_ends_no_line_of_mermaid() -> None:
    lines = mermaid(sequence([event(0, "container", "create", name=HOSTILE)])).splitlines()
    assert lines[0] == "sequenceDiagram" and len(lines) == 6
    name = lines[3].removeprefix("    participant p2 as ").removesuffix("<br/>nginx")
    assert name.startswith("#34;#59;#35;x#92;n#60;/text#62;")


LIFE = [
    event(0, "container", "create"),
    event(1000, "container", "start"),
    event(4000, "container", "pause"),
    event(6000, "container", "unpause"),
    event(8000, "container", "die", exitCode="3"),
    event(9000, "container", "start"),
    event(9500, "container", "health_status: unhealthy"),
    event(10_000, "container", "die", exitCode="0"),
]


def test_a_life_is_a_bar() -> None:
    (bar,) = bars(LIFE).bars
    spans = [(s.begin // MS, s.end // MS, s.life) for s in bar.spans]
    assert spans == [
        (0, 1000, "idle"), (1000, 4000, "running"), (4000, 6000, "paused"),
        (6000, 8000, "running"), (8000, 9000, "idle"), (9000, 9500, "running"),
        (9500, 10_000, "unhealthy"),
    ]  # fmt: skip
    assert bar.told == "exit 0, 1 restart"


def test_a_container_of_before_begins_where_the_timeline_does() -> None:
    line = bars([event(0, "network", "create", NET, name="n"), event(50, "container", "die")])
    assert [(s.begin, s.end, s.life) for s in line.bars[0].spans] == [(0, 50 * MS, "running")]


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_line_of_a_timeline_is_wider_than_the_screen(columns: int) -> None:
    found = bars([*LIFE, event(9, "container", "create", "d" * 64, name="컨테이너" * 9)])
    drawn = ["".join(text for text, _ in line) for line in timeline.lines(found, columns)]
    assert max(map(width, drawn)) <= columns
    assert any("╍" in line and "✕" in line for line in drawn)


def test_a_timeline_as_svg_and_mermaid_is_safe_from_hostile_names() -> None:
    found = bars([*LIFE, event(9, "container", "create", "d" * 64, name=HOSTILE)])
    ElementTree.fromstring(timeline_svg.svg(found).encode())
    text = timeline_svg.gantt(found)
    assert text.splitlines()[:5] == [
        "gantt", "    dateFormat x", "    axisFormat %H:%M:%S", "    section web",
        "    idle :done, 0, 1000",
    ]  # fmt: skip
    assert text.count("section") == 2 and "<" not in text


@pytest.mark.parametrize("milliseconds", [0, 1, 700, 9999, 86_400_000 * 400])
def test_an_axis_has_no_more_marks_than_there_is_room_for(milliseconds: int) -> None:
    assert 1 <= len(ticks(0, milliseconds * MS, 5)) <= 6


MERMAID = """\
sequenceDiagram
    actor p0 as client
    participant p1 as engine
    participant p2 as web<br/>nginx
    participant p3 as bridge<br/>network
    p0->>p1: create
    p1->>p2: create
    p2->>p3: connect
    p0->>p1: start
    p1->>p2: start
    activate p2
    Note over p0,p1: 1.25 s later
    p2-->>p1: die exit 0
    deactivate p2
    p2->>p3: disconnect
    p1->>p2: destroy
"""
