"""What `build` sends: a folder, an archive or a lone Dockerfile from the input, or an address that
the engine fetches by itself."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dsock.app import App
from dsock.archive import context
from dsock.archive.context import IGNORE, INPUT, Context
from dsock.archive.pack import Entry, pack, reason
from dsock.commands.image import build_script
from dsock.engine.request import Upload
from dsock.errors import DsockError
from dsock.render.safe import escaped

ROOT = (0, 0)
HEADER_BYTES = 512
BLOCK = 1 << 16
# What an archive begins with that is compressed in a way that the engine knows.
MAGIC = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
REMOTE = ("http://", "https://", "git://", "git@", "github.com/")


class Sent(NamedTuple):
    """The context: an upload or an address, and the Dockerfile's name in it (None: the usual)."""

    upload: Upload | None
    dockerfile: str | None
    remote: str | None = None


def prepared(app: App, source: str, dockerfile: str | None, stack: ExitStack) -> Sent:
    """The context that `source` names; temporary files that it needs go with `stack`.

    Raises DsockError for what is no context.
    """
    if source == INPUT:
        if dockerfile == INPUT:
            raise DsockError(
                "invalid argument: can't use stdin for both build context and dockerfile"
            )
        return _of_input(dockerfile, stack)
    if os.path.isdir(source):
        try:
            here = context.locate(source, dockerfile)
        except DsockError as err:
            raise DsockError(f"unable to prepare context: {err.message}", err.hint) from None
        return _of_folder(app, here, stack)
    if not source.startswith(REMOTE):
        raise DsockError(
            f'unable to prepare context: path "{source}" not found',
            "a context is a folder, the address of an archive or a git repository, or -",
        )
    if dockerfile == INPUT:
        raise DsockError(
            "a Dockerfile from stdin cannot go with a context that the engine fetches",
            "fetch it yourself (git clone), and build from the folder",
        )
    return Sent(None, dockerfile, source)


def compressed(upload: Upload) -> Upload:
    """The same as gzip."""
    source = f"{upload.source or 'cat'} | gzip"
    return Upload(upload.name, _gzip(upload.blocks), upload.content_type, source)


def _of_folder(app: App, here: Context, stack: ExitStack) -> Sent:
    leave = context.patterns(here)
    context.check(here.folder, leave)

    def skipped(path: str, why: str) -> None:
        app.note(f"WARNING: {escaped(path)} is not sent: {why}")

    files: Iterable[Entry] = context.entries(here.folder, leave, skipped)
    if here.is_foreign:
        name = f".dockerfile.{secrets.token_hex(10)}"
        added = _written(stack, {IGNORE: _ignoring(here, name), name: _dockerfile(here)})
        files = _replaced(files, added)
    else:
        name, added = here.dockerfile, {}
    source = ""
    if app.curl or app.dry_run:
        names = [e.name for e in context.entries(here.folder, leave, lambda *_: None)]
        source = build_script.tar(here, names if leave or added else None, added)
    return Sent(Upload(INPUT, pack(files, ROOT, skipped), source=source), name)


def _of_input(dockerfile: str | None, stack: ExitStack) -> Sent:
    """An archive, or a Dockerfile, which is told by its beginning."""
    head = b""
    while len(head) < HEADER_BYTES and (block := _read()):
        head += block
    if _is_archive(head):
        return Sent(Upload(INPUT, _rest(head)), dockerfile)
    made = _written(stack, {"Dockerfile": b"".join(_rest(head))}, mode=0o644)
    blocks = pack([Entry(made["Dockerfile"], "Dockerfile")], ROOT)
    return Sent(Upload(INPUT, blocks, source=build_script.lone()), "Dockerfile")


def _rest(head: bytes) -> Iterator[bytes]:
    yield head
    while block := _read():
        yield block


def _read() -> bytes:
    return os.read(sys.stdin.fileno(), BLOCK)


def _is_archive(head: bytes) -> bool:
    from tarfile import HeaderError, TarInfo

    if head.startswith(MAGIC):
        return True
    try:
        TarInfo.frombuf(head[:HEADER_BYTES], "utf-8", "surrogateescape")
    except HeaderError:
        return False
    return True


def _dockerfile(here: Context) -> bytes:
    if here.dockerfile == INPUT:
        return sys.stdin.buffer.read()
    try:
        with open(os.path.join(here.folder, here.dockerfile), "rb") as file:
            return file.read()
    except OSError as err:
        raise DsockError(f"unable to open Dockerfile: {reason(err)}") from None


def _ignoring(here: Context, name: str) -> bytes:
    """The folder's .dockerignore, and that the Dockerfile that is sent with it is none of its
    files."""
    try:
        with open(os.path.join(here.folder, IGNORE), "rb") as file:
            lines = file.read()
    except OSError:
        lines = IGNORE.encode()
    return lines + f"\n{name}\n".encode()


def _written(stack: ExitStack, files: dict[str, bytes], mode: int = 0o600) -> dict[str, str]:
    """{name: path} of files with that content, which `stack` removes."""
    folder = stack.enter_context(TemporaryDirectory(prefix="dsock-build-"))
    paths = {name: f"{folder}/{name}" for name in files}
    for name, path in paths.items():
        with open(path, "wb") as file:
            file.write(files[name])
        os.chmod(path, mode)
    return paths


def _replaced(files: Iterable[Entry], added: dict[str, str]) -> Iterator[Entry]:
    """`files` with those that are `added` in the place of others, or at the end."""
    left = dict(added)
    for entry in files:
        yield Entry(left.pop(entry.name, entry.path), entry.name)
    yield from (Entry(path, name) for name, path in left.items())


def _gzip(blocks: Iterable[bytes]) -> Iterator[bytes]:
    import zlib

    packer = zlib.compressobj(wbits=31)
    for block in blocks:
        if out := packer.compress(block):
            yield out
    yield packer.flush()
