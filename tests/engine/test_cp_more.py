"""What cp does beyond docker's: several sources, patterns, from container to container, and the
same by a shell; and what it does when something breaks."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.live import LiveEngine

ONE, TWO = "dsock-test-more-one", "dsock-test-more-two"
FILES = """
mkdir -p /v/log/sub /v/log/d.log /v/x1 /v/x2 /full; cd /v/log
for n in a b .h; do echo $n >$n.log; done; echo c >c.txt
ln a.log z.log; ln c.txt zz.log; ln -s c.txt link.log; echo in >d.log/in; ln c.txt d.log/hard
echo 1 >/v/x1/p; echo 2 >/v/x2/p; echo x >/v/x2/only; ln -s log /v/link; echo i >'/v/[id].js'
chown 1234:5678 b.log; chmod 4711 b.log; touch -d '2001-02-03 04:05:06' b.log
"""


@pytest.fixture(scope="module")
def two(live_engines) -> Iterator[LiveEngine]:
    """Docker with a container that has FILES and one that has none; neither runs."""
    yield from containers(live_engines("docker-20.10"))


def containers(engine: LiveEngine) -> Iterator[LiveEngine]:
    engine.docker("run", "--name", ONE, "busybox", "sh", "-c", FILES)
    engine.docker("create", "--name", TWO, "busybox")
    yield engine
    engine.docker("rm", "-f", ONE, TWO)


def here(top: Path) -> dict[str, tuple[object, ...]]:
    """{path: (mode, seconds, content or link, number of names)}"""
    found: dict[str, tuple[object, ...]] = {}
    for path in top.rglob("*"):
        at = path.lstat()
        what = os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes()
        names = 0 if stat.S_ISDIR(at.st_mode) else at.st_nlink
        found[str(path.relative_to(top))] = (oct(at.st_mode), int(at.st_mtime), what, names)
    return found


def there(engine: LiveEngine, name: str, path: str) -> dict[str, tuple[object, ...]]:
    """The same of a folder in a container, with owners."""
    argv = [sys.executable, "-m", "dsock", "cp", f"{name}:{path}/.", "-"]
    done = subprocess.run(argv, env=engine.env, capture_output=True, check=True, timeout=60)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        return {
                m.name: (m.type, m.mode, m.uid, m.gid, m.linkname,
                         0 if m.isdir() else m.mtime, m.isreg() and tar.extractfile(m).read())
                for m in tar if m.name != "."
            }  # fmt: skip


def test_several_sources_go_into_one_folder(two, tmp_path):
    sources = [f"{ONE}:/v/log/a.log", f"{ONE}:/v/x1", f"{ONE}:/v/log/sub/."]
    done = two.dsock("cp", *sources, str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert set(here(tmp_path)) == {"a.log", "x1", "x1/p"}
    again = two.dsock("cp", str(tmp_path / "a.log"), str(tmp_path / "x1"), f"{TWO}:/tmp")
    assert (again.returncode, again.stderr) == (0, "")
    assert set(there(two, TWO, "/tmp")) == {"./a.log", "./x1", "./x1/p"}


def test_the_others_are_copied_where_one_of_several_fails(two, tmp_path):
    sources = [f"{ONE}:/v/log/a.log", f"{ONE}:/nosuch", f"{ONE}:/v/log/b.log"]
    done = two.dsock("cp", *sources, str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        f"Error response from daemon: Could not find the file /nosuch in container {ONE}\n"
    )
    assert set(here(tmp_path)) == {"a.log", "b.log"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((f"{ONE}:/v/x1", f"{ONE}:/v/x2", "nosuch"), "nosuch is not a folder"),
        ((f"{ONE}:/v/x1", f"{ONE}:/v/x2", f"{TWO}:/etc/passwd"), f"{TWO}:/etc/passwd is not a f"),
        ((f"{ONE}:/v/x*", "nosuch"), "nosuch is not a folder"),
        ((f"{ONE}:/v/x1", f"{ONE}:/v/x2", "-"), "a stream of tar (-) is one source or one target"),
        (("-", "x", f"{TWO}:/"), "a stream of tar (-) is one source or one target"),
        (("x", f"{ONE}:/v/x2", "."), "must specify at least one container source"),
        ((f"{ONE}:/v/nosuch*", "."), f"there is no file {ONE}:/v/nosuch*, and none that matches"),
        ((f"{ONE}:/v/x?/p", "."), "/v/x2/p and /v/x1/p would both be p"),
        (("nosuch:/v/*", "."), "Error response from daemon: No such container: nosuch"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_meant_is_refused(two, tmp_path, args, message):
    done = two.dsock("cp", *args, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(message)


CHOSEN = {"a.log", "b.log", "z.log", "zz.log", "link.log", "d.log", "d.log/in", "d.log/hard"}


def test_a_pattern_in_a_stopped_container_brings_what_matches_and_nothing_else(two, tmp_path):
    done = two.dsock("cp", f"{ONE}:/v/log/*.log", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = here(tmp_path)
    assert set(found) == CHOSEN
    assert found["a.log"][2:] == found["z.log"][2:] == (b"a\n", 2)
    assert found["zz.log"][2:] == found["d.log/hard"][2:] == (b"c\n", 1)
    assert found["link.log"][2] == "c.txt"
    assert found["b.log"][:2] == ("0o104711", 981_173_106)


def test_a_pattern_goes_through_a_link_before_it_and_may_follow_those_that_match(two, tmp_path):
    assert two.dsock("cp", "-L", f"{ONE}:/v/link/li*", str(tmp_path)).returncode == 0
    assert here(tmp_path)["link.log"][2] == b"c\n"
    assert two.dsock("cp", f"{ONE}:/v/x*/only", str(tmp_path)).returncode == 0
    assert (tmp_path / "only").read_bytes() == b"x\n"


def test_a_name_that_exists_is_no_pattern(two, tmp_path):
    assert two.dsock("cp", f"{ONE}:/v/[id].js", str(tmp_path / "new")).returncode == 0
    assert (tmp_path / "new").read_bytes() == b"i\n"


@pytest.fixture(scope="module", params=["docker-28.5", "podman-5.8"])
def others(request, live_engines) -> Iterator[LiveEngine]:
    yield from containers(live_engines(request.param))


def test_patterns_and_contents_work_on_other_engines(others, tmp_path):
    assert others.dsock("cp", f"{ONE}:/v/log/*.log", str(tmp_path)).returncode == 0
    assert set(here(tmp_path)) == CHOSEN
    # For which docker's own CLI puts the files of a Podman beside the new folder.
    assert others.dsock("cp", f"{ONE}:/v/log/.", str(tmp_path / "new")).returncode == 0
    assert (tmp_path / "new/c.txt").read_bytes() == b"c\n"
    assert others.dsock("cp", f"{ONE}:/v/log", f"{TWO}:/again").returncode == 0
    assert there(others, TWO, "/again") == there(others, ONE, "/v/log")


def test_a_copy_between_containers_keeps_everything(two):
    for source, target, landed in (
        ("/v/log", "/", "/log"),
        ("/v/log", "/renamed", "/renamed"),
        ("/v/log/.", "/contents", "/contents"),
    ):
        done = two.dsock("cp", f"{ONE}:{source}", f"{TWO}:{target}")
        assert (done.returncode, done.stderr) == (0, "")
        assert there(two, TWO, landed) == there(two, ONE, "/v/log"), source
    assert two.dsock("cp", "-L", f"{ONE}:/v/link", f"{TWO}:/linked").returncode == 0
    assert there(two, TWO, "/linked") == there(two, ONE, "/v/log")


def test_a_pattern_goes_from_container_to_container(two, tmp_path):
    two.dsock("cp", f"{tmp_path}/.", f"{TWO}:/pattern")
    assert two.dsock("cp", f"{ONE}:/v/log/*.log", f"{TWO}:/pattern").returncode == 0
    assert {name.removeprefix("./") for name in there(two, TWO, "/pattern")} == CHOSEN


def test_a_copy_inside_one_container_does_not_wait_for_itself(two):
    big = "head -c 5000000 /dev/urandom >/v/log/sub/big"
    name = f"{ONE}-self"
    two.docker("run", "--name", name, "busybox", "sh", "-c", FILES + big)
    try:
        short = two.docker("inspect", "-f", "{{.Id}}", name).stdout[:20]
        for source, target in ((name, name), (name, short)):
            done = two.dsock("cp", f"{source}:/v/log", f"{target}:/{target}", timeout=60)
            assert (done.returncode, done.stderr) == (0, "")
            assert there(two, name, f"/{target}") == there(two, name, "/v/log")
    finally:
        two.docker("rm", "-f", name)


# What the shell script of a dry run does, beside what the command does.
DOWN = [
    ("C:/v/log", "new"),
    ("C:/v/log", "dst"),
    ("C:/v/log/.", "new"),
    ("C:/v/log/b.log", "n&w,\\1"),
    ("C:/v/log/[abz].log", "dst"),
    ("C:/v/[id].js", "dst"),
    ("-L", "C:/v/link", "dst"),
    ("C:/v/x1", "C:/v/x2", "dst"),
]
UP = [
    ("dst", "T:/t/"),
    ("dst", "T:/t/new"),
    ("dst/.", "T:/t/new"),
    ("file", "dst", "T:/t/dst"),
    ("C:/v/log", "T:/t"),
    ("C:/v/log", "T:/t/new"),
    ("C:/v/log/*.txt", "T:/t"),
    ("T:/t/dst", "T:/t/again"),
]


def dry(engine: LiveEngine, args: list[str], cwd: Path) -> str:
    done = engine.dsock("--dry-run", "cp", *args, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def folder(tmp_path: Path, name: str) -> Path:
    made = tmp_path / name
    (made / "dst").mkdir(parents=True)
    (made / "dst/old").write_text("old")
    (made / "file").write_text("file")
    for path in (made / "dst/old", made / "file", made / "dst"):
        os.utime(path, (1e9, 1e9))
    return made


@pytest.mark.parametrize("line", DOWN, ids=" ".join)
def test_a_script_fills_a_folder_as_the_command_does(two, tmp_path, line):
    args = [word.replace("C:", f"{ONE}:") for word in line]
    one, other = folder(tmp_path, "command"), folder(tmp_path, "shell")
    script = dry(two, args, other)
    assert set(here(other)) == {"dst", "dst/old", "file"}
    assert two.dsock("cp", *args, cwd=one).returncode == 0
    done = two.run(["sh"], input=script, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    made, wanted = here(other), here(one)
    for found in (made, wanted):  # a folder into which something was copied
        found["dst"] = found["dst"][:1]
    assert made == wanted


@pytest.mark.parametrize("line", UP, ids=" ".join)
def test_a_script_fills_a_container_as_the_command_does(two, tmp_path, line):
    top = folder(tmp_path, "from")
    made = {}
    for how in ("command", "shell"):
        name = f"{TWO}-{how}"
        args = [word.replace("C:", f"{ONE}:").replace("T:", f"{name}:") for word in line]
        two.docker("create", "--name", name, "busybox")
        try:
            two.docker("cp", str(top), f"{name}:/t")
            if how == "command":
                done = two.dsock("cp", *args, cwd=top)
            else:
                done = two.run(["sh"], input=dry(two, args, top), cwd=tmp_path)
            assert (done.returncode, done.stderr) == (0, "")
            made[how] = there(two, name, "/t")
        finally:
            two.docker("rm", "-f", name)
    assert made["shell"] == made["command"]


def test_curl_shows_what_a_shell_would_do_with_the_tar(two, tmp_path):
    done = two.dsock("--curl", "cp", f"{ONE}:/v/log/b.log", f"{tmp_path}/new")
    [line] = done.stderr.splitlines()
    assert f"/containers/{ONE}/archive?path=%2Fv%2Flog%2Fb.log' | tar -C {tmp_path} " in line
    (tmp_path / "new").unlink()
    assert two.run(["sh", "-c", line]).returncode == 0
    assert (tmp_path / "new").read_bytes() == b"b\n"


def test_a_script_for_a_file_that_is_not_there_is_none(two, tmp_path):
    done = two.dsock("--dry-run", "cp", f"{ONE}:/nosuch", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr


def test_streams_that_the_caller_has_closed_are_as_dev_null(two):
    for line, code in (("cp - {}:/tmp <&- >&-", 0), ("cp {}:/nosuch - 2>&-", 1)):
        done = two.run(["sh", "-c", f"{sys.executable} -m dsock {line.format(ONE)}"])
        assert (done.returncode, done.stderr) == (code, "")


def test_a_cut_copy_leaves_nothing_and_an_engine_that_is_killed_is_told(private_engine, tmp_path):
    engine = private_engine()
    engine.docker("run", "--name", ONE, "busybox", "truncate", "-s", "8G", "/big")
    engine.docker("create", "--name", TWO, "busybox")
    argv = [sys.executable, "-m", "dsock", "cp"]
    cut = subprocess.Popen([*argv, f"{ONE}:/big", str(tmp_path)], env=engine.env)
    try:
        deadline = time.monotonic() + 60
        while not os.listdir(tmp_path):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        cut.terminate()
        assert cut.wait(60) == 128 + signal.SIGTERM
        assert os.listdir(tmp_path) == []
    finally:
        cut.kill()
        cut.wait()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    reader = subprocess.Popen([*argv, f"{ONE}:/big", "-"], env=engine.env, **pipes)
    writer = subprocess.Popen([*argv, "-", f"{TWO}:/tmp"], env=engine.env, **pipes)
    try:
        assert reader.stdout.read(512).startswith(b"PaxHeaders")  # and it waits for who reads more
        header = tarfile.TarInfo("large")
        header.size = 1 << 30
        writer.stdin.write(header.tobuf() + bytes(1 << 20))
        writer.stdin.flush()
        engine.kill()
        for process in (reader, writer):
            _, err = process.communicate(timeout=60)
            assert process.returncode == 1
            message, hint = err.decode().splitlines()
            assert message
            assert hint.startswith("hint: ")
    finally:
        for process in (reader, writer):
            process.kill()
            process.communicate()


def test_a_full_volume_is_told_in_the_engines_words(two, tmp_path):
    name = "dsock-test-more-full"
    small = ("--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1m")
    (tmp_path / "large").write_bytes(bytes(30_000_000))
    try:
        two.docker("volume", "create", *small, name)
        two.docker("create", "--name", name, "-v", f"{name}:/full", "busybox")
        done = two.dsock("cp", str(tmp_path / "large"), f"{name}:/full")
        assert done.returncode == 1
        assert done.stderr.startswith("Error response from daemon: ")
        assert "no space left on device" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    finally:
        two.docker("rm", "-f", name)
        two.docker("volume", "rm", name)


def test_a_large_file_takes_no_memory(two, tmp_path):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(150_000_000)
    again = tmp_path / "again"
    program = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
    )
    name = "dsock-test-more-large"
    two.docker("create", "--name", name, "busybox")
    try:
        for args in ((str(large), f"{name}:/large"), (f"{name}:/large", str(again)),
                     (f"{name}:/large", f"{name}:/more")):  # fmt: skip
            argv = [sys.executable, "-c", program, sys.executable, "-m", "dsock", "cp", *args]
            done = two.run(argv, timeout=120)
            assert (done.returncode, done.stderr) == (0, "")
            assert int(done.stdout) < 60_000  # KiB
        assert again.stat().st_size == 150_000_000
    finally:
        two.docker("rm", "-f", name)
