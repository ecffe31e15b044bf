"""What commands call on a real engine is what their --help says that they call."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dsock import endpoints, tree
from tests.engine.live import LiveEngine
from tests.test_endpoints import pattern
from tests.test_help import TREE

NAME = "endpoints"

# In this order, in one engine: `endpoints` is a container that runs.
LINES = """
run -d --name endpoints busybox sleep 1000
ps
inspect endpoints
inspect nosuch
images
info
where
logs endpoints
exec endpoints true
port endpoints
diff endpoints
pause endpoints
unpause endpoints
rename endpoints endpoints
commit endpoints endpoints-image
build FOLDER
events --since 1 --until 2
restart -t 0 endpoints
stop -t 0 endpoints
start endpoints
export -o /dev/null endpoints
kill endpoints
wait endpoints
start -a endpoints
create --name endpoints-2 busybox
pull 127.0.0.1:1/nosuch
rm -f endpoints endpoints-2
"""


@pytest.fixture
def clean(engine: LiveEngine) -> Iterator[LiveEngine]:
    yield engine
    engine.docker("rm", "-f", NAME, f"{NAME}-2")
    engine.docker("rmi", "-f", f"{NAME}-image")


def test_a_command_calls_no_other_endpoint_than_its_help_says(
    clean: LiveEngine, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox\n")
    surprises, silent = [], []
    for line in LINES.strip().splitlines():
        argv = shlex.split(line.replace("FOLDER", str(tmp_path)))
        dry = ["--dry-run"] if argv[:2] == ["start", "-a"] else []  # it would stay
        done = clean.dsock("--curl", *dry, *argv)
        calls = list(made(done.stderr + done.stdout))
        surprises += [(line, call) for call in calls if not told(argv, call)]
        if not calls:
            silent.append((line, done.stderr))
    assert (surprises, silent) == ([], [])


def told(argv: list[str], call: endpoints.Endpoint) -> bool:
    """True if the help of the command in `argv` has the endpoint that was called."""
    command = next(TREE[path] for size in (2, 1) if (path := tuple(argv[:size])) in TREE)
    assert isinstance(command, tree.Command)
    method, path = call
    return any(
        method == known and re.fullmatch(pattern(template), path)
        for known, template in endpoints.of(command.module)
    )


def made(text: str) -> Iterator[endpoints.Endpoint]:
    """(method, path) of each curl in `text`."""
    for line in text.splitlines():
        found = re.search(r"\bcurl -sSN? .*", line.partition("  # ")[0])
        if found:
            words = shlex.split(found[0].partition(" | ")[0].removesuffix("&"))
            url = next(word for word in reversed(words) if word.startswith("http://"))
            method = "HEAD" if "-I" in words else "PUT" if "-T" in words else "GET"
            method = "POST" if "-d" in words else method
            method = words[words.index("-X") + 1] if "-X" in words else method
            yield method, re.sub(r"^/v[\d.]+", "", urlsplit(url).path)
