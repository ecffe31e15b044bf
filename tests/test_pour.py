"""Bodies from a socket into files and pipes, plain and in frames."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from dsock.engine.pour import pour, pour_frames
from dsock.errors import BrokenOff, DsockError

DATA = os.urandom(1 << 16)
SIZES = [1, 4096, 7, 32768, 15, 16, 1, 28000]


def chunked(data: bytes = DATA, end: bytes = b"0\r\n\r\n") -> bytes:
    """`data` in chunks whose lengths have one to four digits, some with an extension."""
    out, at = b"", 0
    for size in SIZES * 9:
        if piece := data[at : at + size]:
            extension = b";a=b" if size == 7 else b""
            out += b"%x%b\r\n%b\r\n" % (len(piece), extension, piece)
            at += size
    assert at >= len(data)
    return out + end


def poured(wire: bytes, out: int, step: int = 1 << 20, early: int = 0, plain: bool = False) -> None:
    """Pour `wire` into `out`, sent in pieces of `step`, after `early` bytes that were read."""
    with sent(wire[early:], step) as ours:
        pour(ours, wire[:early], not plain, out)


@contextmanager
def sent(wire: bytes, step: int) -> Iterator[socket.socket]:
    """A socket to which `wire` comes."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        with theirs, suppress(OSError):
            for at in range(0, len(wire), step):
                theirs.sendall(wire[at : at + step])

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with ours:
            yield ours
    finally:
        sender.join()


@pytest.mark.parametrize(("step", "early"), [(1 << 20, 0), (997, 0), (4096, 5), (1 << 20, 30_000)])
def test_a_body_is_poured_whole_however_it_comes(tmp_path: Path, step: int, early: int) -> None:
    for wire, plain in [(chunked(), False), (DATA, True)]:
        with open(tmp_path / "out", "wb", buffering=0) as out:
            poured(wire, out.fileno(), step, early, plain)
        assert (tmp_path / "out").read_bytes() == DATA


def test_lines_that_come_byte_by_byte_are_understood(tmp_path: Path) -> None:
    with open(tmp_path / "out", "wb", buffering=0) as out:
        poured(b"b\r\nhello world\r\n1\r\n!\r\n0\r\n\r\n", out.fileno(), 1)
    assert (tmp_path / "out").read_bytes() == b"hello world!"


def test_what_the_kernel_does_not_splice_is_written(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"before")
    with open(tmp_path / "out", "ab", buffering=0) as out:  # O_APPEND
        poured(chunked(), out.fileno())
    assert (tmp_path / "out").read_bytes() == b"before" + DATA


@pytest.mark.parametrize("blocking", [True, False])
def test_a_pipe_gets_it_while_it_is_read(blocking: bool) -> None:
    end, begin = os.pipe()
    fcntl.fcntl(begin, fcntl.F_SETPIPE_SZ, 4096)  # so that there is not always room
    os.set_blocking(begin, blocking)

    def fill() -> None:
        poured(chunked(), begin)
        os.close(begin)

    filler = threading.Thread(target=fill)
    filler.start()
    with open(end, "rb") as reader:
        assert reader.read() == DATA
    filler.join()


def test_a_body_that_ends_too_early_is_broken_off(tmp_path: Path) -> None:
    whole = chunked()
    for length in (len(whole) - 5, 40_000, 4, 1, 0):
        with open(tmp_path / "out", "wb", buffering=0) as out, pytest.raises(BrokenOff):
            poured(whole[:length], out.fileno())
        assert DATA.startswith((tmp_path / "out").read_bytes())


@pytest.mark.parametrize("wire", [b"this is no length\r\n", b"-5\r\nhello\r\n", b"7" * 10_000])
def test_what_is_no_chunk_is_refused(tmp_path: Path, wire: bytes) -> None:
    with open(tmp_path / "out", "wb", buffering=0) as out, pytest.raises(DsockError, match="chunk"):
        poured(wire, out.fileno())


def test_a_full_disk_is_the_error_of_what_is_written() -> None:
    with open("/dev/full", "wb", buffering=0) as out, pytest.raises(OSError) as caught:
        poured(chunked(), out.fileno())
    assert caught.value.errno == errno.ENOSPC
    end, begin = os.pipe()
    os.close(end)
    with pytest.raises(BrokenPipeError):
        poured(chunked(), begin)
    os.close(begin)


OUT, ERR = 1, 2
FRAMES = [(OUT, 16384)] * 20 + [(OUT, 1), (ERR, 16384), (ERR, 16384), (OUT, 200_000), (OUT, 8192)]
FRAMES += [(ERR, 0), (OUT, 70_000), (OUT, 70_000), (ERR, 3), (OUT, 20_000), (OUT, 100)] * 3


def framed(frames: list[tuple[int, int]]) -> tuple[bytes, bytes, bytes]:
    """(frames of these streams and lengths, each in a chunk; what is in OUT; what is in ERR)"""
    wire, payloads = b"", {OUT: b"", ERR: b""}
    for number, (stream, length) in enumerate(frames):
        payload = DATA[number:] * 4
        payload = payload[:length]
        wire += b"%x\r\n" % (length + 8) + bytes((stream, 0, 0, 0)) + length.to_bytes(4, "big")
        wire += payload + b"\r\n"
        payloads[stream] += payload
    return wire, payloads[OUT], payloads[ERR]


@pytest.mark.parametrize(("step", "early"), [(1 << 20, 0), (997, 0), (16400, 5), (1 << 20, 30_000)])
def test_frames_are_poured_whole_however_they_come(
    capfdbinary: pytest.CaptureFixture[bytes], step: int, early: int
) -> None:
    wire, out, err = framed(FRAMES)
    wire += b"0\r\n\r\n"
    with sent(wire[early:], step) as ours:
        pour_frames(ours, wire[:early])
    assert capfdbinary.readouterr() == (out, err)


def test_what_comes_before_an_error_in_the_frames_is_poured(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    wire, out, err = framed(FRAMES)
    reason = b"the disk is on fire"
    wire += b"%x\r\n\3\0\0\0\0\0\0%c" % (len(reason) + 8, len(reason)) + reason + b"\r\n"
    with sent(wire, 1 << 20) as ours, pytest.raises(DsockError, match="disk is on fire"):
        pour_frames(ours, b"")
    assert capfdbinary.readouterr() == (out, err)


def test_frames_that_end_too_early_are_broken_off(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    wire, out, _ = framed([(OUT, 16384)] * 20)
    for length in (len(wire), len(wire) - 5, 300_000, 16400 * 18 + 3, 40_000, 4, 0):
        with sent(wire[:length], 1 << 20) as ours, pytest.raises(BrokenOff):
            pour_frames(ours, b"")
        shown = capfdbinary.readouterr().out
        assert out.startswith(shown) and length - len(shown) <= 21 * 16
