"""Files as a tar: what an archive of them holds, and what cannot be packed."""

from __future__ import annotations

import io
import os
import socket
import tarfile
from pathlib import Path

import pytest

from dsock.archive.pack import Entry, pack, packed_size, tree
from dsock.errors import DsockError


def opened(tar: bytes) -> tarfile.TarFile:
    return tarfile.TarFile(fileobj=io.BytesIO(tar))


def packed(path: str | Path, name: str = "top", **how) -> tarfile.TarFile:
    return opened(b"".join(pack(tree(str(path), name), **how)))


def test_a_folder_is_packed_with_everything_in_it_in_the_order_of_names(tmp_path):
    (tmp_path / "b/deep").mkdir(parents=True)
    (tmp_path / "b-before").write_bytes(b"1" * 1000)
    (tmp_path / "a").symlink_to("nowhere")
    (tmp_path / "b/deep/file").write_bytes(b"text")
    os.mkfifo(tmp_path / "pipe")
    found = packed(tmp_path)
    assert [(m.name, m.type) for m in found] == [
        ("top", tarfile.DIRTYPE),
        ("top/a", tarfile.SYMTYPE),
        ("top/b", tarfile.DIRTYPE),
        ("top/b/deep", tarfile.DIRTYPE),
        ("top/b/deep/file", tarfile.REGTYPE),
        ("top/b-before", tarfile.REGTYPE),
        ("top/pipe", tarfile.FIFOTYPE),
    ]
    assert found.getmember("top/a").linkname == "nowhere"
    assert found.extractfile("top/b-before").read() == b"1" * 1000


def test_modes_owners_and_whole_seconds_are_kept(tmp_path):
    file = tmp_path / "file"
    file.touch()
    os.chown(file, 1234, 3_000_000)  # a group that needs more than the plain header's room
    file.chmod(0o6751)
    os.utime(file, ns=(0, -1_500_000_000))
    [member] = packed(file)
    assert (member.mode, member.uid, member.gid, member.mtime) == (0o6751, 1234, 3_000_000, -2)


def test_a_capability_is_kept(tmp_path):
    file = tmp_path / "ping"
    file.touch()
    value = bytes.fromhex("0100000200200000000000000000000000000000")  # cap_net_raw=p
    os.setxattr(file, "security.capability", value)
    [member] = packed(file)
    kept = member.pax_headers["SCHILY.xattr.security.capability"]
    assert kept.encode("utf-8", "surrogateescape") == value


def test_one_owner_for_everything(tmp_path):
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", 7, 8)
    assert {(m.uid, m.gid) for m in packed(tmp_path, owner=(0, 0))} == {(0, 0)}


def test_a_second_name_of_a_file_is_a_hard_link(tmp_path):
    (tmp_path / "one").write_text("x")
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    one, two = list(packed(tmp_path))[1:]
    assert (one.type, one.size) == (tarfile.REGTYPE, 1)
    assert (two.type, two.linkname, two.size) == (tarfile.LNKTYPE, "top/one", 0)


@pytest.mark.parametrize("name", ["ä€", "x" * 200, "a:b", "new\nline", os.fsdecode(b"\xff\xfe")])
def test_names_of_any_bytes_come_through(tmp_path, name):
    (tmp_path / name).touch()
    assert packed(tmp_path, ".").getnames() == [".", f"./{name}"]


def test_a_link_is_packed_and_with_a_dot_behind_it_its_folder(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/x").touch()
    (tmp_path / "link").symlink_to("folder")
    assert packed(tmp_path / "link").getmember("top").issym()
    assert packed(f"{tmp_path}/link/.", ".").getnames() == [".", "./x"]


def test_the_size_is_known_before(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 1000)
    (tmp_path / "link").symlink_to("file")
    entries = list(tree(str(tmp_path), "."))
    assert packed_size(entries) == len(b"".join(pack(entries)))


def test_blocks_are_large_whatever_the_files_are(tmp_path):
    for i in range(300):
        (tmp_path / f"{i}").write_bytes(b"x" * 100)
    (tmp_path / "large").write_bytes(b"x" * 1_000_000)
    blocks = list(pack(tree(str(tmp_path), ".")))
    assert len(blocks) < 30
    assert max(map(len, blocks)) < 300_000


def test_what_cannot_be_packed_is_told_and_the_others_are(tmp_path):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "a-socket"))
        (tmp_path / "b").touch()
        told = []
        entries = [*tree(str(tmp_path), "."), Entry("/nosuch/file", "gone")]
        found = b"".join(pack(entries, skipped=lambda *what: told.append(what)))
    assert opened(found).getnames() == [".", "./b"]
    assert told == [
        (str(tmp_path / "a-socket"), "sockets are not copied"),
        ("/nosuch/file", "no such file or directory"),
    ]
    with pytest.raises(DsockError, match="/nosuch/file: no such file or directory"):
        list(pack(entries[-1:]))


def test_a_file_that_shrinks_while_it_is_read_is_not_taken_for_whole(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1_000_000)
    blocks = pack(tree(str(file), "file"))
    next(blocks)
    os.truncate(file, 300_000)
    with pytest.raises(DsockError, match="became shorter"):
        list(blocks)


def test_a_file_that_grows_while_it_is_read_is_packed_as_it_was(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1_000_000)
    blocks = pack(tree(str(file), "file"))
    head = next(blocks)
    with file.open("ab") as more:
        more.write(b"more" * 1000)
    found = opened(head + b"".join(blocks))
    assert [m.size for m in found] == [1_000_000]
