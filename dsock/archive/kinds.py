"""What an archive is by its first bytes, and what to do if the engine cannot read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsock.errors import ApiError

HEAD = 512  # a tar's first header
TAR = "tar"
_MAGIC = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd",
}  # fmt: skip


def kind(head: bytes) -> str:
    """TAR, the name of a compression, or "" for neither. An empty tar begins with zeros."""
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    empty = len(head) >= HEAD and not any(head[:HEAD])
    return TAR if empty or head[257:262] == b"ustar" else ""


def noted(blocks: Iterable[bytes]) -> tuple[Iterator[bytes], bytearray]:
    """`blocks`, and where their first bytes will be once they have passed."""
    head = bytearray()

    def passing() -> Iterator[bytes]:
        for block in blocks:
            if len(head) < HEAD:
                head.extend(block[: HEAD - len(head)])
            yield block

    return passing(), head


def explained(refusal: ApiError, head: bytes) -> ApiError:
    """The engine's `refusal` of an archive that begins with `head`, in one line, with advice."""
    lines = refusal.reason.splitlines() or [""]  # Podman goes on with all that it is not either
    told = ApiError(refusal.status, lines[0].rstrip(":"), refusal.call, refusal.body)
    told.hint = _advice(" ".join(lines), kind(head), bool(head)) or refusal.hint
    return told


def _advice(reason: str, kind: str, begun: bool) -> str | None:
    """What to do about an engine's `reason`, None if it has nothing to do with the format."""
    no_image = any(text in reason for text in ("no such file", "does not exist", "not a directory"))
    cut, damaged = "unexpected EOF" in reason, "invalid tar header" in reason
    if not (no_image or cut or damaged):
        return None
    if not begun:
        return "the archive is empty"
    if not kind:
        return "this is no tar archive, nor a compressed one"
    if cut:
        return "the archive ends too early: was it cut off?"
    if damaged:
        unread = "" if kind == TAR else f", or this engine cannot read {kind}"
        return f"the archive is damaged{unread}"
    return "save did not write this archive; import takes a tar of any file system"
