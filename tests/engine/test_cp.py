"""cp beside docker's own, with the same files on both sides, on the same engine."""

from __future__ import annotations

import io
import os
import re
import shlex
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dsock.archive.pack import pack, tree
from tests.engine import engines
from tests.engine.live import LiveEngine

HERE = "dsock-test-cp"
OLD = 981_173_106  # 2001-02-03
Tree = dict[str, tuple[Any, ...]]

# C:/ is a folder of a container, what has no C: is in the current folder; both hold what `fill`
# makes.
LINES = """
C:/f .
C:/f new
C:f new
C://f new
C:/f ./new:er
C:/x:y .
C:/f dst
C:/f dst/
C:/f file
C:/f file/
C:/f new/
C:/f new/.
C:/f nodir/new
C:/f link
C:/f link/
C:/f dangling
C:/f dangling/
C:/f fifo
C:/f /dev/null
C:/f/ new
C:/d dst
C:/d .
C:/d new
C:/d new/
C:/d nodir/new
C:/d/ new
C:/d/. dst
C:/d/. new
C:/d/. new/
C:/d/.. new
C:/d file
C:/d lfile
C:/d dangling
C:/d fifo
C:/ld new
C:/ld dst
C:/ld/ new
C:/ld/. new
-L C:/ld new
-L C:/ld/ dst
-L C:/ld/. dst
-L C:/lf new
-L C:/lf dst
-L C:/broken dst
C:/lf dst
C:/broken dst
C:/empty dst
C:/fifo new
C:/clash/d .
C:/d clash
C:/nosuch new
-a C:/d new
--quiet=false C:/f new
--quiet=false C:/d new
--archive=false --follow-link=true C:/lf new
C: new
'' new
C:/f ''
C:/f
f new
nosuch:/f new
f nosuch:/new
f C:/
f C:/new
./x:y C:/
f C:/new/
f C:/nodir/new
f C:/dst
f C:/dst/
f C:/file
f C:/file/
f C:/link
f C:/link/
f C:/lfile
f C:/dangling
f/ C:/new
d C:/dst
d C:/new
d C:/nodir/new
d/ C:/new
d/. C:/dst
d/.. C:/new
d C:/file
d C:/lfile
d C:/dangling
ld C:/dst
ld/ C:/dst
ld/. C:/new
-L ld C:/new
-L ld/ C:/dst
-L ld/. C:/dst
-L lf C:/new
-L lf C:/dst
-L broken C:/dst
lf C:/dst
broken C:/new
empty C:/dst
fifo C:/dst
clash/d C:/
d C:/clash
nosuch C:/new
-a d C:/new
--quiet=false f C:/new
--quiet=false d C:/dst
- C:/dst
- C:/link
- C:/file
-a - C:/dst
C:/f -
C:/d -
C:/d/. -
C:/ld/ -
-L C:/lf -
"""
# What podman does too, and newer dockers.
CORE = """
C:/f new
C:/f dst
C:/d new
C:/d/. dst
C:/f new/
-L C:/lf new
C:/nosuch new
f C:/new
d C:/new
d C:/dst
d/. C:/new
- C:/dst
C:/d -
"""
# Where docker's words lack the path, name only a part of it, or are those of a command line.
OWN_WORDS = ("C:/clash/d .", "C:/d clash", "f/ C:/new", "C:/f")


def fill(top: Path) -> None:
    """The files of each side: sources of all kinds, and targets of all kinds."""
    for name in ("d/sub", "empty", "dst/d", "clash"):
        (top / name).mkdir(parents=True)
    for name in ("f", "d/two", "d/sub/deep", "d/é a", "d/" + "l" * 150, "x:y"):
        (top / name).write_text(f"{name} is new\n")
    for name in ("dst/f", "dst/d/two", "dst/d/kept", "file"):
        (top / name).write_text("old\n")
    (top / "clash/d").write_text("a file\n")
    (top / "d/twice").hardlink_to(top / "d/two")
    for name, target in (
        ("d/rel", "two"), ("d/abs", "/etc/passwd"), ("d/sub/up", ".."), ("d/" + "k" * 101, "two"),
        ("ld", "d"), ("lf", "f"), ("broken", "nosuch"), ("link", "dst"), ("lfile", "file"),
        ("dangling", "gone"),
    ):  # fmt: skip
        (top / name).symlink_to(target)
    os.mkfifo(top / "fifo", 0o620)
    (top / "d/two").chmod(0o6755)
    (top / "d/sub").chmod(0o1777)
    (top / "empty").chmod(0o500)
    os.chown(top / "d/two", 1234, 5678)
    for path in sorted(top.rglob("*"), reverse=True):
        os.utime(path, (OLD, OLD), follow_symlinks=False)


def numbered(lines: str) -> list[tuple[int, str]]:
    return list(enumerate(lines.strip().splitlines()))


def fills_container(line: str) -> bool:
    return "C:" in shlex.split(line)[-1]


