"""The thread that reads a stream for a terminal that may be slow."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

from dsock.events.drain import Drain, Ended, Lost
from dsock.events.stream import State
from tests.scripted import LIMIT


def gate() -> tuple[Iterator[list[dict[str, Any]]], threading.Event]:
    done = threading.Event()

    def batches() -> Iterator[list[dict[str, Any]]]:
        for _ in range(10):
            yield [{}] * 10
        done.set()

    return batches(), done


def test_the_reader_never_waits_and_counts_what_it_has_no_room_for() -> None:
    drain = Drain(room=35)
    stream, done = gate()
    drain.start(stream)
    assert done.wait(LIMIT)
    items: list[Any] = []
    while not items or not isinstance(items[-1], Ended):
        items += drain.take(LIMIT)
    assert [len(item) for item in items[:3]] == [10, 10, 10]
    assert items[3:] == [Lost(70), Ended(None)]


def test_the_reader_hands_over_what_ended_it_and_keeps_the_order() -> None:
    drain = Drain()
    away = State(False, retry_seconds=1)

    def stream() -> Iterator[list[dict[str, Any]]]:
        yield [{"a": 1}]
        drain.put(away)
        yield [{"a": 2}]
        raise ValueError("broken")

    drain.start(stream())
    items: list[Any] = []
    while not items or not isinstance(items[-1], Ended):
        items += drain.take(LIMIT)
    assert items[:3] == [[{"a": 1}], away, [{"a": 2}]]
    assert isinstance(items[3].error, ValueError)


def test_taking_gives_up_when_nothing_comes() -> None:
    assert Drain().take(0.01) == []


def test_a_loss_that_is_over_is_told_once_before_its_turn() -> None:
    drain = Drain(room=35)
    stream, done = gate()
    drain.start(itertools.chain(stream, iter(threading.Event().wait, True)))
    assert done.wait(LIMIT)
    deadline = time.monotonic() + LIMIT
    while (lost := drain.lost()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert lost == Lost(70)
    assert drain.lost() is None
    assert not any(isinstance(item, Lost) for item in drain.take(LIMIT))
