"""Images for tests: the same on every engine and in every run, with layers that say something."""

from __future__ import annotations

from collections.abc import Iterable

from dsock.sandbox.archive import Member, file, folder, image
from tests.engine.live import LiveEngine

CREATED = 1_700_000_000
BASE = [folder("/etc"), file("/etc/motd", b"hello\n" * 100), file("/etc/gone", b"x" * 3000)]
NEXT = [file("/etc/motd", b"bye\n" * 10), file("/etc/.wh.gone", b""), file("/srv/big", b"y" * 5000)]


def load(engine: LiveEngine, name: str, *layers: list[Member]) -> None:
    """Load the image `name`:latest of `layers`, by default BASE and NEXT."""
    data = image(name, list(layers or (BASE, NEXT)), {"Cmd": ["/bin/sh"]}, CREATED)
    done = engine.docker("load", input=data, text=False)
    assert done.returncode == 0, done.stderr


def remove(engine: LiveEngine, names: Iterable[str]) -> None:
    """Remove images, if they are there, by all names that contain one of `names`."""
    shown = engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    found = [there for there in shown if any(name in there for name in names)]
    if found:
        engine.docker("rmi", "-f", *found)


def named(engine: LiveEngine, name: str) -> list[str]:
    """NAME:TAG and id of the images whose name contains `name`, in order."""
    shape = "{{.Repository}}:{{.Tag}} {{.ID}}"
    shown = engine.docker("images", "--no-trunc", "--format", shape).stdout.splitlines()
    return sorted(line for line in shown if name in line)
