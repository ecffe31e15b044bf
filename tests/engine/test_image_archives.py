"""save, load and import: the same images by docker and by dsock, on every engine; and what is not
an archive."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest

from tests.engine import flood, samples
from tests.engine.live import LiveEngine
from tests.screen import Terminal
from tests.scripted import DSOCK, Scripted

NAME = "dsock-test-archive"


@pytest.fixture
def engine_with(any_engine: LiveEngine):
    samples.remove(any_engine, [NAME])
    samples.load(any_engine, NAME)
    yield any_engine
    samples.remove(any_engine, [NAME])


def members(data: bytes) -> list[tuple[str, int, bytes, str]]:
    """Names, types, contents and links in an archive; times are those of the saving."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return [(m.name, m.size, m.type, m.linkname + _digest(tar, m)) for m in tar]


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member) if member.isreg() else None
    return hashlib.sha256(content.read() if content else b"").hexdigest()


def test_what_is_saved_is_what_docker_saves_and_comes_back_by_load(engine_with, tmp_path):
    engine, file = engine_with, tmp_path / "x.tar"
    before = samples.named(engine, NAME)
    done = engine.dsock("save", "-o", str(file), f"{NAME}:latest")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    piped = engine.dsock("image", "save", "-o", "", f"{NAME}:latest", text=False).stdout
    docker = engine.docker("save", f"{NAME}:latest", text=False).stdout
    assert members(file.read_bytes()) == members(piped) == members(docker)
    assert file.stat().st_mode & 0o777 == 0o600
    # Of several images the engine tells in any order.
    engine.dsock("save", "-o", str(file), f"{NAME}:latest", "busybox:latest")
    both = engine.docker("save", f"{NAME}:latest", "busybox:latest", text=False).stdout
    assert {m[:3] for m in members(file.read_bytes())} == {m[:3] for m in members(both)}
    told = []
    for run in (engine.docker, engine.dsock):
        samples.remove(engine, [NAME])
        with file.open("rb") as archive:
            done = run("load", stdin=archive)
        told.append((done.stdout, done.returncode, samples.named(engine, NAME)))
    assert told[0] == told[1]
    assert told[0][2] == before


def test_import_makes_the_image_that_docker_makes(engine_with, tmp_path):
    engine, tar = engine_with, tmp_path / "files.tar"
    with tarfile.open(tar, "w") as archive:
        archive.add(__file__, "here")
    told = []
    for run, tag in ((engine.docker, "1"), (engine.dsock, "2")):
        changes = ("-c", 'CMD ["a"]', "--change", "ENV X=1", "-m", "hello")
        done = run("import", *changes, str(tar), f"{NAME}:{tag}")
        assert (done.returncode, done.stderr) == (0, "")
        identity = done.stdout.strip().rpartition(" ")[2]
        shape = "{{.Comment}} {{json .Config.Cmd}} {{json .Config.Env}} {{json .RootFS}}"
        shown = engine.docker("inspect", "-f", shape, f"{NAME}:{tag}").stdout
        assert identity in engine.docker("inspect", "-f", "{{.Id}}", f"{NAME}:{tag}").stdout
        told.append((shown, len(done.stdout)))
    assert told[0] == told[1]
    with tar.open("rb") as archive:
        # What stands behind the name is passed over, as docker does.
        done = engine.dsock("image", "import", "-", f"{NAME}:3", "more", "words", stdin=archive)
    assert done.returncode == 0
    assert len(samples.named(engine, NAME)) == 4


REFUSED = [
    ["load", "-i", "nosuch.tar"],
    ["load", "-i", "."],
    ["load", "-qi", "plain.tar"],
    ["load", "x.tar"],
    ["import"],
    ["import", "nosuch.tar"],
    ["import", "plain.tar", "Up"],
    ["import", "-c", "NOSUCH x", "plain.tar"],
    ["import", "http://127.0.0.1:1/x.tar"],
    ["save"],
    ["save", "-o", "nosuch/x.tar", "busybox"],
    ["save", "-o", ".", "busybox"],
    ["save", "-o", "x.tar", "busybox", "nosuch"],
]
# The older engine knows no platforms, the newer one has not these.
PLATFORMS = [
    ["load", "--platform", "a/b/c/d", "-i", "x.tar"],
    ["load", "--platform", "linux/arm64", "-i", "x.tar"],
    ["save", "--platform", "linux/arm64", "-o", "y.tar", "busybox"],
]


