"""What `build` sends of a folder, beside what docker's classic builder sends of the same."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shlex
import socket
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from dsock.archive import context
from dsock.archive.ignore import Patterns
from dsock.archive.pack import pack
from dsock.errors import DsockError
from tests.engine import engines
from tests.scripted import DSOCK, Answer, Scripted

TREE = """
.hidden
a.go
b.txt
sub/a.go
sub/b.txt
sub/deep/a.go
sub/deep/er/b.txt
sub/deep/er/keep.me
node_modules/x/index.js
node_modules/keep/index.js
docs/README.md
docs/other.md
weird/a[1].txt
weird/star*.txt
weird/back\\slash
weird/#hash
weird/!bang
weird/sp ace
weird/ünï.txt
xx/ax
xx/xa
"""

# One .dockerignore a line, "|" between its lines.
IGNORED = r"""
a.go
*.go
**/*.go
*/*.go
*/*/*.go
sub
sub/
/sub
./sub
sub/.
sub/../docs
../sub
sub/deep
/sub/deep/
sub/*
sub/**
sub/**/er
**/er
**/deep/**
**
*
*|!a.go
*|!sub/deep
**|!**/*.go
*|!*.go
node_modules|!node_modules/keep
node_modules/*|!node_modules/keep
**/node_modules/**|!**/keep/**
*.md
docs/*.md|!docs/README.md
!docs/README.md|docs
docs|!docs/README.md|docs/README.md
!docs
# a comment|a.go
 # no comment
 a.go
a.go#x
|a.go||
a.?o
?.go
????/*
[a]*
[ab].*
[!a].go
[^a].go
[a-c].txt
weird/a\[1\].txt
weird/a[[]1].txt
weird/star\*.txt
weird/*\**
weird/back\\slash
weird/\#hash
\#hash
weird/#hash
weird/\!bang
!weird/!bang
weird/sp ace
weird/ü*
weird/?nï.txt
**.go
**x
**x*
x**
xx/*x*
**/xa
sub**
s**r
**/
a/**/b
sub/**/**/b.txt
.*
.hidden
Dockerfile
.dockerignore
*|!.hidden
**/.hidden
!*|*
!sub|sub|!sub/deep|sub/deep/er|!sub/deep/er/keep.me
sub|!sub/deep|sub/deep/er|!**/keep.me
**/*|!**/b.txt
/
.
//sub
!/
! sub
a.go |b.txt\t
a.go\r|b.txt\r
BOMa.go|BOMb.txt
[
a[
[]a]
[a-]
!
sub\
\s
\q
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("context")
    for name in TREE.strip().splitlines():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name)
    (made / "Dockerfile").write_text("FROM scratch\n")
    return made


def sent(scripted: Scripted, program: list[str], *args: str, **how: Any) -> tuple[bytes, int]:
    """The body that reaches POST /build, and the exit code."""
    scripted.calls.clear()
    scripted.anything = Answer(chunks=[{"aux": {"ID": "sha256:abc"}}])
    env = {**scripted.env, "DOCKER_BUILDKIT": "0", "FROM_HERE": "from here"}
    done = subprocess.run(
        [*program, *args], env=env, capture_output=True, timeout=60, check=False, **how
    )
    return (scripted.calls[-1].body if scripted.calls else b""), done.returncode


def docker() -> list[str]:
    return [engines.docker_cli(), "build"]


def members(archive: bytes) -> list[tuple[Any, ...]]:
    """What is in a tar, in order."""
    # docker cuts an archive short that it puts a Dockerfile into.
    padded = io.BytesIO(archive if archive.startswith(b"\x1f\x8b") else archive + bytes(2048))
    with tarfile.open(fileobj=padded) as tar:
        return [
            (m.name, m.type, oct(m.mode), m.uid, m.gid, m.size, m.linkname, int(m.mtime),
             m.devmajor, m.devminor, tar.extractfile(m).read() if m.isreg() else b"")
            for m in tar
        ]  # fmt: skip