class Sides:
    """Two containers and two folders, one of each for docker's cp and one for dsock's. A line has
    its own folder in what it copies to; what it copies from is the same for all."""

    def __init__(self, engine: LiveEngine, folder: Path, lines: str) -> None:
        self.engine, self.folder, self.began = engine, folder, int(time.time())
        self.programs = {
            "docker": [engines.docker_cli()],
            "dsock": [sys.executable, "-m", "dsock"],
        }
        one = folder / "from"
        fill(one)
        self.tar = b"".join(pack(tree(str(one / "d"), "sent")))
        full = [str(number) for number, line in numbered(lines) if fills_container(line)]
        for name in self.programs:
            for number, line in numbered(lines):
                if not fills_container(line):
                    fill(folder / f"{name}-{number}")
            engine.docker("create", "--name", f"{HERE}-{name}", "busybox")
            copies = (tree(str(one), f"w/{number}") for number in ("from", *full))
            tar = b"".join(pack(entry for copy in copies for entry in copy))
            done = self.run([engines.docker_cli(), "cp", "-", f"{HERE}-{name}:/"], tar)
            assert done.returncode == 0, done.stderr

    def run(
        self, argv: list[str], stdin: bytes = b"", cwd: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return self.engine.run(argv, input=stdin, cwd=cwd, text=False)

    def copy(self, name: str, number: int, line: str) -> tuple[int, bytes, str]:
        """(exit code, stdout, stderr) of docker or dsock; in words that are the same for both."""
        fills = fills_container(line)
        folder = self.folder / ("from" if fills else f"{name}-{number}")
        inside = f"{HERE}-{name}:/w/{number if fills else 'from'}/"
        if "C:" in line.split():  # a container without a path
            inside = f"{HERE}-{name}:"
        line = line.replace("C:/", "C:").replace("C:", inside)
        argv = [*self.programs[name], "cp", *shlex.split(line)]
        done = self.run(argv, self.tar, cwd=folder)
        text = done.stderr.decode().partition("\nhint: ")[0].strip()
        for pattern in (re.escape(str(folder)), f"{HERE}-{name}", "overlay2/[0-9a-f]+",
                        '(?m)^time=".*\n'):  # fmt: skip
            text = re.sub(pattern, "", text)
        return done.returncode, done.stdout, text

    def here(self, name: str, number: int) -> Tree:
        """What is in the folder: {path: all about it}."""
        found: Tree = {}
        top = self.folder / f"{name}-{number}"
        for path in top.rglob("*"):
            at = path.lstat()
            regular = stat.S_ISREG(at.st_mode)
            what = os.readlink(path) if path.is_symlink() else regular and path.read_bytes()
            names = at.st_nlink if regular else 0
            owner = (at.st_uid, at.st_gid)
            facts = (at.st_mode, owner, what, names, self._when(at.st_mtime))
            found[str(path.relative_to(top))] = facts
        return found

    def there(self, name: str, number: int) -> Tree:
        """What is in the container's folder."""
        argv = [engines.docker_cli(), "cp", f"{HERE}-{name}:/w/{number}/.", "-"]
        data = self.run(argv).stdout
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {
                m.name: (m.type, m.mode, m.uid, m.gid, m.linkname, self._when(m.mtime),
                         m.isreg() and archive.extractfile(m).read())
                for m in archive
            }  # fmt: skip

    def _when(self, seconds: float) -> float:
        """Times since the test began differ, and are one."""
        return min(seconds, self.began)

    def check(self, number: int, line: str) -> None:
        with ThreadPoolExecutor() as pool:  # each has its own container and its own folder
            docker, dsock = pool.map(lambda name: self.copy(name, number, line), self.programs)
        assert dsock[:2] == docker[:2], (docker[2], dsock[2])
        look = self.there if fills_container(line) else self.here
        assert look("dsock", number) == look("docker", number)
        if line in OWN_WORDS:
            assert bool(dsock[2]) == bool(docker[2])
        else:
            assert dsock[2] == docker[2]


@pytest.fixture(scope="module")
def sides(live_engines, tmp_path_factory) -> Iterator[Sides]:
    engine = live_engines("docker-20.10")
    try:
        yield Sides(engine, tmp_path_factory.mktemp("cp"), LINES)
    finally:
        engine.docker("rm", "-f", f"{HERE}-docker", f"{HERE}-dsock")


@pytest.mark.parametrize(("number", "line"), numbered(LINES))
def test_the_same_files_come_out_as_of_dockers_cp(sides, number, line):
    sides.check(number, line)


@pytest.fixture(scope="module", params=[name for name in engines.NAMES if name != "docker-20.10"])
def core(request, live_engines, tmp_path_factory) -> Iterator[Sides]:
    engine = live_engines(request.param)
    try:
        yield Sides(engine, tmp_path_factory.mktemp("cp"), CORE)
    finally:
        engine.docker("rm", "-f", f"{HERE}-docker", f"{HERE}-dsock")


@pytest.mark.parametrize(("number", "line"), numbered(CORE))
def test_other_engines_give_the_same_files_too(core, number, line):
    core.check(number, line)
