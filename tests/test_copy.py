"""The grammar of cp: what sources and targets name, and which of many names match."""

from __future__ import annotations

import io
import tarfile

import pytest

from dsock.archive.members import members
from dsock.copy import places
from dsock.copy.pattern import Pattern, is_pattern
from dsock.copy.places import Place, Target
from dsock.errors import DsockError


@pytest.mark.parametrize(
    ("text", "container", "path"),
    [
        ("web:/x", "web", "/x"),
        ("web:x", "web", "x"),
        ("web:", "web", ""),
        ("web:/a:b", "web", "/a:b"),
        ("file", "", "file"),
        ("/a:b", "", "/a:b"),
        ("./a:b", "", "./a:b"),
        (".hidden:b", "", ".hidden:b"),
        (":/x", "", "/x"),
        ("-", "", "-"),
    ],
)
def test_a_colon_parts_container_and_path_unless_the_path_is_plainly_one(text, container, path):
    assert places.parse(text) == Place(container, path)


PATHS = [
    # path, its base, its parent, means contents, says that it is a folder
    ("/a/b", "b", "/a", False, False),
    ("/a/b/", "b", "/a", False, True),
    ("/a/b/.", ".", "/a/b", True, True),
    ("/a/b/./", ".", "/a/b", True, True),
    ("/a/..", "/", "/", False, False),
    ("/", "/", "/", False, True),
    ("/.", ".", "/", True, True),
    ("//a//b", "b", "/a", False, False),
    ("a", "a", ".", False, False),
    (".", ".", ".", True, True),
    ("..", "..", ".", False, False),
    ("/a/.b", ".b", "/a", False, False),
]


@pytest.mark.parametrize(("path", "base", "parent", "contents", "folder"), PATHS)
def test_a_paths_end_tells_what_is_meant(path, base, parent, contents, folder):
    assert places.base(path) == base
    assert places.parent(path) == parent
    assert places.is_contents(path) == contents
    assert places.is_folder(path) == folder


@pytest.mark.parametrize(
    ("path", "target", "found"),
    [
        ("/a/l", "x", "/a/x"),
        ("/a/l", "/x/", "/x"),
        ("/a/l", "../x", "/x"),
        ("/a/l/", "x", "/a/x"),
        ("l", "x", "x"),
    ],
)
def test_a_link_leads_on_from_its_folder(path, target, found):
    assert places.followed(path, target) == found


@pytest.mark.parametrize(
    ("target", "landing"),
    [
        (Target("/t", True, True), ("/t", "name")),
        (Target("/t/", True, True), ("/t/", "name")),
        (Target("/t/f", True), ("/t", "f")),
        (Target("/t/new"), ("/t", "new")),
        (Target("/t/new/"), ("/t", "new")),
    ],
)
def test_what_is_copied_lands_in_a_folder_or_takes_the_targets_name(target, landing):
    assert places.landing("name", target) == landing


@pytest.mark.parametrize(
    ("is_folder", "target", "refused"),
    [
        (True, Target("/t/f", True), "cannot copy directory"),
        (False, Target("/t/new/"), "no such directory"),
        (False, Target("/t/new/."), "no such directory"),
        (True, Target("/t/new/"), None),
        (False, Target("/t/new"), None),
        (True, Target("/t", True, True), None),
    ],
)
def test_a_folder_cannot_become_a_file_nor_a_file_a_folder(is_folder, target, refused):
    if refused is None:
        places.check(is_folder, target)
        return
    with pytest.raises(DsockError) as caught:
        places.check(is_folder, target)
    assert caught.value.message == refused
    assert caught.value.hint


TREE = [
    "log/", "log/a.log", "log/b.log", "log/c.txt", "log/.h.log", "log/old/", "log/old/a.log",
    "log/new/", "log/new/b.log", "log/new/deep/", "log/new/deep/x", "log/new.log/",
    "log/new.log/in/", "log/new.log/in/x", "log/[id]",
]  # fmt: skip
MATCHES = [
    ("/v/log/*.log", ["a.log", "b.log", "new.log", "new.log/in", "new.log/in/x"]),
    ("/v/log/*.log/", ["new.log", "new.log/in", "new.log/in/x"]),
    ("v/log/[ab].*", ["a.log", "b.log"]),
    ("/v/log/[!ab].*", ["c.txt"]),
    ("/v/log/?.log", ["a.log", "b.log"]),
    ("/v/log/.*", [".h.log"]),
    ("/v/log/*/a.log", ["a.log"]),
    ("/v/log/*/*.log", ["a.log", "b.log"]),
    ("/v/log/n*w/deep", ["deep", "deep/x"]),
    ("/v/log/../log/a*", ["a.log"]),
    ("/v/log/[[]id]", ["[id]"]),
    ("/v/log/*.LOG", []),
    ("/v/log/*/*/*/*", []),
]


def chosen(pattern: Pattern, names: list[str]) -> list[str]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in names:
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            tar.addfile(info)
    return [m.info.name for m in pattern.chosen(members([out.getvalue()]), follow=False)]


@pytest.mark.parametrize(("path", "names"), MATCHES)
def test_a_pattern_matches_as_a_shells_does(path, names):
    assert is_pattern(path)
    pattern = Pattern(path)
    assert pattern.folder == "/v/log/"
    assert chosen(pattern, TREE) == names


def test_a_pattern_at_the_root_reads_names_from_the_root():
    pattern = Pattern("/b*")
    assert pattern.folder == "/"
    assert chosen(pattern, ["/", "/bin/", "/bin/sh", "/etc/"]) == ["bin", "bin/sh"]


def test_two_matches_of_one_name_are_refused():
    with pytest.raises(DsockError) as caught:
        chosen(Pattern("/v/log/*/*.log"), ["log/a/x.log", "log/b/x.log"])
    assert caught.value.message == "/v/log/b/x.log and /v/log/a/x.log would both be x.log"


def test_an_archive_of_another_folder_is_refused():
    with pytest.raises(DsockError, match="refused"):
        chosen(Pattern("/v/log/*"), ["other/a.log"])


def test_no_match_is_an_error():
    pattern = Pattern("/v/log/*.zip")
    chosen(pattern, TREE)
    with pytest.raises(DsockError, match="none that matches"):
        pattern.check(Place("web", "/v/log/*.zip"))
