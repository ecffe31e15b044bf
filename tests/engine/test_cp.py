"""cp beside docker's own, with the same files on both sides, on the same engine."""

from __future__ import annotations

import io
import os
import shlex
import stat
import subprocess
import sys
import tarfile
import time
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
# makes. Lines in which C: comes first copy to the host.
LINES = """
C:/f .
C:/f new
C:f new
C://f new
C:/f ./new:er
C:/x:y .
C:/f dst
C:/f dst/
C:/f dst/.
C:/f file
C:/f file/
C:/f new/
C:/f new/.
C:/f nodir/new
C:/f link
C:/f link/
C:/f lfile
C:/f dangling
C:/f dangling/
C:/f fifo
C:/f /dev/null
C:/f/ new
C:/f/. new
C:/d dst
C:/d .
C:/d new
C:/d new/
C:/d nodir/new
C:/d/ dst
C:/d/ new
C:/d/. dst
C:/d/. .
C:/d/. new
C:/d/. new/
C:/d/. file
C:/d/.. new
C:/d file
C:/d lfile
C:/d link
C:/d dangling
C:/d fifo
C:/ld new
C:/ld dst
C:/ld/ new
C:/ld/. new
-L C:/ld new
-L C:/ld dst
-L C:/ld/ dst
-L C:/ld/. dst
-L C:/lf new
-L C:/lf dst
-L C:/f dst
-L C:/broken dst
C:/lf dst
C:/broken dst
C:/empty dst
C:/fifo new
C:/clash/d .
C:/d clash
C:/nosuch new
-a C:/d new
-qa C:/d new
--quiet=false C:/f new
--quiet=false C:/d new
--archive=false --follow-link=true C:/lf new
C: new
C:/d/two C:/new
'' new
C:/f ''
C:/f
f new
nosuch:/f new
f nosuch:/new
f C:/
f C:/new
f C:new
./x:y C:/
f C:/new/
f C:/nodir/new
f C:/dst
f C:/dst/
f C:/dst/.
f C:/file
f C:/file/
f C:/link
f C:/link/
f C:/lfile
f C:/dangling
f/ C:/new
f/. C:/new
d C:/dst
d C:/new
d C:/new/
d C:/nodir/new
d/ C:/new
d/. C:/dst
d/. C:/new
d/.. C:/new
d C:/file
d C:/lfile
d C:/link
d C:/dangling
ld C:/dst
ld/ C:/dst
ld/ C:/new
ld/. C:/new
-L ld C:/new
-L ld C:/dst
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
- C:/nosuch
-a - C:/dst
C:/f -
C:/d -
C:/d/. -
C:/ld/ -
-L C:/lf -
C:/nosuch -
"""
# What podman can too, and what newer dockers do in ways of their own.
CORE = """
C:/f new
C:/f dst
C:/d new
C:/d dst
C:/d/. dst
C:/d/. new
C:/f new/
C:/d file
-L C:/lf new
C:/nosuch new
f C:/new
f C:/dst
d C:/new
d C:/dst
d/. C:/dst
d/. C:/new
d C:/file
-L ld C:/new
- C:/dst
C:/d -
"""


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


class Sides:
    """Two containers and two folders, one of each for docker's cp and one for dsock's."""

    def __init__(self, engine: LiveEngine, folder: Path, lines: str) -> None:
        self.engine, self.folder, self.began = engine, folder, int(time.time())
        self.program = {"docker": [engines.docker_cli()], "dsock": [sys.executable, "-m", "dsock"]}
        one = folder / "one"
        one.mkdir()
        fill(one)
        self.tar = b"".join(pack(tree(str(one / "d"), "sent")))
        for name in self.program:
            for number, _ in numbered(lines):
                subprocess.run(["cp", "-a", one, folder / f"{name}-{number}"], check=True)
            engine.docker("create", "--name", f"{HERE}-{name}", "busybox")
            copies = (tree(str(one), f"w/{number}") for number, _ in numbered(lines))
            tar = b"".join(pack(entry for copy in copies for entry in copy))
            self.run(name, [engines.docker_cli(), "cp", "-", f"{HERE}-{name}:/"], tar, check=True)

    def run(
        self, name: str, argv: list[str], stdin: bytes, cwd: Path | None = None, check: bool = False
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            argv, input=stdin, capture_output=True, cwd=cwd, check=check, timeout=60,
            env={**self.engine.env, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip

    def copy(self, name: str, number: int, line: str) -> tuple[int, bytes, str]:
        """(exit code, stdout, stderr) of docker or dsock."""
        folder = self.folder / f"{name}-{number}"
        args = shlex.split(line.replace("C:", f"{HERE}-{name}:/w/{number}/"))
        if "C: " in line:
            args = shlex.split(line.replace("C:", f"{HERE}-{name}:"))
        argv = [*self.program[name], "cp", *args]
        done = self.run(name, argv, self.tar, cwd=folder)
        text = done.stderr.decode()
        for place in (str(folder), f"{HERE}-{name}"):
            text = text.replace(place, "THERE")
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
        data = self.run(name, argv, b"", check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {m.name: (m.type, m.mode, m.uid, m.gid, m.linkname, self._when(m.mtime),
                             m.isreg() and archive.extractfile(m).read()) for m in archive}  # fmt: skip

    def _when(self, seconds: float) -> float:
        """Times since the test began differ, and are one."""
        return min(seconds, self.began)

    def check(self, number: int, line: str) -> None:
        docker = self.copy("docker", number, line)
        dsock = self.copy("dsock", number, line)
        assert dsock[:2] == docker[:2], (docker[2], dsock[2])
        assert self.here("dsock", number) == self.here("docker", number)
        assert self.there("dsock", number) == self.there("docker", number)
        if docker[2].startswith("docker:"):  # about the command line itself
            assert dsock[2]
        else:
            assert dsock[2].partition("\nhint")[0].strip() == docker[2].strip()


@pytest.fixture(scope="module")
def sides(live_engines, tmp_path_factory) -> Sides:
    engine = live_engines("docker-20.10")
    yield Sides(engine, tmp_path_factory.mktemp("cp"), LINES)
    engine.docker("rm", "-f", f"{HERE}-docker", f"{HERE}-dsock")


@pytest.mark.parametrize(("number", "line"), numbered(LINES))
def test_the_same_files_come_out_as_of_dockers_cp(sides, number, line):
    sides.check(number, line)
