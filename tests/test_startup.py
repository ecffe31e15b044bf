"""What a start costs: which modules are imported, as real runs tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripted import Scripted

TELL = "print(*(name for name, found in sys.modules.items() if found), file=sys.stderr)"
RUN = f"import sys; from dsock.cli import run; code = run(sys.argv[1:]); {TELL}; sys.exit(code)"
MAIN = f"import sys; from dsock.__main__ import main; main(); {TELL}"

SLOW = {"requests", "requests_unixsocket", "urllib3", "rich", "asyncio", "gotpl"}


def imported(
    engine: Scripted, *args: str, code: str = RUN, env: dict[str, str] | None = None
) -> set[str]:
    """The modules that are imported when dsock has run to its end; it must have had an output."""
    argv = [sys.executable, "-c", code, *args]
    env = {**engine.env, **(env or {})}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env)
    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("flag", ["--version", "-v"])
def test_the_version_is_told_before_click_is_imported(scripted: Scripted, flag: str) -> None:
    found = imported(scripted, flag, code=MAIN)
    assert "dsock" in found
    assert not found & {"click", "dsock.cli", *SLOW}


@pytest.mark.parametrize("argv", [["--help"], ["run", "--help"], ["container", "--help"]])
def test_help_imports_nothing_slow(scripted: Scripted, argv: list[str]) -> None:
    assert not imported(scripted, *argv) & SLOW


@pytest.mark.parametrize(
    "line", ["dsock ", "dsock st", "dsock container ", "dsock ps --", "dsock kill --signal "]
)
def test_tab_for_what_the_engine_is_not_asked_imports_nothing_slow(
    scripted: Scripted, line: str
) -> None:
    assert not tab(scripted, line) & SLOW


@pytest.mark.parametrize("line", ["dsock ", "dsock container ", "dsock container st"])
def test_tab_for_a_subcommand_imports_no_command(scripted: Scripted, line: str) -> None:
    found = tab(scripted, line)
    assert "dsock.commands.container" in found
    assert not {name for name in found if name.startswith("dsock.commands.container.")}


def tab(engine: Scripted, line: str) -> set[str]:
    at = str(len(line.split()) - (not line.endswith(" ")))
    env = {"_DSOCK_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": at}
    return imported(engine, env=env)


def test_ps_on_a_pipe_imports_neither_rich_nor_asyncio(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=[])
    found = imported(scripted, "ps")
    assert "requests" in found
    assert not found & {"rich", "asyncio", "gotpl", "dsock.terminal"}


def test_requests_comes_without_what_no_call_needs(scripted: Scripted) -> None:
    """Where this fails with new versions of requests or urllib3: see transport._light_import."""
    scripted.expect("GET", "/containers/json", json=[])
    found = imported(scripted, "ps")
    assert {"requests", "urllib3"} <= found
    assert not found & {"charset_normalizer", "chardet", "importlib.metadata", "h2"}


AFTERWARDS = """
import sys
from dsock.engine.endpoint import parse
from dsock.engine.transport import Transport

assert Transport(parse(sys.argv[1], "a test")).send("GET", "/_ping", {}).read() == b"OK"
assert "requests" in sys.modules
import charset_normalizer, importlib.metadata
print(charset_normalizer.from_bytes("ü".encode()).best().encoding)
print(importlib.metadata.version("requests") == sys.modules["requests"].__version__)
"""


def test_what_was_left_out_can_be_imported_afterwards(scripted: Scripted) -> None:
    argv = [sys.executable, "-W", "error", "-c", AFTERWARDS, scripted.host]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=scripted.env)
    assert (done.stdout, done.stderr) == ("utf_8\nTrue\n", "")


# A release that cannot do without what is left out, and says so in two ways.
DEMANDING = """
import charset_normalizer
import importlib.metadata
importlib.metadata.distribution("requests")
from requests import Session
"""


def test_a_library_that_needs_what_was_left_out_gets_it(scripted: Scripted, tmp_path: Path) -> None:
    package = tmp_path / "requests_unixsocket"
    package.mkdir()
    (package / "__init__.py").write_text(DEMANDING)
    code = "from dsock.engine.transport import load; load(); import requests_unixsocket as found"
    argv = [sys.executable, "-c", f"{code}; print(found.__file__)"]
    env = {**scripted.env, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env)
    assert (done.stdout, done.stderr) == (f"{package}/__init__.py\n", "")
