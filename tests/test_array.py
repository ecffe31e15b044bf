"""A JSON array that is decoded while it comes."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from dsock.engine import array
from dsock.engine.array import array_batches

ARRAYS: list[Any] = [
    [],
    None,
    [{}],
    [{"Id": "a"}],
    [{"Id": "a", "Names": ["/x"]}, {"Id": "b", "Names": None}],
    [{"Id": '},{"Id":'}, {"Id": '"},{"Id":"'}, {"Id": "\\"}, {"Id": "ü\u202e\n"}],
    [{"Id": 1, "In": [{"Id": 2}, {"Id": 3}]}, {"Id": 4, "In": [{"Id": 5}, {"Id": 6}]}],
    [{"Id": 1, "In": {"Id": 2}}, {"Other": 1}, {"Id": 3}],
]


def all_of(blocks: list[bytes]) -> list[Any]:
    return [one for batch in array_batches(blocks) for one in batch]


@pytest.mark.parametrize("value", ARRAYS)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_the_objects_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, value: Any, indent: int | None, size: int
) -> None:
    monkeypatch.setattr(array, "ENOUGH", 1)
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, indent=indent, separators=separators).encode()
    assert all_of([text[at : at + size] for at in range(0, len(text), size)]) == (value or [])


@pytest.mark.parametrize(
    "text", ["", "[", '[{"Id":1}', '[{"Id":1},{"Id":', "<html>", '[{"Id":1}]x']
)
def test_what_is_no_json_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(array, "ENOUGH", 1)
    with pytest.raises(ValueError):
        all_of([text[at : at + 3].encode() for at in range(0, len(text), 3)])


def test_a_long_list_is_never_there_as_a_whole() -> None:
    record = json.dumps({"Id": "a" * 64, "Text": "x" * 1000}, separators=(",", ":")).encode()

    def blocks() -> Iterator[bytes]:
        yield b"[" + record
        for _ in range(1000):
            yield (b"," + record) * 20
        yield b"]"

    tracemalloc.start()
    try:
        count = sum(len(batch) for batch in array_batches(blocks()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_001
    assert peak < 4 << 20  # of 21 MB
