"""`ps` beyond docker's: columns, order, groups, blocks, and values with their types."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import closing
from io import StringIO
from typing import Any

import pytest
import yaml

from dsock.completion import CONTAINER_COLUMNS
from dsock.errors import BadFlag
from dsock.render import blocks, table, typed
from dsock.render.width import width
from dsock.views import container_columns as columns
from dsock.views import screen
from tests.screen import Terminal
from tests.scripted import Scripted

NOW = 1_700_000_000.0
WEB: dict[str, Any] = {
    "Id": "4a" * 32,
    "Names": ["/db/alias", "/web"],
    "Image": "nginx",
    "ImageID": "sha256:" + "2c" * 32,
    "Command": "nginx -g 'daemon off;'",
    "Created": 1_699_999_900,
    "State": "running",
    "Status": "Up 3 seconds (healthy)",
    "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}],
    "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "web", "t": ""},
    "Mounts": [
        {"Type": "volume", "Name": "data", "Source": "/x", "Destination": "/srv", "RW": True},
        {"Type": "bind", "Source": "/etc", "Destination": "/e", "RW": False},
    ],
    "NetworkSettings": {
        "Networks": {
            "front": {"IPAddress": "172.17.0.2", "GlobalIPv6Address": "fd00::2"},
            "none": {"IPAddress": "", "GlobalIPv6Address": ""},
        }
    },
}
JOB: dict[str, Any] = {
    "Id": "5b" * 32, "Names": ["/job-10"], "Image": "busybox", "Created": 1_699_990_000,
    "State": "exited", "Status": "Exited (3) 2 hours ago", "Labels": None, "Ports": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("id", "4a4a4a4a4a4a", "4a" * 32),
        ("name", "web", "web"),
        ("image-id", "2c2c2c2c2c2c", "sha256:" + "2c" * 32),
        ("created", "2023-11-14 22:11:40 +0000 UTC", "2023-11-14T22:11:40Z"),
        ("age", "About a minute ago", 100),
        ("health", "healthy", "healthy"),
        ("exit-code", "", None),
        ("ports", "0.0.0.0:8080->80/tcp", WEB["Ports"]),
        ("networks", "front,none", ["front", "none"]),
        ("ip", "172.17.0.2, fd00::2", {"front": ["172.17.0.2", "fd00::2"]}),
        ("project", "shop", "shop"),
        ("service", "web", "web"),
        ("label:t", "", ""),
        ("label:nosuch", "", None),
        ("Names", "web", "web"),
        (" RunningFor ", "About a minute ago", 100),
    ],
)
def test_a_column_has_a_text_and_a_value(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: Any
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    ((_, field),) = columns.chosen([name], False, NOW).items()
    assert (field.text(WEB), field.value(WEB)) == (text, value)


def test_what_a_record_lacks_is_no_error() -> None:
    for field in columns.fields(False, NOW).values():
        assert isinstance(field.text({}), str)
        assert json.dumps(field.value({}))


def test_tab_offers_the_columns_that_there_are() -> None:
    assert list(CONTAINER_COLUMNS) == sorted(columns.fields(False, NOW))


@pytest.mark.parametrize(("name", "hint"), [("nam", "did you mean name?"), ("zzz", "label:KEY")])
def test_an_unknown_column_is_a_bad_flag(name: str, hint: str) -> None:
    with pytest.raises(BadFlag) as caught:
        columns.chosen([name], False, NOW)
    assert hint in (caught.value.hint or "")


def inspected(**state: Any) -> dict[str, Any]:
    return {**JOB, columns.INSPECTED: {"State": {"Status": "exited", **state}, "RestartCount": 4}}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (inspected(ExitCode=3), "exit code 3"),
        (inspected(ExitCode=0), "done"),
        (inspected(ExitCode=137), "killed by SIGKILL"),
        (inspected(ExitCode=137, OOMKilled=True), "out of memory"),
        (inspected(ExitCode=127, Error="no such file"), "no such file"),
        (inspected(ExitCode=190), "killed by signal 62"),
        (inspected(ExitCode=255), "exit code 255"),
        (inspected(Status="running", ExitCode=0), None),
        (JOB, None),
    ],
)
def test_the_reason_of_an_end_is_told_in_words(record: dict[str, Any], reason: str | None) -> None:
    assert columns.reason(record) == reason


def test_a_block_leaves_out_what_is_empty_and_has_a_line_for_each_of_several() -> None:
    found = dict(columns.block(WEB, columns.chosen(columns.BLOCK, True, NOW)))
    assert found["ip"] == ["172.17.0.2 (front)", "fd00::2 (front)"]
    assert found["mounts"] == ["data -> /srv", "/etc -> /e (read-only)"]
    assert found["labels"][0] == "com.docker.compose.project=shop"
    assert not {"reason", "restarts"} & set(found)
    assert "restarts" in dict(columns.block(inspected(), columns.fields(True, NOW)))


def rows() -> tuple[list[dict[str, Any]], dict[str, Any]]:
    fields = columns.typed(True, NOW, sized=False)
    values = [{name: field.value(r) for name, field in fields.items()} for r in (WEB, JOB)]
    return values, {name: field.text for name, field in fields.items()}


def test_values_are_the_same_in_json_and_yaml() -> None:
    values, texts = rows()
    said = {
        form: typed.dumps(form, values, [WEB, JOB], texts) for form in ("json", "ndjson", "yaml")
    }
    assert json.loads(said["json"]) == values
    assert [json.loads(line) for line in said["ndjson"].splitlines()] == values
    assert yaml.safe_load(said["yaml"]) == values
    assert typed.dumps("json", [], [], texts) == "[]\n"


def test_csv_has_a_header_and_text_for_lists() -> None:
    values, texts = rows()
    web, job = csv.DictReader(StringIO(typed.dumps("csv", values, [WEB, JOB], texts)))
    assert (web["age"], web["ip"], web["exit-code"]) == ("100", "172.17.0.2, fd00::2", "")
    assert (job["exit-code"], job["name"], job["project"]) == ("3", "job-10", "")


@pytest.mark.parametrize("space", [10, 20, 30, 60, 80, 120, 200])
def test_columns_of_ones_choice_never_are_wider_than_the_screen(
    monkeypatch: pytest.MonkeyPatch, space: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(space))
    names = [name for name in columns.fields(False, NOW) if name != "size"]
    chosen = columns.chosen(names, False, NOW)
    shown = screen.chosen(chosen, NOW)
    steps = screen.steps([field.header for field in chosen.values()])
    records = [WEB, JOB] * 200  # so many that they are put together here
    parts = [table.Part("shop" * 30, "2 of 4 running", 399), table.Part("no", "0 of 1 running", 1)]
    out: list[str] = []
    monkeypatch.setenv("NO_COLOR", "1")
    table.show(lambda: None, out.append, shown, records, steps, parts)  # type: ignore[arg-type,return-value]
    lines = "".join(out).replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert len(lines.splitlines()) == 400 + 1 + 2
    assert max(width(line) for line in lines.splitlines() if "running" not in line) <= space


def test_blocks_wrap_below_where_they_began_and_are_harmless(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    block = blocks.Block("a\x1b[2Jb", "red", [("id", ["0123456789" * 3]), ("日本", ["x", "y"])])
    assert blocks.picture([block]).plain.splitlines() == [
        "a\\x1b[2Jb",
        "  id    0123456789012345",
        "        67890123456789",
        "  日本  x",
        "        y",
    ]


def listing(engine: Scripted) -> None:
    records = [
        {**JOB, "Names": [f"/{name}"], "Id": name * 12, "Labels": labels, "Status": status}
        for name, labels, status in (
            ("c2", {"com.docker.compose.project": "shop"}, "Exited (10) 1 hour ago"),
            ("c10", None, "Up 2 hours"),
            ("a", {"com.docker.compose.project": "blog"}, "Exited (9) 1 hour ago"),
            ("b", {"com.docker.compose.project": "shop"}, "Created"),
        )
    ]
    engine.expect("GET", "/containers/json", json=records, repeat=True)


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["--sort", "name"], "a b c2 c10"),
        (["--sort", "-name"], "c10 c2 b a"),
        (["--sort=exit-code"], "a c2 c10 b"),
        (["--sort", "-exit-code"], "c2 a c10 b"),
        (["--sort", "status"], "b a c2 c10"),
        (["--group-by", "project"], "a c2 b c10"),
        (["--group-by", "project", "--sort", "name"], "a b c2 c10"),
        (["--group-by", "label:com.docker.compose.project"], "a c2 b c10"),
    ],
)
def test_containers_come_in_the_order_that_is_asked_for(
    scripted: Scripted, argv: list[str], names: str
) -> None:
    listing(scripted)
    done = scripted.dsock("ps", *argv, "--format", "{{.Names}}")
    assert (done.stdout.split(), done.stderr) == (names.split(), "")


@pytest.mark.parametrize(
    "argv",
    [
        ["-o", "json", "-q"], ["-o", "json", "--format", "x"], ["-x", "-o", "yaml"], ["-qx"],
        ["--columns", "name", "-q"], ["-o", "xml"], ["--sort", "nosuch"], ["--group-by", "nosuch"],
        ["--watch", "-o", "json"],
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_bad_flag(scripted: Scripted, argv: list[str]) -> None:
    done = scripted.dsock("ps", *argv)
    assert (done.returncode, done.stdout, scripted.calls) == (125, "", [])


def test_watch_needs_a_terminal(scripted: Scripted) -> None:
    done = scripted.dsock("ps", "--watch")
    assert (done.returncode, scripted.calls) == (1, [])
    assert "--watch needs a terminal" in done.stderr


def test_only_what_needs_an_inspection_asks_for_one(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=[WEB, JOB], repeat=True)
    done = scripted.dsock("ps", "-o", "json")
    assert (done.returncode, len(scripted.calls)) == (0, 1)
    record = {"State": {"StartedAt": "2026-11-24T10:00:00Z"}, "RestartCount": 4}
    scripted.expect("GET", f"/containers/{'4a' * 32}/json", json=record)
    scripted.expect("GET", f"/containers/{'5b' * 32}/json", status=404, json={"message": "gone"})
    done = scripted.dsock("ps", "-o", "ndjson", "--columns", "name,restarts,started")
    assert json.loads(done.stdout) == {
        "name": "web", "restarts": 4, "started": "2026-11-24T10:00:00Z",
    }  # fmt: skip


def test_watch_ends_with_one_line_when_the_engine_goes_away(scripted: Scripted) -> None:
    filters = '{"type":{"container":true,"network":true}}'
    scripted.expect("GET", f"/events?filters={filters}", chunks=[], repeat=True)
    scripted.expect("GET", "/containers/json", json=[WEB])
    scripted.expect("GET", "/containers/json", status=None, cut=True)
    argv = [sys.executable, "-m", "dsock", "ps", "--watch"]
    with closing(Terminal(argv, scripted.env)) as shown:
        shown.until("web")
        shown.until("closed the connection")
        assert shown.ends() == 1
    assert "Traceback" not in shown.screen.text()
