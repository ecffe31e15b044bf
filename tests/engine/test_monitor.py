"""`monitor` on a terminal, with real engines."""

from __future__ import annotations

import re
import signal
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.engine.live import LiveEngine
from tests.screen import Terminal

SCRIPT = "trap 'exit 5' TERM; echo hello from $HOSTNAME; while :; do sleep 0.1; done"


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"mon-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def opened(name: str) -> Iterator[Callable[..., Terminal]]:
    """Runs the monitor on an engine with a container of that name."""
    made: list[tuple[LiveEngine, Terminal]] = []

    def open_(engine: LiveEngine, columns: int = 100, flags: Iterable[str] = ()) -> Terminal:
        run = ("run", "-d", "--name", name, "-h", "me", "busybox", "sh", "-c", SCRIPT)
        done = engine.docker(*run)
        assert done.returncode == 0, done.stderr
        argv = [sys.executable, "-m", "dsock", *flags, "monitor"]
        made.append((engine, Terminal(argv, engine.env, columns=columns)))
        return made[-1][1]

    yield open_
    for engine, terminal in made:
        terminal.close()
        engine.docker("kill", name)
        engine.docker("rm", "-f", name)


def test_containers_are_watched_stopped_started_and_read(
    any_engine: LiveEngine, name: str, opened: Callable[..., Terminal]
) -> None:
    terminal = opened(any_engine)
    terminal.until(rf"{name} +● Up .* \d[\d.]*[KM]iB ")
    assert not terminal.is_as_before()
    terminal.type(f"/{name}\r")
    terminal.until(rf"\A.*\n.*NAME.*\n▸ {name} .*\n *(EVENTS.*)?\n")
    terminal.type("l")
    terminal.until("hello from me")
    terminal.type("\x1b")
    terminal.until("EVENTS")
    terminal.type("i")
    terminal.until('inspect of (.*\n)+ *"Created": ')
    terminal.type("q")
    terminal.until("EVENTS")
    terminal.type("s")
    terminal.until(f"stop {name}")
    terminal.type("y")
    terminal.until(f"POST /containers/{name}/stop · ")
    terminal.until(rf"{name} +● exit 5, ")
    terminal.until(rf"● container die +{name} +exit 5")
    terminal.type("u")
    terminal.until(rf"{name} +● Up ")
    terminal.resize(20, 60)
    terminal.until(r"(?m)\A(.{0,60}\n){19}.{0,60}\Z")
    terminal.until(rf"{name} +● Up ")
    terminal.type("?")
    terminal.until("pause it, or let it go on")
    terminal.type("qq")
    assert terminal.ends() == 0
    assert terminal.screen.text() == ""
    assert "25" in terminal.screen.modes


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(
    engine: LiveEngine, name: str, opened: Callable[..., Terminal], number: signal.Signals
) -> None:
    terminal = opened(engine)
    terminal.until(name)
    terminal.process.send_signal(number)
    assert terminal.ends() == 128 + number
    assert terminal.screen.text() == ""
    assert "25" in terminal.screen.modes


def test_an_engine_that_goes_away_is_waited_for(
    private_engine: Callable[[], LiveEngine], name: str, opened: Callable[..., Terminal]
) -> None:
    engine = private_engine()
    terminal = opened(engine)
    terminal.until(rf"{name} +● Up ")
    engine.kill()
    terminal.until(r"\A dsock monitor +● ")
    engine.start()
    terminal.until(r"\A dsock monitor +\d+ running")
    terminal.until(rf"{name} +● exit \d+, ")  # it went with its engine
    terminal.type("u")
    terminal.until(rf"{name} +● Up .* \d[\d.]*[KM]iB ")
    terminal.type("q")
    assert terminal.ends() == 0


def test_a_shell_is_opened_and_what_the_engine_refuses_is_said(
    engine: LiveEngine, name: str, opened: Callable[..., Terminal]
) -> None:
    terminal = opened(engine)
    terminal.until(name)
    terminal.type(f"/{name}\r")
    terminal.until(rf"▸ {name}")
    terminal.type("x")
    terminal.until(f"a shell in {name}: exit comes back(?s:.*)#$")
    terminal.type("echo $((6 * 7)); exit\r")
    terminal.until("EVENTS")
    terminal.type("Ky")
    terminal.until(rf"{name} +● exit 137")
    for key in "px":
        terminal.type(key)
        terminal.until(rf"{name}: Container [0-9a-f]{{12}} is not running")
        terminal.type("j")
        terminal.until(lambda text: "is not running" not in text)
    terminal.type("dy")
    terminal.until("no container fits the filter")
    terminal.type("\x03")
    assert terminal.ends() == 130
    assert "\n42" in terminal.screen.text()  # what the shell said; nothing of the monitor
    assert "MEMORY" not in terminal.screen.text()


def test_what_keys_did_is_printed_as_curl(
    engine: LiveEngine, name: str, opened: Callable[..., Terminal]
) -> None:
    terminal = opened(engine, columns=200, flags=["--curl"])
    terminal.until(name)
    terminal.type(f"/{name}\r")
    terminal.until(rf"▸ {name} +● Up")
    terminal.type("p")
    terminal.until(rf"POST /containers/{name}/pause · ")
    terminal.type("q")
    assert terminal.ends() == 0
    assert re.match(r"curl .* -X POST .*/containers/[0-9a-f]{64}/pause\Z", terminal.screen.text())
    engine.docker("unpause", name)


def test_its_calls_can_be_looked_at(engine: LiveEngine) -> None:
    done = engine.dsock("--dry-run", "monitor")
    assert done.returncode == 0
    assert "/containers/json?all=1" in done.stdout and "/events" in done.stdout


def test_a_pipe_is_no_place_for_it(engine: LiveEngine) -> None:
    done = engine.dsock("monitor")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.match("monitor needs a terminal\nhint: ", done.stderr)
