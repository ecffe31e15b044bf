"""`images` beside docker's own, on images with several names and none."""

from __future__ import annotations

import pytest

from dsock.sandbox.archive import file
from tests.engine import samples
from tests.engine.alike import check

TAGS = ["dsock-test-images:1", "dsock-test-images:2.0"]
FAR = "localhost:5000/dsock-test/images:x"

LINES = r"""
images
images -a
images -q
images -qa
images --no-trunc
images --no-trunc -q
images --digests
images --digests --no-trunc
images --digests=true nginx
images --quiet=false nginx
image ls
image list nginx
images busybox
images busybox:latest
images busy
images 'dsock-test-*'
images dsock-test-images:2.0
images 'localhost:5000/*/*'
images localhost:5000/dsock-test/images
images nosuch
images ''
images Foo/UP
images '['
images --format json nginx
images --format json nosuch
images --format table nginx
images --format raw
images --format raw --digests
images -q --format raw
images -q --format table
images -q --format '{{.ID}}x'
images --format 'table '
images --format tableX
images --format '{{.ID}}\n{{.Tag}}\tx' busybox
images --format '{{.Repository}}:{{.Tag}} {{.Size}} {{.CreatedSince}} {{.CreatedAt}}' nginx
images --format '{{.SharedSize}} {{.UniqueSize}} {{.VirtualSize}} {{.Digest}}'
images --format 'table {{.ID}}\t{{.Repository}}' nginx
images --format 'table {{.Digest}}\t{{.ID}}'
images --format 'table {{.ID}}' --digests nginx
images --format '{{.ID}}' --digests nginx
images --format 'table {{.Digest}}\t{{.Repository}}' --digests nginx
images --format '{{if .CreatedSince}}{{.CreatedSince}}{{else}}N/A{{end}}'
images --format '{{slice .ID 0 4}} {{upper .Repository}}' nginx
images --format '{{json .}}x' nginx
images --format '{{json .Digest}}' nginx
images --format '{{.Foo}}'
images --format '{{.Foo}}' nosuch
images --format 'table {{.ID}}\t{{.Foo.Bar}}' nosuch
images --format 'table {{.Foo}}'
images --format '{{.Label "x"}}'
images --format '{{'
images --format '{{' nosuch
images -f dangling=true
images -f dangling=maybe
images -f reference=nginx busybox
images -f ' REFERENCE = nginx '
images -f before=nosuch
images -f since=busybox -q
images -f label=maintainer
images -f label=nosuch
images -f foo=bar
images -f foo
images -f =
images a b
images --filter
images --nosuch
images -z
"""


@pytest.fixture(scope="module")
def gallery(live_engines):
    """An engine with images of all kinds."""
    engine = live_engines("docker-20.10")
    names = [*TAGS, FAR]
    try:
        for name in names:
            engine.docker("tag", "busybox", name)
        nameless = engine.docker("import", "-", input="").stdout.strip()
        names.append(nameless)
        assert nameless.startswith("sha256:")
        yield engine
    finally:
        engine.docker("rmi", "-f", *names)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_images_prints_and_ends_as_dockers_does(gallery, line):
    check(gallery, line)


def test_what_is_not_wanted_is_left_out_of_what_the_engine_gives(gallery):
    def names(*flags):
        shown = gallery.dsock("images", "--format", "{{.Repository}}", *flags)
        assert shown.returncode == 0, shown.stderr
        return set(shown.stdout.split())

    assert "<none>" in names()
    assert "<none>" not in names("-f", "dangling!=true")
    assert names("-f", "dangling!=false") == {"<none>"}
    assert not names("-f", "reference!=nginx") & {"nginx"}
    assert not names("-f", "label!=maintainer") & {"nginx"}
    assert names("nginx", "-f", "reference!=busy*") == {"nginx"}


TREE = "dsock-test-tree"


@pytest.fixture
def forest(any_engine):
    """An engine with two images on a third, and a container on one of those."""
    yield any_engine
    any_engine.docker("rm", "-f", TREE)
    samples.remove(any_engine, [TREE])


def test_a_tree_shows_what_rests_on_what(forest):
    base = [file("/dsock-test-tree", b"x")]
    samples.load(forest, f"{TREE}-a", base)
    samples.load(forest, f"{TREE}-b", base, [file("/b", b"b" * 2000)])
    samples.load(forest, f"{TREE}-c", base, [file("/c", b"c")])
    forest.docker("tag", f"{TREE}-b", f"{TREE}-b:2")
    forest.docker("create", "--name", TREE, f"{TREE}-b", "true")
    done = forest.dsock("images", "--tree")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["IMAGE", "ID", "SIZE", "ADDS", "STATUS"]
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{TREE}-a:latest "))
    shown = [line.split("  ")[0] for line in lines[at : at + 4]]
    assert shown[1] == f"├─ {TREE}-b:2, {TREE}-b:latest"
    assert lines[at + 2].startswith(f"│  └─ container {TREE} ")
    assert lines[at + 2].split()[-1] == "Created"
    assert shown[3] == f"└─ {TREE}-c:latest"
    some = forest.dsock("image", "ls", "--tree", f"{TREE}-c").stdout.splitlines()
    assert [line.split("  ")[0] for line in some[1:]] == [f"{TREE}-a:latest", shown[3]]


def test_a_tree_has_no_other_form(engine):
    for flag in ("-q", "--no-trunc", "--digests", "--format=json"):
        done = engine.dsock("images", "--tree", flag)
        assert (done.returncode, done.stdout) == (1, "")
        assert "is not supported with --tree" in done.stderr
