"""What tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripted import Scripted


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A scripted engine: see tests/scripted.py."""
    with Scripted() as engine:
        yield engine
