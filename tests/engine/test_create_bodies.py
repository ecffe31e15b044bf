"""What docker's own command line sends for each recorded line: the record is true, and current."""

from __future__ import annotations

import os
import shlex
import subprocess

from tests import create_lines as lines
from tests.engine import engines
from tests.scripted import Answer

ID = "a" * 64


def test_docker_sends_what_is_recorded(scripted, tmp_path):
    system = {"Api-Version": "1.51", "Ostype": "linux"}
    scripted.ping = Answer(body_bytes=b"OK", headers=system)
    scripted.anything = Answer(status=201, json={"Id": ID, "Warnings": []})
    here = lines.place(tmp_path)
    env = {"PATH": os.environ["PATH"], "DOCKER_HOST": scripted.host, **lines.ENVIRON}
    differences = []
    for row in lines.recorded():
        scripted.calls.clear()
        argv = [engines.docker_cli(), "create", *shlex.split(row["flags"]), "busybox"]
        done = subprocess.run(argv, cwd=here, env=env, capture_output=True, check=False)
        if done.returncode:
            sent = {"flags": row["flags"], "exit": done.returncode}
        else:
            body = lines.bare(scripted.calls[-1].json)
            sent = {"flags": row["flags"], "body": lines.placed(body, tmp_path)}
        if sent != row:
            differences.append((row, sent))
    assert not differences