@pytest.mark.parametrize(
    ("name", "lines"), [("docker-20.10", REFUSED + PLATFORMS[:1]), ("docker-28.5", PLATFORMS)]
)
def test_what_docker_refuses_is_refused(live_engines, name, lines, tmp_path):
    engine = live_engines(name)
    with tarfile.open(tmp_path / "plain.tar", "w") as archive:
        archive.add(__file__, "here")
    (tmp_path / "x.tar").write_bytes(engine.docker("save", "busybox", text=False).stdout)
    saved = (tmp_path / "x.tar").read_bytes()
    for argv in lines:
        how = {"cwd": tmp_path, "stdin": subprocess.DEVNULL}
        docker, dsock = (run(*argv, **how) for run in (engine.docker, engine.dsock))
        said = [(done.stdout, done.returncode, bool(done.stderr)) for done in (docker, dsock)]
        assert said[0] == said[1], argv
        assert "Traceback" not in dsock.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.tar", "x.tar"]
    assert (tmp_path / "x.tar").read_bytes() == saved


def test_a_bad_archive_is_one_line_and_advice(any_engine, tmp_path):
    whole = any_engine.docker("save", "nginx", text=False).stdout
    with tarfile.open(tmp_path / "plain.tar", "w") as archive:
        archive.add(__file__, "here")
    plain = (tmp_path / "plain.tar").read_bytes()
    bad = {
        "cut off": [whole[: len(whole) // 2], gzip.compress(whole, 1)[:3_000_000]],
        "no tar archive": [b"hello\n", bytes(range(1, 256)) * 4000],
        "is empty": [b""],
        "save did not write": [plain],
    }
    for advice, archives in bad.items():
        for data in archives:
            done = any_engine.dsock("load", input=data, text=False)
            lines = done.stderr.decode().splitlines()
            assert (done.returncode, done.stdout, len(lines)) == (1, b"", 2), lines
            assert lines[0].startswith("Error response from daemon: ")
            assert lines[1].startswith("hint: ")
            assert advice in lines[1]


def test_compressed_archives_are_loaded(engine_with):
    whole = engine_with.docker("save", f"{NAME}:latest", text=False).stdout
    before = samples.named(engine_with, NAME)
    for data in (gzip.compress(whole), bz2.compress(whole), lzma.compress(whole)):
        samples.remove(engine_with, [NAME])
        done = engine_with.dsock("load", input=data, text=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert samples.named(engine_with, NAME) == before


def test_a_compression_that_the_engine_cannot_read_is_named(engine, tmp_path):
    (tmp_path / "x.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 2000)
    done = engine.dsock("load", "-i", str(tmp_path / "x.zst"))
    assert done.returncode == 1
    assert "zstd" in done.stderr.splitlines()[1]


def test_scripts_of_save_load_and_import_do_what_the_commands_do(engine_with, tmp_path):
    engine, file = engine_with, tmp_path / "a b.tar"
    before = samples.named(engine, NAME)

    def play(*argv: str) -> str:
        dry = engine.dsock("--dry-run", *argv)
        assert (dry.returncode, dry.stderr) == (0, "")
        done = engine.run(["sh"], input=dry.stdout)
        assert done.returncode == 0, done.stderr
        return dry.stdout

    assert f"-o '{file}'" in play("save", "-o", str(file), f"{NAME}:latest")
    play("rmi", f"{NAME}:latest")
    assert samples.named(engine, NAME) == []
    assert f"-T '{file}'" in play("load", "-i", str(file))
    assert samples.named(engine, NAME) == before
    play("tag", NAME, f"{NAME}:2")
    play("import", str(file), f"{NAME}:3")
    assert len(samples.named(engine, NAME)) == 3
    shown = engine.dsock("--curl", "load", "-i", str(file))
    assert shown.stderr.startswith("curl ")


def test_nothing_half_written_is_left_on_a_full_disk(engine, tmp_path):
    where = tmp_path / "small"
    where.mkdir()
    dsock = f"{sys.executable} -m dsock"
    script = f"""
        mount -t tmpfs -o size=1m none {where}
        cd {where}
        echo before >x.tar
        {dsock} save -o {where}/x.tar nginx; echo "code $?"
        cat /dev/zero 2>/dev/null >fill
        {dsock} run --cidfile {where}/cid --name {NAME} busybox true; echo "code $?"
        {dsock} rm {NAME}
        echo FROM busybox | {dsock} build -q --iidfile {where}/iid - >/dev/null; echo "code $?"
        ls -A; cat x.tar
    """
    done = engine.run(["unshare", "--mount", "sh", "-c", script])
    assert done.stdout == f"code 1\ncode 125\n{NAME}\ncode 1\nfill\nx.tar\nbefore\n"
    full = "No space left on device\n"
    said = [line for line in done.stderr.splitlines(True) if not line.startswith("hint: ")]
    assert said == [
        f"cannot write {where}/x.tar: {full}",
        f"failed to write the container ID to the file: {where}/cid: {full}",
        f"cannot write image ID file: {where}/iid: {full}",
    ]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_saved_by_who_is_interrupted(scripted: Scripted, tmp_path: Path, end) -> None:
    gate = threading.Event()
    scripted.expect("GET", "/images/get?names=x", chunks=[b"a" * 5000, gate])
    process = scripted.start("save", "-o", str(tmp_path / "x.tar"), "x")
    deadline = time.monotonic() + 30
    while not any(path.stat().st_size for path in tmp_path.iterdir()):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    process.send_signal(end)
    out, err = process.communicate(timeout=30)
    gate.set()
    assert (process.returncode, out, err.strip()) == (128 + end, "", "")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_saved_of_an_answer_that_broke_off(scripted: Scripted, tmp_path: Path) -> None:
    scripted.expect("GET", "/images/get?names=x", chunks=[b"a" * 5000], cut=True)
    done = scripted.dsock("save", "-o", str(tmp_path / "x.tar"), "x")
    assert done.returncode == 1
    assert "broke off" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_gets_no_archive_and_gives_none(scripted: Scripted) -> None:
    for line, said in (
        ("save x", "refusing to write an archive to a terminal"),
        ("load", "requested load from stdin, but stdin is empty"),
        ("import -", "requested import from stdin, but stdin is empty"),
    ):
        terminal = Terminal([*DSOCK, *line.split()], scripted.env)
        try:
            terminal.until(said)
            assert terminal.ends() == 1
        finally:
            terminal.close()


def test_a_terminal_sees_what_was_loaded(engine_with, tmp_path):
    file = tmp_path / "x.tar"
    engine_with.dsock("save", "-o", str(file), f"{NAME}:latest")
    samples.remove(engine_with, [NAME])
    terminal = Terminal([*DSOCK, "load", "-i", str(file)], engine_with.env)
    try:
        terminal.until(f"{NAME}:latest")
        assert terminal.ends() == 0
    finally:
        terminal.close()


def test_memory_does_not_grow_with_what_is_saved(scripted: Scripted) -> None:
    block = flood.LINE * 1000
    blocks = [block] * (flood.COUNT // 1000) + [flood.LINE * (flood.COUNT % 1000)]
    scripted.expect("GET", "/images/get?names=x", chunks=blocks)
    assert flood.through(scripted, "save", "x") == (flood.digest(), 0)


def test_memory_does_not_grow_with_what_is_loaded(scripted: Scripted) -> None:
    answer = threading.Event()
    loading = scripted.expect(
        "POST", "/images/load?quiet=1", wait=answer, chunks=[{"stream": "done\n"}]
    )
    process = scripted.start("load", text=False)
    assert process.stdin is not None
    assert process.stdout is not None
    flood.feed(process.stdin)
    process.stdin = None  # closed: the end of the test has nothing to flush
    assert loading.called.wait(60)
    assert flood.peak(process.pid) < flood.MEMORY
    answer.set()
    assert process.stdout.read() == b"done\n"
    assert process.wait(60) == 0
    assert loading.call is not None
    assert hashlib.sha256(loading.call.body).hexdigest() == flood.digest()
