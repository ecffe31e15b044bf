"""Fixtures of the tests on real engines."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.engine.live import LiveEngine

from dsock.sandbox import program


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where this run's engines have their sockets: a short path, as sockets need."""
    with tempfile.TemporaryDirectory(prefix="dsock-", dir="/run") as made:
        yield Path(made)


@pytest.fixture(scope="session")
def engine(folder: Path) -> Iterator[LiveEngine]:
    """Docker 20.10, shared by the whole run: use unique names, clean up."""
    live = LiveEngine(folder / "docker-20.10", program.docker())
    yield live
    live.stop()


@pytest.fixture
def private_engine(folder: Path) -> Iterator[Callable[[], LiveEngine]]:
    """Makes engines for one test that kills, restarts or fills them: `private_engine()`."""
    made: list[LiveEngine] = []

    def make(runs: program.Program | None = None) -> LiveEngine:
        live = LiveEngine(folder / f"private-{len(made)}", runs or program.docker())
        made.append(live)
        return live

    yield make
    for live in made:
        live.stop()
