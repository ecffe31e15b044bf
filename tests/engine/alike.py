"""The same command line by docker and by dsock on the same engine."""

from __future__ import annotations

import difflib
import shlex
import time

from tests.engine.live import LiveEngine

# Ages ("5 seconds ago") move on between two runs; they are quiet once they count minutes.
PATIENCE = 90.0
# Go begins a small map at a random place: three times in four at the first, so that a dozen
# equal answers in a row are no proof yet that docker has but one.
OFTEN = 60


def check(engine: LiveEngine, line: str) -> None:
    """Assert that both print the same bytes and leave with the same exit code."""
    args = shlex.split(line)
    deadline = time.monotonic() + PATIENCE
    said: list[tuple[str, int]] = []
    while True:
        docker, dsock = engine.docker(*args), engine.dsock(*args)
        said.append((docker.stdout, docker.returncode))
        if said[-1] == (dsock.stdout, dsock.returncode):
            break
        firm = len(said) >= OFTEN and len(set(said[-OFTEN:])) == 1
        assert not firm and time.monotonic() < deadline, _difference(
            f"{docker.stdout}exit code {docker.returncode}\n",
            f"{dsock.stdout}exit code {dsock.returncode}\n{dsock.stderr}",
        )
    assert bool(dsock.stderr) == bool(docker.stderr), (docker.stderr, dsock.stderr)


def _difference(docker: str, dsock: str) -> str:
    lines = (text.splitlines(keepends=True) for text in (docker, dsock))
    return "".join(difflib.unified_diff(*lines, "docker", "dsock"))
