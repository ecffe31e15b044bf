"""What tests share."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from tests.scripted import Scripted

# Where pytest runs as several processes, readline has given them the size of a terminal that none
# of them has.
for variable in ("COLUMNS", "LINES"):
    os.environ.pop(variable, None)


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A scripted engine: see tests/scripted.py."""
    with Scripted() as engine:
        yield engine


@pytest.fixture
def hold() -> Iterator[threading.Event]:
    """For an answer's `chunks`: keeps it open until it is set, at the test's end at the latest."""
    event = threading.Event()
    yield event
    event.set()
