"""What commands call on a real engine is what their --help says that they call."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from dsock import endpoints, tree
from dsock.app import App
from dsock.cli import root
from tests.engine.live import LiveEngine
from tests.test_endpoints import pattern
from tests.test_help import TREE

# In this order, in one engine: NAME is a container that runs, FOLDER holds a Dockerfile.
LINES = """
run -d --name NAME busybox sleep 1000
--dry-run run -it --rm --name NAME-2 nosuch
--dry-run start -ai NAME
--dry-run attach NAME
ps
inspect NAME
inspect nosuch
container inspect NAME
container inspect --as run NAME
image inspect busybox
images
images --tree
history busybox
image explain busybox
info
version
where
logs NAME
--dry-run exec NAME true
exec -d NAME true
cp FOLDER/Dockerfile NAME:/x
cp NAME:/x FOLDER/y
top NAME
port NAME
diff NAME
update -c 512 NAME
pause NAME
unpause NAME
rename NAME NAME
commit NAME NAME
tag NAME NAME:2
save -o FOLDER/tar NAME
load -i FOLDER/tar
import FOLDER/tar NAME:3
push 127.0.0.1:1/nosuch
pull 127.0.0.1:1/nosuch
search nosuch
build FOLDER
rmi NAME NAME:2
network create NAME
network connect NAME NAME
network disconnect NAME NAME
network inspect NAME
network ls
network rm NAME
volume create NAME
volume inspect NAME
volume ls
volume ls --dry-run
volume rm NAME
system df
events --since 1 --until 2
restart -t 0 NAME
stop -t 0 NAME
start NAME
export -o FOLDER/tar NAME
kill NAME
wait NAME
--dry-run recreate NAME
--dry-run container prune
--dry-run system prune --volumes
create --name NAME-2 busybox
rm -f NAME NAME-2
"""


@pytest.fixture
def name(engine: LiveEngine, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "Dockerfile").write_text("FROM busybox\n")
    yield "endpoints"
    engine.docker("rm", "-f", "endpoints", "endpoints-2")
    engine.docker("rmi", "-f", "endpoints", "endpoints:2", "endpoints:3")
    engine.docker("network", "rm", "endpoints")
    engine.docker("volume", "rm", "-f", "endpoints")


def test_a_command_calls_no_other_endpoint_than_its_help_says(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    surprises, silent = [], []
    for line in LINES.strip().splitlines():
        argv = shlex.split(line.replace("FOLDER", str(tmp_path)).replace("NAME", name))
        calls = list(called(engine, argv))
        surprises += [(line, call) for call in calls if not told(argv, call)]
        if not calls:
            silent.append(line)
    assert (surprises, silent) == ([], [])


def called(engine: LiveEngine, argv: list[str]) -> Iterator[endpoints.Endpoint]:
    """The calls of a command line, run in this process: it is the calls that count here."""
    env = {"DOCKER_HOST": engine.host, "DOCKER_CONFIG": "/nonexistent"}
    done = CliRunner().invoke(root, ["--curl", *argv], obj=App(), env=env)
    for line in (done.stderr + done.stdout).splitlines():
        found = re.search(r"\bcurl -sSN? .*", line.partition("  # ")[0])
        if found:
            words = shlex.split(found[0].partition(" | ")[0].removesuffix("&"))
            url = next(word for word in reversed(words) if word.startswith("http://"))
            method = "HEAD" if "-I" in words else "PUT" if "-T" in words else "GET"
            method = "POST" if "-d" in words else method
            method = words[words.index("-X") + 1] if "-X" in words else method
            yield method, re.sub(r"^/v[\d.]+", "", urlsplit(url).path)


def told(argv: list[str], call: endpoints.Endpoint) -> bool:
    """True if the help of the command in `argv` has the endpoint that was called."""
    words = [word for word in argv if word != "--dry-run"]
    command = next(TREE[path] for size in (2, 1) if (path := tuple(words[:size])) in TREE)
    assert isinstance(command, tree.Command)
    method, path = call
    return any(
        method == known and re.fullmatch(pattern(template), path)
        for known, template in endpoints.of(command.module)
    )
