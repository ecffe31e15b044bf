"""`walkthrough` on real engines, in front of a person and on a pipe."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator

import pytest

from dsock.render.width import char_width
from tests.engine.live import LiveEngine
from tests.screen import Screen, Terminal

ARGV = [sys.executable, "-m", "dsock", "walkthrough"]
MADE = ("ps", "-aq", "--filter", "label=dsock.walkthrough")
KEYS = {"en": "Enter plays it · q leaves", "ko": "Enter 실행 · q 그만두기"}


class Narrow(Screen):
    """A screen on which no line may be too long."""

    def _put(self, char: str) -> None:
        assert self.column + char_width(char) <= self.columns, self.lines[self.row] + char
        super()._put(char)


@pytest.fixture
def opened() -> Iterator[Callable[..., Terminal]]:
    """Runs the walkthrough on a terminal."""
    made: list[Terminal] = []

    def open_(engine: LiveEngine, *args: str, columns: int = 80) -> Terminal:
        terminal = Terminal([*ARGV, *args], engine.env, columns=columns)
        terminal.screen = Narrow(24, columns)
        made.append(terminal)
        return terminal

    yield open_
    for terminal in made:
        terminal.close()


def at(terminal: Terminal, number: int, lang: str = "en") -> None:
    """Go on to the question of a step."""
    for step in range(1, number + 1):
        terminal.until(rf"(?s) {step}/8 .*{KEYS[lang]}\Z")
        if step < number:
            terminal.type("\r")


def shown(terminal: Terminal) -> str:
    """All that was ever on the screen."""
    text = "\n".join([*terminal.screen.above, terminal.screen.text()])
    return text.replace("\0", "")


def test_on_a_pipe_it_is_plain_text_of_all_steps(any_engine: LiveEngine) -> None:
    done = any_engine.dsock("walkthrough")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^ (\d/8)  ", done.stdout, re.M) == [f"{n}/8" for n in range(1, 9)]
    assert "\x1b" not in done.stdout
    calls = re.findall(r"^→ (\w+) (\S+)\n← (\d+)", done.stdout, re.M)
    assert all(method == "DELETE" and status < "300" for method, _, status in calls[8:])
    assert [
        (method, path.partition("?")[0].rpartition("/")[2], status)
        for method, path, status in calls[:8]
    ] == [
        ("GET", "_ping", "200"),
        ("POST", "create", "201"),
        ("GET", "json", "200"),
        ("POST", "start", "204"),
        ("GET", "json", "200"),
        ("POST", "create", "201"),
        ("POST", "start", "204"),
        ("GET", "events", "200"),
    ]
    assert len(calls) == 10
    events = re.findall(r"● (container \w+) +((?:first|web)-\w{4})", done.stdout)
    first = [what for what, who in events if who.startswith("first-")]
    assert [what for what in first if what in ("container create", "container start")] == [
        "container create",
        "container start",
    ]
    assert any(re.search("destroy|remove", what) for what in first)
    assert any_engine.docker(*MADE).stdout == ""


def test_dockers_three_events_of_run_come_in_their_order(engine: LiveEngine) -> None:
    done = engine.dsock("walkthrough", "--yes", "--lang", "ko")
    events = re.findall(r"● (\w+ \w+) .*web-", done.stdout)
    assert events[:3] == ["container create", "network connect", "container start"]
    assert "컨테이너 만들기" in done.stdout
    drawn = re.findall(r"├─+ (create|connect|start|kill SIGKILL|destroy) ?", done.stdout)
    assert drawn[:3] == ["create", "connect", "start"]


@pytest.mark.parametrize(("lang", "columns"), [("en", 80), ("ko", 80), ("en", 60), ("ko", 120)])
def test_enter_goes_through_all_steps_and_no_line_is_too_long(
    engine: LiveEngine, opened: Callable[..., Terminal], lang: str, columns: int
) -> None:
    terminal = opened(engine, "--lang", lang, columns=columns)
    at(terminal, 8, lang)
    terminal.type("\r")
    assert terminal.ends() == 0
    text = shown(terminal)
    assert "from dsock.api import containers" in text
    assert KEYS[lang] not in text
    assert re.search(r"first-\w{4} +nginx +Created", text)
    assert engine.docker(*MADE).stdout == ""


@pytest.mark.parametrize("number", [2, 5, 8])
def test_ctrl_c_at_a_step_leaves_nothing_behind(
    engine: LiveEngine, opened: Callable[..., Terminal], number: int
) -> None:
    terminal = opened(engine)
    at(terminal, number)
    terminal.type("\x03")
    assert terminal.ends() == 130
    assert ("Removed again: " in shown(terminal)) is (number > 2)
    assert engine.docker(*MADE).stdout == ""


@pytest.mark.parametrize("key", ["q", "\x04"])
def test_q_and_ctrl_d_leave(engine: LiveEngine, opened: Callable[..., Terminal], key: str) -> None:
    terminal = opened(engine)
    at(terminal, 3)
    terminal.type(key)
    assert terminal.ends() == 0
    assert re.search(r"Removed again: first-\w{4}\.\Z", shown(terminal))
    assert engine.docker(*MADE).stdout == ""


def test_what_a_killed_one_has_left_is_found_and_removed(
    engine: LiveEngine, opened: Callable[..., Terminal]
) -> None:
    terminal = opened(engine)
    at(terminal, 3)
    terminal.process.kill()
    terminal.process.wait()
    assert engine.docker(*MADE).stdout != ""
    terminal = opened(engine)
    terminal.until("dsock walkthrough\\s--clean removes them")
    terminal.type("q")
    assert terminal.ends() == 0
    done = engine.dsock("walkthrough", "--clean")
    assert re.fullmatch(r"first-\w{4}\n", done.stdout), done.stderr
    assert engine.docker(*MADE).stdout == ""


def test_a_reader_that_goes_away_leaves_nothing_behind(engine: LiveEngine) -> None:
    line = f"{sys.executable} -m dsock walkthrough | head -12"
    done = engine.run(["sh", "-c", line])
    assert done.stderr == ""
    assert engine.docker(*MADE).stdout == ""


def test_sigterm_cleans_up_too(engine: LiveEngine, opened: Callable[..., Terminal]) -> None:
    terminal = opened(engine)
    at(terminal, 5)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ends() == 128 + signal.SIGTERM
    assert engine.docker(*MADE).stdout == ""


def test_without_nginx_and_a_registry_it_is_played_with_another_image(
    private_engine: Callable[[], LiveEngine],
) -> None:
    engine = private_engine()
    assert engine.docker("rmi", "nginx").returncode == 0
    done = engine.dsock("walkthrough")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nginx cannot be pulled here, so this is played with busybox:latest." in done.stdout
    assert re.search(r"\$ dsock run .* busybox:latest httpd -f\n", done.stdout)
    assert engine.docker("ps", "-aq").stdout == ""
    engine.docker("rmi", "busybox")
    done = engine.dsock("walkthrough")
    assert done.returncode == 1
    assert re.match("this engine has no image.*\nhint: dsock walkthrough --sandbox", done.stderr)


def test_a_port_that_is_taken_is_left_alone(engine: LiveEngine) -> None:
    taken = engine.docker("run", "-d", "-p", "8080:80", "nginx").stdout.strip()
    done = engine.dsock("walkthrough")
    engine.docker("rm", "-f", taken)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\$ dsock run .* -p 80 ", done.stdout)


def test_a_step_that_fails_says_so_and_leaves_nothing(
    private_engine: Callable[[], LiveEngine],
) -> None:
    engine = private_engine()
    engine.docker("rmi", "nginx")
    broken = engine.docker("create", "busybox").stdout.strip()
    engine.docker("commit", "-c", 'ENTRYPOINT ["/no/such/file"]', broken, "nginx")
    engine.docker("rm", broken)
    done = engine.dsock("walkthrough")
    assert done.returncode == 1
    assert "← 400 Bad Request" in done.stdout
    assert done.stderr.startswith("Error response from daemon: ") and "/no/such" in done.stderr
    assert engine.docker("ps", "-aq").stdout == ""


def test_it_can_be_played_on_an_engine_of_its_own(engine: LiveEngine) -> None:
    done = engine.dsock("walkthrough", "--sandbox", "--yes", "--lang", "ko")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^Docker/\S+, unix:///run/dsock/run-", done.stdout, re.M)
    assert " 8/8  모두 지우기\n" in done.stdout


def test_its_dry_run_is_a_script_that_does_the_same(engine: LiveEngine) -> None:
    done = engine.dsock("--dry-run", "walkthrough")
    ran = engine.run(["sh"], input=done.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "/start" in done.stdout
    assert engine.docker(*MADE).stdout == ""
