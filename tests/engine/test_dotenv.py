"""--dotenv-file: what the process in the container has."""

from __future__ import annotations

import re

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

FILE = """\
# for all
export ONE='1 # one'   # 1
TWO="${ONE}\\n2"
USER
"""


@pytest.fixture
def file(tmp_path) -> str:
    path = tmp_path / ".env"
    path.write_text(FILE)
    return str(path)


def test_run_create_and_exec_read_it(engine: LiveEngine, file: str) -> None:
    name = "dsock-test-dotenv"
    env = {**engine.env, "USER": "ann", "ONE": "of the shell"}
    show = ("sh", "-c", 'echo "$ONE|$TWO|$USER|$LAST"')
    flags = ("--dotenv-file", file, "-e", "LAST=3")
    wanted = "1 # one|of the shell\n2|ann|3\n"
    try:
        done = engine.dsock("run", "--rm", *flags, "busybox", *show, env=env)
        assert (done.stdout, done.stderr) == (wanted, "")
        engine.dsock("create", "--name", name, *flags, "busybox", *show, env=env)
        assert engine.docker("start", "-a", name).stdout == wanted
        engine.docker("rm", name)
        engine.docker("run", "-d", "--name", name, "busybox", "sleep", "1000")
        done = engine.dsock("exec", *flags, name, *show, env=env)
        assert (done.stdout, done.stderr) == (wanted, "")
    finally:
        engine.docker("rm", "-f", name)


@pytest.mark.parametrize(
    ("command", "code"), [(("run", "busybox"), 125), (("exec", "nosuch", "ls"), 1)]
)
def test_a_wrong_file_is_one_clear_line(engine: LiveEngine, tmp_path, command, code) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nB='2\n")
    done = engine.dsock(command[0], "--dotenv-file", str(path), *command[1:])
    assert done.returncode == code
    message, hint = done.stderr.splitlines()
    assert message == f"invalid dotenv file ({path}): line 2: the quote is not closed"
    assert hint.startswith("hint: ")


def test_the_readmes_line_works(engine: LiveEngine, file: str, tmp_path) -> None:
    text = (engines.CHECKOUT / "README.md").read_text()
    [line] = re.findall(r"^    dsock (.*--dotenv-file .*)$", text, re.MULTILINE)
    done = engine.dsock(*line.split(), cwd=tmp_path, env={**engine.env, "ONE": "1"})
    assert "TWO=1\n2\n" in done.stdout
