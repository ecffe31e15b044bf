"""Fixtures of the tests on real engines."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where this run's engines have their sockets: a short path, as sockets need."""
    assert os.getuid() == 0, "these tests start engines: run them as root"
    with tempfile.TemporaryDirectory(prefix="dsock-", dir="/run") as made:
        yield Path(made)


@pytest.fixture(scope="session")
def live_engines(folder: Path) -> Iterator[Callable[[str], LiveEngine]]:
    """The engine of a name, started when it is first asked for."""
    started: dict[str, LiveEngine] = {}

    def get(name: str) -> LiveEngine:
        if name not in started:
            started[name] = LiveEngine(folder / f"{name}-{os.getpid()}", engines.get(name))
        return started[name]

    yield get
    for live in started.values():
        live.stop()


@pytest.fixture
def engine(live_engines: Callable[[str], LiveEngine]) -> LiveEngine:
    """Docker 20.10, shared by the whole run: use unique names, clean up."""
    return live_engines("docker-20.10")


@pytest.fixture(params=engines.NAMES)
def any_engine(
    request: pytest.FixtureRequest, live_engines: Callable[[str], LiveEngine]
) -> LiveEngine:
    """Each engine in turn, shared by the whole run: use unique names, clean up."""
    return live_engines(request.param)


@pytest.fixture
def private_engine(folder: Path) -> Iterator[Callable[..., LiveEngine]]:
    """Makes engines for a test that kills, restarts or fills them: `private_engine()`."""
    made: list[LiveEngine] = []

    def make(name: str = "docker-20.10") -> LiveEngine:
        made.append(LiveEngine(folder / f"private-{len(made)}-{os.getpid()}", engines.get(name)))
        return made[-1]

    yield make
    for live in made:
        live.stop()
