"""cp where the engine is not what it should be: cut off, full, hostile. What is left is whole."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest

from tests.screen import Terminal
from tests.scripted import DSOCK, Scripted

FOLDER, LINK = 1 << 31, 1 << 27


def stat(mode: int = 0o644, size: int = 0, link: str = "") -> dict[str, str]:
    """The header that tells about a path in a container."""
    told = {"name": "x", "size": size, "mode": mode, "mtime": "2020-01-01T00:00:00Z"}
    text = json.dumps({**told, "linkTarget": link}).encode()
    return {"X-Docker-Container-Path-Stat": base64.b64encode(text).decode()}


def tar(*names: str, data: bytes = b"x" * 100_000) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def get(engine: Scripted, path: str, **answer) -> None:
    answer.setdefault("headers", stat(0o755 | FOLDER))
    engine.expect("GET", f"/containers/web/archive?path={path}", **answer)


def test_a_connection_that_breaks_leaves_whole_files_only(scripted: Scripted, tmp_path: Path):
    get(scripted, "/d", chunks=[tar("d/one", "d/two")[:150_000]], cut=True)
    done = scripted.dsock("cp", "web:/d", str(tmp_path))
    assert done.returncode == 1
    message, hint = done.stderr.splitlines()
    assert message == "the connection to the engine broke off before the answer's end"
    assert hint.startswith("hint: ")
    assert os.listdir(tmp_path / "d") == ["one"]
    assert (tmp_path / "d/one").stat().st_size == 100_000


def test_a_file_that_was_there_is_there_still(scripted: Scripted, tmp_path: Path):
    (tmp_path / "one").write_text("old")
    get(scripted, "/one", chunks=[tar("one")[:50_000]], cut=True, headers=stat())
    assert scripted.dsock("cp", "web:/one", str(tmp_path)).returncode == 1
    assert os.listdir(tmp_path) == ["one"]
    assert (tmp_path / "one").read_text() == "old"


def test_an_archive_that_ends_too_early_is_not_taken_for_whole(scripted: Scripted, tmp_path: Path):
    get(scripted, "/one", body_bytes=tar("one")[:50_000], headers=stat())
    done = scripted.dsock("cp", "web:/one", str(tmp_path))
    assert (done.returncode, done.stderr) == (1, "the archive is damaged: it ends too early\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["/etc/one", "../one", "d/../../one", ".bashrc"])
def test_an_engine_cannot_choose_what_is_written(scripted: Scripted, tmp_path: Path, name: str):
    (tmp_path / "in").mkdir()
    get(scripted, "/d", body_bytes=tar(name))
    done = scripted.dsock("cp", "web:/d", str(tmp_path / "in"))
    assert done.returncode == 1
    assert done.stderr.startswith("refused: the archive has ")
    assert [str(path) for path in tmp_path.rglob("*")] == [str(tmp_path / "in")]


@pytest.mark.parametrize("header", ["", "!", "e30=", "bnVsbA=="])
def test_an_answer_without_a_stat_is_told(scripted: Scripted, tmp_path: Path, header: str):
    headers = {"X-Docker-Container-Path-Stat": header} if header else {}
    get(scripted, "/d", body_bytes=tar("d"), headers=headers)
    done = scripted.dsock("cp", "web:/d", str(tmp_path))
    assert done.returncode == 1
    assert "X-Docker-Container-Path-Stat" in done.stderr
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_nothing_half_written(scripted: Scripted, tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    (small / "two").write_text("old")
    get(scripted, "/d", body_bytes=tar("d/one", "d/two", data=b"x" * 700_000))
    script = (
        f"mount -t tmpfs -o size=1m tmpfs {small} && cd {small} && mkdir d && echo old >d/two"
        f" && python3 -m dsock cp web:/d .; echo $?; ls -A {small}/d; cat {small}/d/two"
    )
    done = in_namespace(scripted, script)
    assert done.stdout == "1\none\ntwo\nold\n"
    assert done.stderr == f"cannot write {small}/d/two: no space left on device\n"


def in_namespace(engine: Scripted, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script that may mount something."""
    bin_folder = Path(sys.executable).parent
    env = {**engine.env, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
    env["PYTHONPATH"] = str(Path(__file__).parents[1])
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_sent(
    scripted: Scripted, tmp_path: Path
):
    folder = tmp_path / "d"
    (folder / "locked").mkdir(parents=True)
    for name in ("a", "b", "c"):
        (folder / name).write_text(name)
    for name in ("b", "locked"):
        os.chown(folder / name, 1234, 1234)
        (folder / name).chmod(0o600)
    head = "/containers/web/archive?path=/x"
    scripted.expect("HEAD", head, headers=stat(0o755 | FOLDER))
    sent = scripted.expect("PUT", f"{head}&noOverwriteDirNonDir=1")
    drop = "-dac_override,-dac_read_search"
    done = in_namespace(
        scripted,
        f"exec setpriv --bounding-set {drop} --inh-caps {drop} python3 -m dsock cp {folder} web:/x",
    )
    assert done.returncode == 1
    assert done.stderr == (f"{folder}/b: permission denied\n{folder}/locked: permission denied\n")
    found = tarfile.TarFile(fileobj=io.BytesIO(sent.call.body)).getnames()
    assert found == ["d", "d/a", "d/c", "d/locked"]


def test_an_engine_that_goes_away_while_it_takes_files_is_told(scripted: Scripted, tmp_path: Path):
    (tmp_path / "f").write_text("f")
    head = "/containers/web/archive?path=/x"
    scripted.expect("HEAD", head, headers=stat(0o755 | FOLDER))
    scripted.expect("PUT", f"{head}&noOverwriteDirNonDir=1", status=None, cut=True)
    done = scripted.dsock("cp", str(tmp_path / "f"), "web:/x")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "hint: " in done.stderr


def test_ctrl_c_ends_a_copy_with_130_and_leaves_nothing(scripted: Scripted, tmp_path: Path):
    sent = threading.Event()
    chunks = iter([tar("d/one", "d/two")[:150_000], sent])
    get(scripted, "/d", chunks=chunks)
    process = scripted.start("cp", "web:/d", str(tmp_path))
    folder, deadline = tmp_path / "d", time.monotonic() + 30
    while not (folder / "one").exists() or len(os.listdir(folder)) < 2:  # the second has begun
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    sent.set()
    assert (process.returncode, err.strip()) == (130, "")
    assert os.listdir(tmp_path / "d") == ["one"]


@pytest.fixture
def watched(scripted: Scripted):
    """Starts dsock on a terminal."""
    made: list[Terminal] = []

    def start(*args: str, columns: int = 80) -> Terminal:
        made.append(Terminal([*DSOCK, *args], scripted.env, columns=columns))
        return made[-1]

    yield start
    for terminal in made:
        terminal.close()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_shows_how_far_it_is_and_at_last_what_was_done(
    scripted: Scripted, watched, tmp_path: Path, columns: int
):
    data, go_on = tar("one", data=b"x" * 5_000_000), threading.Event()
    chunks = iter([data[:2_000_000], go_on, data[2_000_000:]])
    get(scripted, "/one", chunks=chunks, headers=stat(size=5_000_000))
    screen = watched("cp", "web:/one", str(tmp_path), columns=columns)
    shown = screen.until(r"2\.0/5\.0 MB")
    assert len(shown.splitlines()) == 1
    go_on.set()
    assert screen.ends() == 0
    said = "".join(screen.screen.text().splitlines())
    assert said == f"Successfully copied 5.01MB to {tmp_path}"


def test_a_folder_that_is_sent_has_a_bar_too(scripted: Scripted, watched, tmp_path: Path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/f").write_bytes(b"x" * 3_000_000)
    head = "/containers/web/archive?path=/x"
    go_on = threading.Event()
    scripted.expect("HEAD", head, headers=stat(0o755 | FOLDER))
    scripted.expect("PUT", f"{head}&noOverwriteDirNonDir=1", wait=go_on)
    screen = watched("cp", str(tmp_path / "d"), "web:/x", columns=150)
    screen.until(r"3\.0/3\.0 MB")
    go_on.set()
    assert screen.ends() == 0
    assert screen.screen.text() == "Successfully copied 3MB to web:/x"


@pytest.mark.parametrize("how", [("-q",), ("TERM",)])
def test_quiet_and_a_dumb_terminal_show_no_bar(
    scripted: Scripted, watched, tmp_path: Path, how: tuple[str]
):
    get(scripted, "/one", body_bytes=tar("one"), headers=stat(size=100_000))
    flags = how if how == ("-q",) else ()
    program = ["env", "TERM=dumb", *DSOCK] if how == ("TERM",) else DSOCK
    screen = Terminal([*program, "cp", *flags, "web:/one", str(tmp_path)], scripted.env)
    try:
        assert screen.ends() == 0
        said = "" if flags else f"Successfully copied 102kB to {tmp_path}"
        assert "".join(screen.screen.text().splitlines()) == said
    finally:
        screen.close()


def test_ctrl_c_gives_the_terminal_back(scripted: Scripted, watched, tmp_path: Path):
    never = threading.Event()
    chunks = iter([tar("one")[:50_000], never])
    get(scripted, "/one", chunks=chunks, headers=stat(size=100_000))
    screen = watched("cp", "web:/one", str(tmp_path))
    screen.until("kB")
    screen.type("\x03")
    assert screen.ends() == 130
    never.set()
    assert os.listdir(tmp_path) == []


def test_a_name_from_the_command_line_cannot_steer_the_terminal(
    scripted: Scripted, watched, tmp_path: Path
):
    target = tmp_path / "a\x1b[31mb"
    get(scripted, "/one", body_bytes=tar("one"), headers=stat(size=100_000))
    screen = watched("cp", "web:/one", str(target))
    assert screen.ends() == 0
    assert "a\\x1b[31mb" in "".join(screen.screen.text().splitlines())
