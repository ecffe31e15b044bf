"""An image taken apart: what is read from the archives of engines, and what layers do."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from dsock.archive import changes, saved
from dsock.archive.members import Damaged
from dsock.errors import DsockError
from dsock.sandbox.archive import Member, file, folder, image, link
from dsock.views import explain as view

BASE = [
    folder("/etc"), file("/etc/a", b"a" * 100), file("/etc/b", b"b" * 50),
    file("/opt/x/one", b"1" * 10), file("/opt/x/two", b"2" * 20), link("/bin/sh", "a"),
]  # fmt: skip
DELETES = [file("/etc/.wh.a", b""), file("/opt/.wh.x", b"")]
HIDES = [file("/opt/.wh..wh..opq", b""), file("/opt/new", b"n" * 7)]
CHANGES = [file("/etc/a", b"A" * 60), file("/etc/c", b"c" * 5)]


def told(*layers: list[Member], biggest: int = 10) -> changes.Explained:
    return changes.explain(saved.read([image("x", list(layers), {}, 0)]), biggest)


def did(step: changes.Step) -> set[tuple[str, str, int, int]]:
    return {(c.kind, c.path, c.bytes, c.files) for c in step.biggest}


def test_the_lowest_layer_adds() -> None:
    [step] = told(BASE).steps
    assert did(step) == {
        ("added", "/etc/a", 100, 1), ("added", "/etc/b", 50, 1), ("added", "/opt/x/one", 10, 1),
        ("added", "/opt/x/two", 20, 1),
    }  # fmt: skip
    assert (step.number, step.bytes, step.wasted) == (1, 180, 0)
    assert step.counts == {"added": 5}  # a link is a file without bytes


def test_what_a_layer_changes_is_wasted_below() -> None:
    found = told(BASE, CHANGES)
    assert did(found.steps[1]) == {("changed", "/etc/a", 60, 1), ("added", "/etc/c", 5, 1)}
    assert [step.wasted for step in found.steps] == [100, 0]
    assert (found.wasted, found.files, found.bytes) == (100, 6, 245)
    [waste] = found.waste
    assert (waste.change.path, waste.change.bytes, waste.layers, waste.by) == (
        "/etc/a",
        100,
        (1,),
        2,
    )


def test_what_a_layer_deletes_is_wasted_below() -> None:
    found = told(BASE, CHANGES, DELETES)
    assert did(found.steps[2]) == {("deleted", "/etc/a", 60, 1), ("deleted", "/opt/x", 30, 2)}
    assert [step.wasted for step in found.steps] == [130, 60, 0]
    assert found.files == 3
    assert [(w.change.bytes, w.layers, w.by) for w in found.waste] == [
        (100, (1,), 2), (60, (2,), 3), (30, (1,), 3),
    ]  # fmt: skip


def test_a_folder_that_hides_what_was_in_it_keeps_what_comes_with_it() -> None:
    found = told(BASE, HIDES)
    assert did(found.steps[1]) == {("deleted", "/opt", 30, 2), ("added", "/opt/new", 7, 1)}
    assert found.files == 4


def test_a_folder_deleted_over_several_layers_names_them_all() -> None:
    more = [file("/opt/x/three", b"3" * 5)]
    found = told(BASE, more, DELETES)
    assert [w.layers for w in found.waste if w.change.path == "/opt/x"] == [(1, 2)]


def test_what_is_deleted_twice_or_was_never_there_is_no_waste() -> None:
    found = told(BASE, DELETES, DELETES)
    assert did(found.steps[2]) == {("deleted", "/etc/a", 0, 0), ("deleted", "/opt/x", 0, 0)}
    assert [w.by for w in found.waste] == [2, 2]


def test_the_whole_root_can_be_hidden() -> None:
    found = told(BASE, [file("/.wh..wh..opq", b"")])
    assert did(found.steps[1]) == {("deleted", "/", 180, 5)}
    assert found.files == 0


def test_only_the_biggest_are_kept() -> None:
    found = told(BASE, CHANGES, biggest=1)
    assert [len(step.biggest) for step in found.steps] == [1, 1]
    rows = list(view.rows(found))
    assert [(row.others, row.rest) for row in rows if row.others] == [(4, 80), (1, 5)]


def test_lines_of_the_history_without_a_layer_stand_between_those_with_one() -> None:
    config = {
        "history": [
            {"created_by": "base"}, {"created_by": "ENV a", "empty_layer": True},
            {"created_by": "RUN b"}, {"created_by": "CMD c", "empty_layer": True},
        ]
    }  # fmt: skip
    layers = [saved.Layer({"/a": 1}), saved.Layer({"/b": 2}), saved.Layer({"/c": 3})]
    steps = changes.explain(saved.Image(config, layers), 5).steps
    shown = [(step.history.get("created_by"), step.number, step.bytes) for step in steps]
    assert shown == [
        ("base", 1, 1),
        ("ENV a", 0, 0),
        ("RUN b", 2, 2),
        ("CMD c", 0, 0),
        (None, 3, 3),
    ]


def test_a_history_that_is_longer_than_the_layers_is_no_error() -> None:
    config = {"history": [{"created_by": "a"}, {"created_by": "b"}]}
    steps = changes.explain(saved.Image(config, [saved.Layer({"/a": 1})]), 5).steps
    assert [step.number for step in steps] == [1, 0]


# The archives


def tar(members: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return out.getvalue()


CONFIG = b'{"history": [], "rootfs": {}}'
LAYER = tar({"etc/a": b"a" * 100})
OCI = {"config": {"digest": "sha256:c"}, "layers": [{"digest": "sha256:l"}]}


def manifest(*layers: str) -> bytes:
    return json.dumps([{"Config": "c.json", "Layers": list(layers)}]).encode()


def test_dockers_old_layout_has_links_for_layers_that_come_twice() -> None:
    data = tar(
        {"c.json": CONFIG, "one/layer.tar": LAYER, "one/VERSION": b"1.0",
         "manifest.json": manifest("one/layer.tar", "two/layer.tar")},
        {"two/layer.tar": "../one/layer.tar"},
    )  # fmt: skip
    assert [layer.files for layer in saved.read([data]).layers] == [{"/etc/a": 100}] * 2


def test_an_oci_layout_is_read_by_its_index() -> None:
    attestation = {
        "digest": "sha256:att",
        "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
    }
    for nested in (False, True):
        manifests = [attestation, {"digest": "sha256:m"}]
        blobs = {"blobs/sha256/m": OCI}
        if nested:
            blobs["blobs/sha256/i"] = {"manifests": manifests}
            manifests = [{"digest": "sha256:i"}]
        data = tar(
            {"blobs/sha256/c": CONFIG, "blobs/sha256/l": LAYER,
             **{name: json.dumps(blob).encode() for name, blob in blobs.items()},
             "index.json": json.dumps({"manifests": manifests}).encode()}
        )  # fmt: skip
        assert saved.read([data]).layers[0].files == {"/etc/a": 100}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_layers_may_be_compressed_in_one_part_or_several(pack: Any) -> None:
    for layer in (pack(LAYER), pack(LAYER[:1000]) + pack(LAYER[1000:])):
        data = tar({"c.json": CONFIG, "l": layer, "manifest.json": manifest("l")})
        assert saved.read([data]).layers[0].files == {"/etc/a": 100}


BAD = {
    "ends too early": tar({"c.json": CONFIG, "l.tar": LAYER, "manifest.json": manifest()})[:700],
    "the layer l is missing": tar({"c.json": CONFIG, "manifest.json": manifest("l")}),
    "c.json is missing": tar({"manifest.json": manifest()}),
    "neither manifest.json nor index.json": tar({"x": b"1"}),
    "manifest.json is missing or no JSON": tar({"manifest.json": b"{"}),
    "cannot be read": tar({"manifest.json": b'[["a"]]'}),
    "it holds no image": tar({"index.json": b'{"manifests": []}'}),
    "cannot be unpacked": tar({"l": gzip.compress(LAYER)[:50] + b"\xff" * 500}),
    "the layer l is compressed by zstd": tar({"l": b"\x28\xb5\x2f\xfd" + b"0" * 600}),
}


@pytest.mark.parametrize("said", BAD)
def test_what_is_no_image_is_said_in_a_line(said: str) -> None:
    with pytest.raises(DsockError) as caught:
        saved.read([BAD[said]])
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_an_archive_that_is_cut_anywhere_is_damaged() -> None:
    whole = tar({"c.json": CONFIG, "l": LAYER, "manifest.json": manifest("l")}).rstrip(b"\0")
    for end in range(0, len(whole) - 512, 300):
        with pytest.raises(Damaged):
            saved.read([whole[:end]])


def test_memory_does_not_grow_with_the_size_of_files() -> None:
    block, count = bytes(1 << 16), 1600  # 100 MB
    size = len(block) * count

    def archive() -> Iterator[bytes]:
        inner = tarfile.TarInfo("big")
        inner.size = size
        outer = tarfile.TarInfo("l")
        outer.size = 512 + size + 1024
        yield outer.tobuf() + inner.tobuf()
        for _ in range(count):
            yield block
        yield bytes(1024)
        yield tar({"c.json": CONFIG, "manifest.json": manifest("l")})

    tracemalloc.start()
    try:
        found = saved.read(archive())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.layers[0].files == {"/big": size}
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("/bin/sh -c #(nop)  ENV A=1", "ENV A=1"),
        ("/bin/sh -c apt-get   update", "RUN apt-get update"),
        ("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"),
        ("|1 V=2 /bin/sh -c echo $V", "RUN echo $V"),
        ("RUN |1 V=2 /bin/sh -c echo $V # buildkit", "RUN echo $V"),
        ("COPY a b # buildkit", "COPY a b"),
        ("bash\t-c x", "bash -c x"),
        ("", ""),
    ],
)
def test_what_made_a_layer_is_shown_as_a_dockerfile_has_it(written: str, shown: str) -> None:
    assert view.made_by({"created_by": written}) == shown


def test_where_nothing_says_what_made_a_layer_the_comment_does() -> None:
    assert view.made_by({"comment": "Imported from -"}) == "Imported from -"


def test_a_narrow_screen_shows_the_ends_of_paths_and_the_beginnings_of_commands() -> None:
    content = view.layer_columns()[-1].cut
    assert content("  + /usr/lib/x86_64/libcrypto.so", 17) == "  + …libcrypto.so"
    assert content("RUN make /usr/lib/x86_64", 10) == "RUN make …"
    assert view.waste_columns()[-1].cut("- /usr/lib/x86_64/libcrypto.so", 15) == "- …libcrypto.so"
