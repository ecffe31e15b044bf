"""login and logout beside docker's own, at a real registry that asks for a password."""

from __future__ import annotations

import json
import os
import pty
import select
import shlex
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine import registries
from tests.engine.live import LiveEngine
from tests.test_registry import HELPER

REGISTRY = "127.0.0.1:5055"
# With credentials in it, docker keeps new ones in this file, not in a helper of this host.
OTHER = {"auths": {"other.example": {"auth": "YTpi"}}}
LIMIT = 60.0


@pytest.fixture(scope="module")
def locked(
    live_engines: Callable[[str], LiveEngine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveEngine]:
    """An engine with a registry in its network that wants to know who comes."""
    engine = live_engines("docker-20.10")
    folder = tmp_path_factory.mktemp("registry")
    registry = registries.start(engine, folder, REGISTRY, locked=True)
    yield engine
    registry.kill()
    registry.wait()


class Home:
    """A folder of docker's configuration, and the environment that names it."""

    def __init__(self, engine: LiveEngine, folder: Path, config: object = OTHER) -> None:
        folder.mkdir()
        self.file = folder / "config.json"
        if config is not None:
            self.file.write_text(json.dumps(config, indent="\t"))
            self.file.chmod(0o600)
        self.env = {**engine.env, "DOCKER_CONFIG": str(folder)}

    def config(self) -> object:
        return json.loads(self.file.read_text()) if self.file.exists() else None


# Lines of one user after another; the text behind < is stdin.
LINES = """
login -u alice -p s3cret REGISTRY
login -u alice --password-stdin REGISTRY < s3cret
login -u alice --password-stdin REGISTRY < s3cret\\r\\n
login -u bob --password-stdin REGISTRY < ~~~???>>>ÿ
login -u alice --password-stdin http://REGISTRY/ < s3cret
login --username alice --password s3cret https://REGISTRY/v1/
login -u alice --password-stdin REGISTRY < nope
login -u alice --password-stdin REGISTRY < s3cret\\n\\n
login -u alice --password-stdin REGISTRY < \\ns3cret\\x20\\t
login -u alice --password-stdin REGISTRY <
login -u alice -p s3cret REGISTRY; login REGISTRY
login -u alice -p s3cret REGISTRY; login -u alice REGISTRY
login -u alice -p s3cret REGISTRY; login -u bob -p nope REGISTRY
login -u alice -p s3cret REGISTRY; login -u bob --password-stdin REGISTRY < ~~~???>>>ÿ
login -u alice -p s3cret REGISTRY; login -u alice -p s3cret REGISTRY
login -u alice -p s3cret REGISTRY; logout REGISTRY
login -u alice -p s3cret REGISTRY; logout http://REGISTRY/
login -u alice -p s3cret REGISTRY; logout
login REGISTRY
login -u alice REGISTRY
login -p s3cret REGISTRY
login --password-stdin REGISTRY < s3cret
login -u alice -p x --password-stdin REGISTRY < s3cret
login -u '' -p x REGISTRY
login -u alice -p '' REGISTRY
login -u alice -p x 127.0.0.1:1
login -u alice -p x 'no host'
login a b
login --nosuch
logout
logout REGISTRY
logout other.example
logout other.example; logout other.example
logout a b
"""


@pytest.mark.parametrize("lines", LINES.strip("\n").splitlines())
def test_docker_and_dsock_say_and_keep_the_same(locked, tmp_path, lines):
    told = []
    for run in (locked.docker, locked.dsock):
        home = Home(locked, tmp_path / run.__name__)
        for line in lines.replace("REGISTRY", REGISTRY).split("; "):
            words, _, text = line.partition(" <")
            text = text.strip(" ").encode().decode("unicode_escape").encode("latin-1").decode()
            done = run(*shlex.split(words), env=home.env, input=text)
            told.append((done.stdout, done.returncode, bool(done.stderr), done.stderr))
        mode = home.file.stat().st_mode & 0o777
        told.append((home.config(), mode))
    half = len(told) // 2
    docker, dsock = told[:half], told[half:]
    assert [item[:3] for item in dsock] == [item[:3] for item in docker], (docker, dsock)


def test_the_file_is_byte_for_byte_dockers_where_it_is_new(locked, tmp_path):
    texts = []
    for run in (locked.docker, locked.dsock):
        home = Home(locked, tmp_path / run.__name__, config=None)
        home.env["PATH"] = without_helpers(tmp_path / "bin")
        done = run("login", "-u", "alice", "-p", "s3cret", REGISTRY, env=home.env)
        assert done.stdout == "Login Succeeded\n"
        assert "stored unencrypted" in done.stderr
        texts.append(home.file.read_bytes())
        assert home.file.stat().st_mode & 0o777 == 0o600
    assert texts[0] == texts[1]


def without_helpers(folder: Path) -> str:
    """A PATH with nothing in it but what starts dsock."""
    folder.mkdir(exist_ok=True)
    return str(folder)


@pytest.mark.parametrize(("user", "password"), registries.USERS.items())
def test_who_has_logged_in_may_push_and_pull(locked, tmp_path, user, password):
    home = Home(locked, tmp_path / "home")
    name = f"{REGISTRY}/login/{user}:1"
    assert locked.dsock("login", "-u", user, "-p", password, REGISTRY, env=home.env).returncode == 0
    locked.docker("tag", "busybox", name)
    try:
        pushed = locked.dsock("push", name, "--curl", env=home.env)
        assert pushed.returncode == 0, pushed.stderr
        assert password not in pushed.stderr
        assert '"$REGISTRY_AUTH"' in pushed.stderr
        locked.docker("rmi", name)
        pulled = locked.dsock("pull", "-q", name, env=home.env)
        assert (pulled.returncode, pulled.stdout) == (0, f"{name}\n")
        locked.docker("rmi", name)
        run = locked.dsock("run", "--rm", name, "echo", "hi", env=home.env)
        assert run.stdout == "hi\n"
        assert locked.dsock("logout", REGISTRY, env=home.env).returncode == 0
        refused = locked.dsock("pull", name, env=home.env)
        assert refused.returncode == 1
        assert f"hint: does it take another user? `dsock login {REGISTRY}`" in refused.stderr
    finally:
        locked.docker("rmi", name)


def test_a_helper_keeps_the_password_and_hands_it_out_to_both_programs(locked, tmp_path):
    home = Home(locked, tmp_path / "home", {"credHelpers": {REGISTRY: "fake"}})
    program = tmp_path / "docker-credential-fake"
    program.write_text(HELPER)
    program.chmod(0o755)
    home.env["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    done = locked.dsock("login", "-u", "alice", "-p", "s3cret", REGISTRY, env=home.env)
    assert (done.returncode, "unencrypted" in done.stderr) == (0, False)
    assert home.config() == {"credHelpers": {REGISTRY: "fake"}, "auths": {REGISTRY: {}}}
    for run in (locked.docker, locked.dsock):
        assert "Username: alice" in run("login", REGISTRY, env=home.env).stderr
    assert locked.dsock("logout", REGISTRY, env=home.env).returncode == 0
    assert json.loads((tmp_path / "kept.json").read_text()) == {}
    assert home.config() == {"credHelpers": {REGISTRY: "fake"}, "auths": {}}


def test_pass_keeps_the_password(locked, tmp_path):
    home = Home(locked, tmp_path / "home", config=None)
    gnupg = tmp_path / "gnupg"
    gnupg.mkdir(mode=0o700)
    home.env |= {"GNUPGHOME": str(gnupg), "PASSWORD_STORE_DIR": str(tmp_path / "store")}
    make = ["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "dsock", "future-default"]
    try:
        for argv in (make, ["pass", "init", "dsock"]):
            prepared = locked.run(argv, env=home.env)
            assert prepared.returncode == 0, prepared.stderr
        done = locked.dsock("login", "-u", "alice", "-p", "s3cret", REGISTRY, env=home.env)
        assert (done.returncode, done.stdout) == (0, "Login Succeeded\n"), done.stderr
        assert home.config() == {"auths": {REGISTRY: {}}, "credsStore": "pass"}
        for run in (locked.docker, locked.dsock):
            assert "Username: alice" in run("login", REGISTRY, env=home.env).stderr
        assert locked.dsock("logout", REGISTRY, env=home.env).returncode == 0
        assert not list((tmp_path / "store").rglob("*.gpg"))
    finally:
        locked.run(["gpgconf", "--kill", "gpg-agent"], env=home.env)


def test_a_dry_run_asks_and_keeps_nothing(locked, tmp_path):
    home = Home(locked, tmp_path / "home")
    for args in (("-u", "alice"), ("-u", "alice", "-p", "s3cret"), ()):
        done = locked.dsock("--dry-run", "login", *args, REGISTRY, env=home.env)
        assert done.returncode == 0
        assert '"$PASSWORD"' in done.stdout
        assert "s3cret" not in done.stdout + done.stderr
    env = {**home.env, "PASSWORD": "s3cret"}
    script = locked.dsock("--dry-run", "login", "-u", "alice", REGISTRY, env=home.env).stdout
    answer = locked.run(["sh"], input=script, env=env)
    assert json.loads(answer.stdout)["Status"] == "Login Succeeded"
    locked.dsock("--dry-run", "logout", "other.example", env=home.env)
    assert home.config() == OTHER


class Terminal:
    """dsock on a pty, typed at when it asks."""

    def __init__(self, home: Home, *args: str) -> None:
        ours, theirs = pty.openpty()
        self.fd, self.text = ours, ""
        self.tty = theirs  # kept open: its modes can be looked at to the end
        self.before = termios.tcgetattr(theirs)

        def settle() -> None:
            os.setsid()
            os.close(os.open(os.ttyname(0), os.O_RDWR))  # the controlling terminal, for ^C

        argv = [sys.executable, "-m", "dsock", *args]
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
        self.process = subprocess.Popen(argv, env=home.env, preexec_fn=settle, **streams)

    def until(self, text: str) -> None:
        deadline = time.monotonic() + LIMIT
        while text not in self.text:
            assert time.monotonic() < deadline, self.text
            if select.select([self.fd], [], [], 0.2)[0]:
                self.text += os.read(self.fd, 4096).decode()
            else:
                assert self.process.poll() is None, self.text

    def silent(self) -> None:
        deadline = time.monotonic() + LIMIT
        while termios.tcgetattr(self.tty)[3] & termios.ECHO:
            assert time.monotonic() < deadline, "the terminal still shows what is typed"
            time.sleep(0.01)

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def end(self) -> int:
        code = self.process.wait(LIMIT)
        while select.select([self.fd], [], [], 0)[0]:
            self.text += os.read(self.fd, 4096).decode()
        assert termios.tcgetattr(self.tty) == self.before
        return code


@pytest.fixture
def on_terminal(locked, tmp_path) -> Iterator[Callable[..., Terminal]]:
    made: list[Terminal] = []
    home = Home(locked, tmp_path / "home")

    def start(*args: str) -> Terminal:
        made.append(Terminal(home, *args))
        return made[-1]

    yield start
    for terminal in made:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.fd)
        os.close(terminal.tty)


def test_a_terminal_is_asked_and_the_password_not_shown(on_terminal):
    terminal = on_terminal("login", REGISTRY)
    terminal.until("Username: ")
    terminal.type("alice\n")
    terminal.until("Password: ")
    terminal.silent()
    terminal.type("s3cret\n")
    terminal.until("Login Succeeded")
    assert terminal.end() == 0
    assert "s3cret" not in terminal.text
    assert terminal.text.startswith("Username: alice\r\nPassword: \r\n")


def test_refused_credentials_are_asked_for_again(on_terminal, locked, tmp_path):
    terminal = on_terminal("login", REGISTRY)
    config = {"auths": {REGISTRY: {"auth": "YWxpY2U6bm9wZQ=="}}}  # alice:nope
    (tmp_path / "home" / "config.json").write_text(json.dumps(config))
    terminal.process.kill()
    terminal = on_terminal("login", REGISTRY)
    terminal.until("Username (alice): ")
    assert "401 Unauthorized" in terminal.text
    terminal.type("\n")
    terminal.until("Password: ")
    terminal.silent()
    terminal.type("s3cret\n")
    terminal.until("Login Succeeded")
    assert terminal.end() == 0


@pytest.mark.parametrize(
    ("keys", "message"),
    [("\n", "Non-null Username Required"), ("\x04", "Non-null Username Required")],
)
def test_no_name_is_no_login(on_terminal, keys, message):
    terminal = on_terminal("login", REGISTRY)
    terminal.until("Username: ")
    terminal.type(keys)
    terminal.until(message)
    assert terminal.end() == 1


def test_no_password_is_no_login(on_terminal):
    terminal = on_terminal("login", "-u", "alice", REGISTRY)
    terminal.until("Password: ")
    terminal.silent()
    terminal.type("\n")
    terminal.until("Password Required")
    assert terminal.end() == 1


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda terminal: terminal.type("\x03"), 130),
        (lambda terminal: terminal.process.send_signal(signal.SIGTERM), 143),
        (lambda terminal: terminal.process.send_signal(signal.SIGHUP), 129),
    ],
    ids=["ctrl-c", "SIGTERM", "SIGHUP"],
)
def test_the_terminal_shows_again_what_is_typed_whatever_ends_it(on_terminal, leave, code):
    terminal = on_terminal("login", "-u", "alice", REGISTRY)
    terminal.until("Password: ")
    terminal.silent()
    leave(terminal)
    assert terminal.end() == code
