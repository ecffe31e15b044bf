"""The engine's bytes, cut in every way that a socket may cut them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

import pytest

from dsock.engine import frames, wire
from dsock.errors import BrokenOff, DsockError

LAST = b"0\r\n\r\n"


class Reads:
    """A file that gives `data` in reads of at most `size` bytes."""

    def __init__(self, data: bytes, size: int = 1 << 16) -> None:
        self.blocks = iter(cut(data, size))

    def read1(self, size: int, /) -> bytes:
        block = next(self.blocks, b"")
        assert len(block) <= size
        return block


def chunk(payload: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(payload), payload)


def frame(payload: bytes, stream: int = frames.STDOUT) -> bytes:
    return bytes((stream, 0, 0, 0)) + len(payload).to_bytes(4, "big") + payload


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def streams(runs: Iterable[frames.Run]) -> tuple[bytes, bytes]:
    both = {frames.STDOUT: b"", frames.STDERR: b""}
    for run in runs:
        both[run.stream] += run.data
    return both[frames.STDOUT], both[frames.STDERR]


SIZES = (1, 2, 3, 5, 7, 11, 64, 1000, 1 << 16)
PAYLOADS = [b"a", b"with\r\nCRLF", b"", b"x" * 300, b"0\r\n\r\n", bytes(range(256)), b"y" * 3000]


@pytest.mark.parametrize("size", SIZES)
def test_dechunk_gives_the_payload_however_it_is_read(size: int) -> None:
    payloads = [p for p in PAYLOADS if p]  # an empty chunk is the end
    data = b"".join(map(chunk, payloads)) + LAST
    assert b"".join(wire.dechunk(Reads(data, size))) == b"".join(payloads)


def test_dechunk_hands_on_what_is_there_of_a_chunk() -> None:
    assert next(wire.dechunk(Reads(b"ffff\r\nhalf"))) == b"half"


def test_dechunk_reads_extensions_upper_case_and_trailers() -> None:
    data = b"A;name=value\r\n0123456789\r\n0;x\r\nTrailer: y\r\n\r\n"
    assert list(wire.dechunk(Reads(data))) == [b"0123456789"]


def test_dechunk_goes_on_from_what_was_read_before() -> None:
    assert b"".join(wire.dechunk(Reads(b"cd\r\n" + LAST), b"4\r\nab")) == b"abcd"


@pytest.mark.parametrize("data", [b"", b"5\r", b"5\r\nabc", b"5\r\nabcde", b"5\r\nabcde\r\n"])
def test_dechunk_tells_a_body_that_breaks_off(data: bytes) -> None:
    with pytest.raises(BrokenOff):
        list(wire.dechunk(Reads(data)))


@pytest.mark.parametrize("data", [b"HTTP/1.1 200 OK\r\n", b"\r\n", b"-5\r\nabcde\r\n"])
def test_dechunk_refuses_what_is_no_chunk(data: bytes) -> None:
    with pytest.raises(DsockError, match="not in chunks"):
        list(wire.dechunk(Reads(data)))


def apart(data: bytes, size: int) -> Iterator[frames.Run]:
    return frames.frames(cut(data, size))


def each_in_a_chunk(data: bytes, size: int) -> Iterator[frames.Run]:
    body, at = b"", 0
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        body += chunk(data[at:end])
        at = end
    return frames.chunked_frames(Reads(body + LAST, size))


def chunks_of_any_size(data: bytes, size: int) -> Iterator[frames.Run]:
    body = b"".join(map(chunk, cut(data, 13))) + LAST
    return frames.chunked_frames(Reads(body, size))


def header_and_payload_in_chunks(data: bytes, size: int) -> Iterator[frames.Run]:
    body, at = b"", 0
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        body += chunk(data[at : at + 8])
        body += chunk(data[at + 8 : end]) if end > at + 8 else b""
        at = end
    return frames.chunked_frames(Reads(body + LAST, size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "read", [apart, each_in_a_chunk, chunks_of_any_size, header_and_payload_in_chunks]
)
def test_frames_come_apart_however_they_are_read(
    read: Callable[[bytes, int], Iterator[frames.Run]], size: int
) -> None:
    both = [(p, s) for p in PAYLOADS for s in (frames.STDOUT, frames.STDERR, frames.STDOUT)]
    data = b"".join(frame(payload, stream) for payload, stream in both)
    out, err = streams(read(data, size))
    assert out == b"".join(p for p, s in both if s == frames.STDOUT)
    assert err == b"".join(p for p, s in both if s == frames.STDERR)


def test_frames_keep_the_order_of_the_two_streams() -> None:
    data = frame(b"1") + frame(b"2") + frame(b"3", frames.STDERR) + frame(b"4")
    expected = [(frames.STDOUT, b"12"), (frames.STDERR, b"3"), (frames.STDOUT, b"4")]
    assert [(run.stream, run.data) for run in frames.frames([data])] == expected
    assert [(run.stream, run.data) for run in each_in_a_chunk(data, 1 << 16)] == expected


def test_frames_come_with_the_read_that_ends_them() -> None:
    runs = frames.frames(iter([frame(b"one"), frame(b"two")[:4], frame(b"two")[4:]]))
    assert next(runs).data == b"one"
    assert next(runs).data == b"two"


def test_what_is_there_of_a_frame_is_handed_on() -> None:
    half = frame(b"x" * 1000)[:500]
    assert next(frames.frames(iter([half]))).data == b"x" * 492
    assert next(frames.chunked_frames(Reads(b"3f0\r\n" + half))).data == b"x" * 492


def test_frames_in_chunks_of_growing_length_are_told_apart() -> None:
    lines = [b"z" * n for n in (0, 1, 7, 8, 247, 248, 4087, 4088, 5000, 3, 300)] * 2
    data = b"".join(map(frame, lines))
    assert streams(each_in_a_chunk(data, 4096)) == (b"".join(lines), b"")


def test_frames_and_chunks_larger_than_a_read_come_whole() -> None:
    payload = bytes(range(256)) * 1000
    assert streams(each_in_a_chunk(frame(payload) * 2, 1 << 16)) == (payload * 2, b"")
    assert streams(apart(frame(payload) * 2, 1 << 16)) == (payload * 2, b"")
    assert b"".join(wire.dechunk(Reads(chunk(payload) * 2 + LAST))) == payload * 2


@pytest.mark.parametrize("keep", [3, 8, 10])
def test_frames_that_break_off_are_told(keep: int) -> None:
    with pytest.raises(BrokenOff):
        list(frames.frames([frame(b"whole"), frame(b"half")[:keep]]))
    with pytest.raises(BrokenOff):
        list(frames.chunked_frames(Reads(chunk(frame(b"whole")) + chunk(frame(b"half"))[:keep])))


def test_frames_that_end_without_the_last_chunk_broke_off() -> None:
    runs = frames.chunked_frames(Reads(chunk(frame(b"whole"))))
    assert next(runs).data == b"whole"
    with pytest.raises(BrokenOff):
        next(runs)


def test_a_stream_that_is_not_multiplexed_is_refused() -> None:
    with pytest.raises(DsockError, match="not multiplexed"):
        list(frames.frames([b"plain output of a terminal\r\n"]))


def test_an_error_inside_the_stream_is_raised_after_what_came_before() -> None:
    error = frame(b"disk is gone\n", frames.SYSTEM_ERROR)
    runs = frames.frames([frame(b"out") + error[:15], error[15:]])
    assert next(runs).data == b"out"
    with pytest.raises(DsockError, match="error from daemon in stream: disk is gone"):
        next(runs)


RECORDS = [{"a": 1}, {"b": 'é "\\ \u2028 😀 \n'}, {"c": {"d": [{}, "}"]}}, {"big": "x" * 100_000}]


def line(record: object) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 1 << 20])
def test_json_lines_come_out_however_they_are_cut(size: int) -> None:
    data = b"".join(map(line, RECORDS[:3])) * 3
    assert list(wire.json_lines(cut(data, size))) == RECORDS[:3] * 3


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1}\n{"a":2}\n',
        b'{"a":1}{"a":2}',
        b'{"a":1} {"a":2}\n',
        b'{"a":1}\r\n\r\n{"a":2}\r\n',
        b'\x1e{"a":1}\n\x1e{"a":2}\n',
        b'\n\n{"a":1}\n\n\n{"a":2}\n\n',
        b'{\n  "a": 1\n}\n{\n  "a": 2\n}\n',
        b'{"a":1}\n{"a":2}',
    ],
)
def test_json_lines_of_every_spelling(data: bytes) -> None:
    assert list(wire.json_lines([data])) == [{"a": 1}, {"a": 2}]


def test_a_record_over_many_blocks_comes_whole() -> None:
    data = b"".join(map(line, RECORDS))
    assert list(wire.json_lines(cut(data, 4096))) == RECORDS


def test_json_batches_give_what_a_block_completes() -> None:
    blocks = [b'{"a":1}\n{"a":2}\n{"a"', b":3", b'}\n{"a":4}', b"\n"]
    assert [[r["a"] for r in batch] for batch in wire.json_batches(blocks)] == [[1, 2], [3, 4]]


def test_bytes_that_are_no_utf8_do_not_end_the_stream() -> None:
    assert list(wire.json_lines([b'{"a":"\xff"}\n{"a":2}\n'])) == [{"a": "\ufffd"}, {"a": 2}]


def test_a_record_that_breaks_off_is_told_after_those_before_it() -> None:
    records = wire.json_lines([b'{"a":1}\n{"a":'])
    assert next(records) == {"a": 1}
    with pytest.raises(BrokenOff):
        next(records)


@pytest.mark.parametrize("data", [b"<html>\n", b'{"a":1}\nnot json\n', b"123\n", b"null\n"])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(DsockError, match=r"not (JSON|a JSON object)"):
        list(wire.json_lines([data]))


def test_a_record_without_an_end_is_refused() -> None:
    block = b"x" * (1 << 20)
    with pytest.raises(DsockError, match="more than 16 MiB"):
        list(wire.json_lines(block for _ in range(40)))


@pytest.mark.parametrize("size", [1, 7, 512])
def test_a_record_that_is_too_long_is_told_and_left_out(size: int) -> None:
    data = b'{"a":1}\n{"b":"' + b"x}" * 2_000 + b'"}\n\x1e{"a":"\xc3\xa9"}\n{"a":3}\n'
    sizes: list[int] = []
    batches = list(wire.json_batches(cut(data, size), 1000, sizes.append))
    assert [record["a"] for batch in batches for record in batch] == [1, "é", 3]
    assert len(sizes) == 1 and sizes[0] > 1000
