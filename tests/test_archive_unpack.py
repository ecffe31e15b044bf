"""A tar into a folder: what it makes there, and that it makes nothing anywhere else."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import tempfile
from pathlib import Path

import pytest

from dsock.archive.members import Damaged, members
from dsock.archive.names import renamed
from dsock.archive.pack import pack, tree
from dsock.archive.unpack import unpack
from dsock.errors import DsockError

Item = tuple[tarfile.TarInfo, bytes]


def item(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", data: bytes = b"") -> Item:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = kind, link, len(data), 0o755
    return info, data


def folder(name: str) -> Item:
    return item(name, tarfile.DIRTYPE)


def link(name: str, target: str) -> Item:
    return item(name, tarfile.SYMTYPE, target)


def hard(name: str, target: str) -> Item:
    return item(name, tarfile.LNKTYPE, target)


def tar(*items: Item, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, data in items:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def put(data: bytes, where: Path, top: str = ".", name: str = ".", size: int = 1000) -> None:
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    unpack(members(blocks), str(where), renamed(top, name))


def everything(top: Path) -> dict[str, tuple[object, ...]]:
    """{path: (mode, second, content or link, number of names)} of all below `top`."""
    found: dict[str, tuple[object, ...]] = {}
    for path in top.rglob("*"):
        at = path.lstat()
        what = os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes()
        names = 0 if stat.S_ISDIR(at.st_mode) else at.st_nlink
        found[str(path.relative_to(top))] = (at.st_mode, at.st_mtime_ns, what, names)
    return found


@pytest.mark.parametrize("size", [1, 511, 513, 1 << 20])
def test_what_was_packed_comes_out_as_it_was(tmp_path, size):
    one, two = tmp_path / "one", tmp_path / "two"
    (one / "sub/deep").mkdir(parents=True)
    (one / "sub/deep" / ("ä" * 100)).write_bytes(b"x" * 5000)
    (one / os.fsdecode(b"\xff")).touch()
    (one / "large").write_bytes(os.urandom(70_000))
    (one / "large").chmod(0o6750)
    (one / "again").hardlink_to(one / "large")
    (one / "link").symlink_to("../../../nowhere")
    (one / "absolute").symlink_to("/etc/passwd")
    os.mkfifo(one / "pipe", 0o622)
    os.utime(one / "link", ns=(0, 5 * 10**9), follow_symlinks=False)
    (one / "sub").chmod(0o1777)
    (one / "sub/deep").chmod(0o555)
    for path in sorted(one.rglob("*"), reverse=True):
        os.utime(path, ns=(0, 10**18), follow_symlinks=False)
    two.mkdir()
    put(b"".join(pack(tree(str(one), "."))), two, size=size)
    assert everything(two) == everything(one)


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_of_every_format_are_read(tmp_path, form):
    long = "/".join(["d" * 90] * 2)
    target = "t" * 99
    put(tar(item(long, data=b"1"), link("l", target), form=form), tmp_path)
    assert (tmp_path / long).read_bytes() == b"1"
    assert (tmp_path / "l").readlink() == Path(target)


@pytest.mark.parametrize(
    ("top", "name", "expected"),
    [
        ("d", "d", {"d", "d/f", "d/h"}),
        ("d", "new", {"new", "new/f", "new/h"}),
        (".", "new", {"new", "new/d", "new/d/f", "new/d/h"}),
        ("/", "new", {"new", "new/d", "new/d/f", "new/d/h"}),
        ("/", ".", {"d", "d/f", "d/h"}),
    ],
)
def test_the_top_gets_another_name(tmp_path, top, name, expected):
    put(tar(folder("d"), item("d/f", data=b"x"), hard("d/h", "d/f")), tmp_path, top, name)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert found == expected


OUT = "OUT"  # a folder beside the one that is unpacked into, with a file "kept" in it
HARMLESS = {"an absolute name", "a file over a link"}  # taken as inside, as docker does
HOSTILE = {
    "an absolute name": [item("OUT/new", data=b"!")],
    "dots": [item("../out/new", data=b"!")],
    "dots behind a folder": [folder("d"), item("d/../../out/new", data=b"!")],
    "a file through a link": [link("l", "OUT"), item("l/new", data=b"!")],
    "a file through a relative link": [link("l", "../out"), item("l/new", data=b"!")],
    "a file over a link": [link("l", "OUT/kept"), item("l", data=b"!")],
    "a folder through a link": [link("l", "OUT"), folder("l/new")],
    "a folder over a link": [link("l", "OUT"), folder("l"), item("l/new", data=b"!")],
    "a link through a link": [link("l", "OUT"), link("l/new", "x")],
    "a pipe through a link": [link("l", "OUT"), item("l/new", tarfile.FIFOTYPE)],
    "a hard link out": [hard("h", "../out/kept"), item("h", data=b"!")],
    "a hard link to an absolute name": [hard("h", "OUT/kept")],
    "a hard link through a link": [link("l", "OUT"), hard("h", "l/kept")],
    "a hard link into a link": [item("f"), link("l", "OUT"), hard("l/new", "f")],
    "links in a row": [link("a", "b"), link("b", "OUT"), item("a/new", data=b"!")],
    "modes through a link": [folder("d"), item("d/x"), link("l", "OUT"), folder("l/../l")],
}


@pytest.mark.parametrize("how", HOSTILE)
def test_nothing_is_written_outside(tmp_path, how):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for path in (inside, outside):
        path.mkdir()
    (outside / "kept").write_bytes(b"kept")
    before = everything(outside), outside.stat().st_mtime_ns
    items = []
    for info, data in HOSTILE[how]:
        info.name = info.name.replace(OUT, str(outside))
        info.linkname = info.linkname.replace(OUT, str(outside))
        items.append((info, data))
    refused = ""
    try:
        put(tar(*items), inside)
    except DsockError as err:
        refused = err.message
    assert (everything(outside), outside.stat().st_mtime_ns) == before
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
    assert bool(refused) == (how not in HARMLESS), refused


@pytest.mark.parametrize("name", ["other", "top2/x", "../top", "", "./x"])
def test_an_archive_of_one_thing_cannot_bring_another(tmp_path, name):
    with pytest.raises(DsockError, match="refused"):
        put(tar(folder("top"), item(name, data=b"!")), tmp_path, "top", "top")
    assert os.listdir(tmp_path) == ["top"]


CLASHES = [
    (item("d", data=b"!"), 'cannot overwrite directory "{}/d" with non-directory "d"'),
    (link("d", "x"), 'cannot overwrite directory "{}/d" with non-directory "d"'),
    (folder("f"), 'cannot overwrite non-directory "{}/f" with directory "f"'),
    (folder("l"), 'cannot overwrite non-directory "{}/l" with directory "l"'),
    (item("f/x"), "refused: {}/f is no folder, and the archive has something below it"),
]


@pytest.mark.parametrize(("new", "message"), CLASHES)
def test_files_and_folders_do_not_take_each_others_place(tmp_path, new, message):
    put(tar(folder("d"), item("d/kept"), item("f"), link("l", "d")), tmp_path)
    before = everything(tmp_path)
    with pytest.raises(DsockError) as caught:
        put(tar(new), tmp_path)
    assert caught.value.message == message.format(tmp_path)
    assert everything(tmp_path) == before


def test_what_is_there_is_replaced_and_folders_are_merged(tmp_path):
    put(tar(folder("d"), item("d/a", data=b"old"), link("d/l", "a"), item("d/kept")), tmp_path)
    (tmp_path / "elsewhere").hardlink_to(tmp_path / "d/a")
    put(tar(folder("d"), item("d/a", data=b"new"), item("d/l", data=b"file")), tmp_path)
    assert (tmp_path / "d/a").read_bytes() == b"new"
    assert (tmp_path / "elsewhere").read_bytes() == b"old"
    assert not (tmp_path / "d/l").is_symlink()
    assert (tmp_path / "d/kept").exists()
    put(tar(link("d/a", "l"), hard("d/kept", "d/l")), tmp_path)
    assert (tmp_path / "d/a").readlink() == Path("l")
    assert (tmp_path / "d/kept").samefile(tmp_path / "d/l")


def test_folders_that_the_archive_does_not_name_are_made(tmp_path):
    put(tar(item("a/b/c", data=b"x")), tmp_path)
    assert (tmp_path / "a/b/c").read_bytes() == b"x"


def test_a_folder_without_rights_can_be_filled_by_who_is_not_root():
    closed = folder("closed")
    closed[0].mode = 0o500
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o777)
        os.seteuid(65534)
        try:
            put(tar(closed, item("closed/x", data=b"x")), top)
        finally:
            os.seteuid(0)
        assert stat.S_IMODE((top / "closed").stat().st_mode) == 0o500
        assert (top / "closed/x").read_bytes() == b"x"


@pytest.mark.parametrize("end", [0, 100, 512, 700, 1024, 1535, 1536])
def test_a_part_of_an_archive_leaves_no_part_of_a_file(tmp_path, end):
    data = tar(item("a", data=b"a" * 600), item("b", data=b"b"))
    with pytest.raises(Damaged, match="it ends too early"):
        put(data[:end], tmp_path)
    assert os.listdir(tmp_path) == (["a"] if end == 1536 else [])


def test_an_interrupt_leaves_no_part_of_a_file(tmp_path):
    def blocks():
        yield tar(item("a", data=b"a" * 9000))[:2000]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unpack(members(blocks()), str(tmp_path), renamed(".", "."))
    assert os.listdir(tmp_path) == []


def extended(text: bytes, size: int | None = None) -> bytes:
    info = tarfile.TarInfo("x")
    info.type, info.size = b"x", len(text) if size is None else size
    return info.tobuf(tarfile.GNU_FORMAT) + text + bytes(-len(text) % 512)


DAMAGED = {
    "no tar": b"{}" * 300,
    "another checksum": item("a")[0].tobuf()[:-1] + b"x",
    "an endless name": extended(b"", 1 << 40),
    "a record without an end": extended(b"12 path=a"),
    "a record of no length": extended(b"0 path=a\n"),
    "a record that is longer than it is": extended(b"99999 path=a\n"),
    "a record without a value": extended(b"7 path\n"),
    "a size that is no number": extended(b"10 size=x\n") + item("a")[0].tobuf(),
    "a negative size": extended(b"11 size=-1\n") + item("a")[0].tobuf(),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_archive_is_told_in_one_line(tmp_path, how):
    with pytest.raises(DsockError) as caught:
        put(DAMAGED[how] + bytes(1024), tmp_path)
    assert caught.value.message.startswith("the archive is damaged: ")
    assert os.listdir(tmp_path) == []


def test_times_that_no_clock_shows_are_1970(tmp_path):
    for mtime in (b"-5", b"nan", b"1e300"):
        record = b" mtime=" + mtime + b"\n"
        record = str(len(record) + 2).encode() + record
        put(extended(record) + item("a")[0].tobuf() + bytes(1024), tmp_path)
        assert (tmp_path / "a").stat().st_mtime == 0