@pytest.mark.parametrize("lines", IGNORED.strip("\n").splitlines())
def test_dockerignore_leaves_out_what_docker_leaves_out(
    scripted: Scripted, place: Path, lines: str
) -> None:
    for word, char in (("|", "\n"), ("\\t", "\t"), ("\\r", "\r"), ("BOM", "\ufeff")):
        lines = lines.replace(word, char)
    (place / ".dockerignore").write_text(lines)
    expected, code = sent(scripted, docker(), str(place))
    try:
        here = context.locate(str(place), None)
        leave = context.patterns(here)
        files = list(context.entries(here.folder, leave, pytest.fail))
    except DsockError:
        assert code == 1
        return
    assert code == 0
    archive = b"".join(pack(files, (0, 0)))
    assert members(archive) == members(expected)
    assert len(archive) == len(expected)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with all that a file system has."""
    made = tmp_path / "mixed"
    (made / "sub/empty").mkdir(parents=True)
    (made / "Dockerfile").write_text("FROM scratch\n")
    (made / "sub/Other").write_text("FROM other\n")
    (made / "sub/Other.dockerignore").write_text("")
    (made / "run").write_text("x" * 100_000)
    (made / "run").chmod(0o4751)
    os.chown(made / "run", 1000, 1001)
    os.utime(made / "run", (1, 1_500_000_000.75))
    os.link(made / "run", made / "sub/second")
    (made / "to-file").symlink_to("run")
    (made / "to-folder").symlink_to("sub")
    (made / "dangling").symlink_to("/nowhere/at/all")
    os.link(made / "dangling", made / "sub/dangling-2", follow_symlinks=False)
    os.mkfifo(made / "pipe")
    os.mknod(made / "device", 0o620 | 0o020000, os.makedev(1, 3))
    (made / "sub").chmod(0o1777)
    (made / ("long-" * 30)).write_text("long")
    (made / ("d" * 90)).mkdir()
    (made / ("d" * 90) / ("f" * 90)).write_text("longer")
    (made / ("l" * 90)).symlink_to("t" * 150)
    (made / os.fsdecode(b"no-utf-8-\xff")).write_text("bytes")
    (made / "capable").write_text("")
    os.setxattr(made / "capable", "security.capability", bytes.fromhex("01000002" + "0010" * 8))
    (tmp_path / "outside").write_text("FROM outside\n")
    (tmp_path / "link").symlink_to("mixed")
    return made


# In the folder above `mixed`. An input is a tar, a compressed tar or a Dockerfile.
LINES = """
mixed
./mixed/
link
mixed -f mixed/Dockerfile
mixed -f mixed/sub/Other
mixed -f mixed/../outside
mixed --file outside
mixed -f - <dockerfile
mixed --compress
- <dockerfile
- <tar
- <tar.gz
-f sub/Other - <tar
-f - - <dockerfile
mixed -f nosuch
mixed -f mixed
nosuch
outside
mixed/sub
mixed -t x -t y:1 --build-arg A=1 --build-arg FROM_HERE --build-arg NOPE --build-arg B=
mixed --label a=b --label c --label d= --network host --rm=false --force-rm --no-cache --pull -q
mixed --network '' --target '' --cache-from a,b --cache-from c --security-opt a=b,c --security-opt d
mixed --cache-from '' --add-host a:1.2.3.4 --add-host b=::1 --add-host h:host-gateway
mixed --ulimit nofile=10:20 --ulimit core=0 --shm-size 64m -m 1g --memory-swap -1
mixed --cpu-shares 5 -c 6 --cpu-period 1000 --cpu-quota -1 --cpuset-cpus 0-1 --cpuset-mems 0
mixed --cgroup-parent /x --isolation default --platform Linux/AMD64 --target stage
mixed -t X
mixed -t ''
mixed --build-arg ''
mixed --label ''
mixed --add-host a
mixed --ulimit nofile=30:20
mixed -m x
mixed --disable-content-trust
mixed --nosuch
mixed mixed

