"""The archive of an image, as `save` writes it: a tar of tars, read once from end to end.

The layers come before the file that tells their order, so each is kept as the list of what is in
it: memory grows with the number of files, not with their size. Three ways to lay it out are read:
Docker's own until 24 (ID/layer.tar), OCI's (blobs/sha256/DIGEST), and Podman's (DIGEST.tar).
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from dsock.archive import kinds
from dsock.archive.members import Damaged, Member, members
from dsock.errors import DsockError

# A compressed block is unpacked in such pieces: one may grow a thousandfold.
PIECE = 1 << 13
# What is kept as text: the image's configuration and who tells which files belong to it.
LONGEST_TEXT = 1 << 23
WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
_HARD_LINK, _SYMBOLIC_LINK, _FOLDER = b"1", b"2", b"5"


@dataclass(slots=True)
class Layer:
    """What is in a layer, by absolute paths: the bytes of files (0 for links and devices), what
    it deletes, and the folders of which it hides all that was there before."""

    files: dict[str, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Image:
    """An image's configuration and its layers, the lowest first."""

    config: dict[str, Any]
    layers: list[Layer]


def read(blocks: Iterable[bytes]) -> Image:
    """The first image of an archive.

    Raises Damaged for what is no such archive, DsockError for a layer that cannot be unpacked.
    """
    found = _Found({}, {}, {})
    for member in members(blocks):
        _take(member, found)
    try:
        config, names = _described(found)
    except (AttributeError, TypeError, KeyError):  # JSON of another shape
        raise Damaged("what says which layers there are cannot be read") from None
    return Image(config, [found.layer(name) for name in names])


@dataclass(frozen=True, slots=True)
class _Found:
    """What an archive holds, by names in it."""

    layers: dict[str, Layer]
    texts: dict[str, bytes]
    links: dict[str, str]

    def layer(self, name: str) -> Layer:
        name = self.links.get(name, name)
        if name not in self.layers:
            raise Damaged(f"the layer {name} is missing")
        return self.layers[name]

    def json(self, name: str) -> Any:
        try:
            return json.loads(self.texts[self.links.get(name, name)])
        except (KeyError, ValueError):
            raise Damaged(f"{name} is missing or no JSON") from None


def _take(member: Member, found: _Found) -> None:
    info = member.info
    name = posixpath.normpath(info.name)
    if info.type == _SYMBOLIC_LINK:
        target = posixpath.join(posixpath.dirname(name), info.linkname)
        found.links[name] = posixpath.normpath(target)
    elif info.type == _HARD_LINK:
        found.links[name] = posixpath.normpath(info.linkname)
    elif info.isreg():
        head, content = _begun(member.content)
        kind = kinds.kind(head)
        if kind:
            found.layers[name] = _layer(_unpacked(kind, content, name))
        elif head[:1] in (b"{", b"[") and info.size <= LONGEST_TEXT:
            found.texts[name] = b"".join(content)


def _layer(blocks: Iterable[bytes]) -> Layer:
    layer = Layer()
    for member in members(blocks):
        info = member.info
        path = posixpath.normpath("/" + info.name.lstrip("/"))
        folder, _, name = path.rpartition("/")
        if name == OPAQUE:
            layer.opaque.append(folder or "/")
        elif name.startswith(WHITEOUT):
            layer.deleted.append(f"{folder}/{name.removeprefix(WHITEOUT)}")
        elif info.type != _FOLDER:
            layer.files[path] = info.size if info.isreg() else 0
    return layer


def _begun(content: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them."""
    head = b""
    for piece in content:
        head += piece
        if len(head) >= kinds.HEAD:
            break
    return head[: kinds.HEAD], chain([head], content)


def _unpacked(kind: str, blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The tar in a blob that may be compressed; it may be in several parts, one after another."""
    if kind == kinds.TAR:
        yield from blocks
        return
    import bz2
    import lzma
    import zlib

    makers: dict[str, Any] = {
        "gzip": lambda: zlib.decompressobj(wbits=31),
        "bzip2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
    }
    if kind not in makers:
        raise DsockError(f"the layer {name} is compressed by {kind}, which dsock cannot read")
    decoder = makers[kind]()
    try:
        for block in blocks:
            for at in range(0, len(block), PIECE):
                piece = block[at : at + PIECE]
                while piece:
                    if decoder.eof:
                        decoder = makers[kind]()
                    yield decoder.decompress(piece)
                    piece = decoder.unused_data
    except (zlib.error, OSError, lzma.LZMAError, EOFError) as err:
        raise Damaged(f"the layer {name} cannot be unpacked: {err}") from None


def _described(found: _Found) -> tuple[dict[str, Any], list[str]]:
    """The first image's configuration, and the names of its layers."""
    if "manifest.json" in found.texts:
        entry: dict[str, Any] = next(iter(found.json("manifest.json")), {})
        return found.json(entry.get("Config", "")), list(entry.get("Layers") or ())
    if "index.json" not in found.texts:
        raise Damaged("neither manifest.json nor index.json is in it")
    told = found.json("index.json")
    while "manifests" in told:  # an index may name further ones
        images = [one for one in told["manifests"] if not _attests(one)]
        if not images:
            raise Damaged("it holds no image")
        told = found.json(_blob(images[0]))
    return found.json(_blob(told["config"])), [_blob(layer) for layer in told["layers"]]


def _attests(descriptor: dict[str, Any]) -> bool:
    """True for what says how an image was built, which is no image."""
    kind = (descriptor.get("annotations") or {}).get("vnd.docker.reference.type", "")
    return bool(kind == "attestation-manifest")


def _blob(descriptor: dict[str, Any]) -> str:
    return "blobs/" + str(descriptor["digest"]).replace(":", "/")
