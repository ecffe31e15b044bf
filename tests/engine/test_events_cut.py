"""A stream of events over a connection that somebody cuts again and again, and whose socket is
another one each time."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from pathlib import Path

from dsock.relay import listen
from dsock.relay.beside import relaying
from tests.engine.live import LiveEngine

CUTS = 4
SECONDS = 60.0


def test_nothing_is_lost_or_told_twice_however_often_the_stream_is_cut(
    engine: LiveEngine, tmp_path: Path
) -> None:
    name = f"cut-{uuid.uuid4().hex[:6]}"
    made: list[str] = []

    def create() -> None:
        made.append(f"{name}-{len(made)}")
        engine.docker("volume", "create", made[-1])

    def told() -> list[str]:
        return [line for line in output.read_text().splitlines() if name in line]

    def until_told() -> None:
        deadline = time.monotonic() + SECONDS
        while len(told()) < len(made):
            assert time.monotonic() < deadline, (made, output.read_text(), errors.read_text())
            time.sleep(0.05)

    output, errors = tmp_path / "out", tmp_path / "err"
    real = engine.host.removeprefix("unix://")
    template = "{{.Type}} {{.Action}} {{.Actor.ID}}"
    argv = [sys.executable, "-m", "dsock", "events", "--follow", "--filter", "type=volume",
            "--since", "0", "--format", template]  # fmt: skip
    create()
    with listen.private_folder() as folder, output.open("w") as out, errors.open("w") as err:
        path = folder / "cut.sock"
        process = None
        for _ in range(CUTS):
            with listen.bound(path) as sock, relaying(sock, real):
                if process is None:
                    env = {**engine.env, "DOCKER_HOST": f"unix://{path}"}
                    process = subprocess.Popen(argv, stdout=out, stderr=err, env=env)
                create()
                until_told()
            create()  # while nobody listens
        with listen.bound(path) as sock, relaying(sock, real):
            until_told()
            assert process is not None
            process.terminate()
            process.wait(30)
    for volume in made:
        engine.docker("volume", "rm", volume)
    assert told() == [f"volume create {volume}" for volume in made]
    assert " gap " not in output.read_text()