"""


@pytest.mark.parametrize("line", LINES.strip("\n").split("\n"))
def test_a_line_sends_what_docker_sends(scripted: Scripted, mixed: Path, line: str) -> None:
    words, _, kind = line.partition(" <")
    told = []
    for program in (docker(), [*DSOCK, "build"]):
        given = read(mixed, kind)
        how = {"input": given} if given else {"stdin": subprocess.DEVNULL}
        body, code = sent(scripted, program, *shlex.split(words), cwd=mixed.parent, **how)
        told.append((code, named(query(scripted)), named(members(body)) if body else []))
    assert told[1] == told[0]


def query(scripted: Scripted) -> list[tuple[Any, ...]]:
    """The parameters of the last call, JSON as what it says."""
    texts = parse_qsl(scripted.calls[-1].bare.partition("?")[2]) if scripted.calls else []
    return [(key, json.loads(text) if text[:1] in "{[" else text) for key, text in texts]


def read(folder: Path, kind: str) -> bytes:
    """The input of a line."""
    if kind == "dockerfile":
        return b"FROM input\n"
    if not kind:
        return b""
    flags = "cz" if kind == "tar.gz" else "c"
    argv = ["tar", f"-{flags}", "-C", str(folder), "Dockerfile", "sub"]
    return subprocess.run(argv, capture_output=True, check=True).stdout


def named(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """`found` without what is another one each time: the name of a Dockerfile that is sent beside
    the context, and the times of what is made for it."""
    out = []
    for item in found:
        made = any(".dockerfile." in str(part) for part in item) or item[0] == "Dockerfile"
        words = [re.sub(r"\.dockerfile\.\w{20}", ".dockerfile.X", text(part)) for part in item]
        if made and len(words) > 2:
            del words[7]
        out.append(tuple(words))
    return sorted(out)


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else str(value)


def test_a_socket_stays_at_home_and_that_is_said(scripted: Scripted, mixed: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(mixed / "s\x1b[2J"))
        body, code = sent(scripted, docker(), str(mixed))
        done = scripted.dsock("build", str(mixed))
    assert done.returncode == code == 0
    assert members(scripted.calls[-1].body) == members(body)
    assert done.stderr == f"WARNING: {mixed}/s\\x1b[2J is not sent: sockets are not copied\n"


def test_the_ignore_file_of_a_dockerfile_comes_before_that_of_the_folder(
    scripted: Scripted, tmp_path: Path
) -> None:
    for name in ("a", "b", "Other"):
        (tmp_path / name).write_text("FROM scratch\n")
    (tmp_path / ".dockerignore").write_text("a\n")
    (tmp_path / "Other.dockerignore").write_text("b\n")
    program = [*DSOCK, "build"]
    body, _ = sent(scripted, program, "-f", str(tmp_path / "Other"), str(tmp_path))
    assert {member[0] for member in members(body)} >= {"a", "Other"}
    assert "b" not in {member[0] for member in members(body)}


def test_a_file_that_cannot_be_read_ends_the_build_before_it_begins() -> None:
    with tempfile.TemporaryDirectory(prefix="dsock-test-") as made:
        os.chmod(made, 0o755)
        for name in ("mine", "theirs"):
            Path(made, name).write_text("")
            Path(made, name).chmod(0o600)
        os.chown(Path(made, "mine"), 65534, 65534)
        Path(made, "locked").mkdir(mode=0o700)
        os.seteuid(65534)
        try:
            with pytest.raises(DsockError) as problem:
                context.check(made, Patterns([]))
            assert problem.value.message == f"error checking context: can't stat '{made}/locked'"
            with pytest.raises(DsockError) as problem:
                context.check(made, Patterns(["locked"]))
            assert problem.value.message == (
                f"error checking context: no permission to read from '{made}/theirs'"
            )
            context.check(made, Patterns(["locked", "theirs"]))
        finally:
            os.seteuid(0)


def test_the_credentials_go_with_the_build(scripted: Scripted, tmp_path: Path) -> None:
    auth = base64.b64encode(b"ann:se>cret?").decode()
    config = {"auths": {"registry.example:5000": {"auth": auth}}}
    env = {"DOCKER_CONFIG": str(tmp_path)}
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "config.json").write_text(json.dumps(config))
    scripted.anything = Answer(chunks=[{"stream": "done\n"}])
    told = []
    for program in (docker(), [*DSOCK, "build"]):
        argv = [*program, str(tmp_path)]
        env = {**scripted.env, **env, "DOCKER_BUILDKIT": "0"}
        subprocess.run(argv, env=env, capture_output=True, timeout=60, check=True)
        header = scripted.calls[-1].headers["X-Registry-Config"]
        told.append(json.loads(base64.urlsafe_b64decode(header)))
    assert told[1] == told[0]
    assert told[0]["registry.example:5000"]["password"] == "se>cret?"
    shown = scripted.dsock("--dry-run", "build", str(tmp_path), env=env).stdout
    assert '$REGISTRY_CONFIG"' in shown
    assert header not in shown


def test_what_goes_away_meanwhile_is_told_and_the_rest_is_sent(tmp_path: Path) -> None:
    for name in ("a", "b/c", "d/e", "f"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    missing: list[str] = []
    files = context.entries(str(tmp_path), Patterns([]), lambda path, _: missing.append(path))
    first = next(files)
    (tmp_path / "b/c").unlink()
    (tmp_path / "d/e").unlink()
    (tmp_path / "d").rmdir()
    archive = pack([first, *files], (0, 0), lambda path, _: missing.append(path))
    assert [member[0] for member in members(b"".join(archive))] == ["a", "b", "f"]
    assert missing == [f"{tmp_path}/d", f"{tmp_path}/d"]
