"""`dsock render` on real engines."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dsock.api import containers, networks
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.engine.request import Request
from tests.engine import balanced
from tests.engine.live import LiveEngine

DSOCK = [sys.executable, "-m", "dsock"]
NAMES = "{% for c in containers if c.name.startswith(settings.of) %}{{ c.name }}\n{% endfor %}"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """The beginning of the names of a test's containers, which are removed after it."""
    wanted = "any_engine" if "any_engine" in request.fixturenames else "engine"
    engine: LiveEngine = request.getfixturevalue(wanted)
    made = f"render-{uuid.uuid4().hex[:8]}"
    yield made
    listed = engine.dsock("ps", "-aq", "--filter", f"name={made}").stdout.split()
    if listed:
        engine.dsock("rm", "-f", *listed)
    engine.dsock("network", "rm", "-f", made)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "names.j2"
    file.write_text(NAMES)
    return file


@contextmanager
def watching(engine: LiveEngine, *args: object) -> Iterator[Path]:
    """dsock render --watch beside the test; the file that its stderr goes to."""
    notes = engine.box.folder / f"render-{uuid.uuid4().hex}"
    argv = [*DSOCK, "render", "--watch", "--wait", "100ms:1s", *map(str, args)]
    with notes.open("wb") as stderr:
        process = subprocess.Popen(argv, env=engine.env, stderr=stderr)
    try:
        yield notes
        assert process.poll() is None, notes.read_text()
    finally:
        process.terminate()
        code = process.wait(30)
        told = notes.read_text()
        notes.unlink()
    assert code == 143, told


def until(reached: Callable[[], bool], what: Callable[[], str] = str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, what()
        time.sleep(0.02)


def holds(file: Path, text: str) -> None:
    """Wait until that is in the file."""
    until(lambda: file.exists() and file.read_text() == text, lambda: file.read_text())


def sleeper(engine: LiveEngine, name: str, *flags: str) -> None:
    # As the first process it is deaf to SIGTERM: a trap ends it at once.
    loop = "trap exit TERM; while :; do sleep 1 & wait; done"
    done = engine.dsock("run", "-d", "--name", name, *flags, "busybox", "sh", "-c", loop)
    assert done.returncode == 0, done.stderr


def test_a_file_is_written_once_and_keeps_its_mode(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    sleeper(engine, f"{name}-b")
    sleeper(engine, f"{name}-a")
    engine.dsock("create", "--name", f"{name}-c", "busybox")
    out = tmp_path / "out"
    out.write_text("old")
    out.chmod(0o640)
    args = [str(template), str(out), "--set", f"of={name}"]
    assert engine.dsock("render", *args).returncode == 0
    assert out.read_text() == f"{name}-a\n{name}-b\n"
    assert out.stat().st_mode & 0o777 == 0o640
    before = out.stat()
    again = engine.dsock("render", *args, "--reload", "false")
    assert (again.returncode, out.stat()) == (0, before), "the same is not written again"
    everything = engine.dsock("render", "--all", str(template), "--set", f"of={name}").stdout
    assert everything == f"{name}-a\n{name}-b\n{name}-c\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["names.j2", "out"]


def test_the_script_of_a_dry_run_does_what_the_command_does(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    sleeper(engine, name)
    out = tmp_path / "out"
    done = engine.dsock(
        "--dry-run", "render", "--watch", str(template), str(out), "--set", f"of={name}",
        "--check", "test -s {}", "--reload", f"touch {tmp_path}/told", "--signal", f"USR1={name}",
    )  # fmt: skip
    assert done.returncode == 0 and not out.exists(), done.stderr
    ran = engine.run(["sh", "-c", done.stdout])
    assert ran.returncode == 0, ran.stderr
    assert (out.read_text(), (tmp_path / "told").exists()) == (f"{name}\n", True)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["nowhere.j2"], 1, "nowhere.j2: No such file or directory"),
        (["nginx", "--check", "true {}"], 125, "need a file"),
        (["nginx", "/tmp/x", "--check", "true"], 125, "where the new file is named"),
        (["nginx", "/tmp/x", "--signal", "HUP"], 125, "no SIGNAL=CONTAINER"),
        (["nginx", "/tmp/x", "--reload", "'"], 125, "No closing quotation"),
        (["nginx", "--wait", "1"], 125, "no MIN:MAX"),
        (["nginx", "--set", "=x"], 125, "no NAME=VALUE"),
        (["nginx", "/nonexistent/x"], 1, "/nonexistent/x: No such file or directory"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    engine: LiveEngine, args: list[str], code: int, said: str
) -> None:
    done = engine.dsock("render", *args)
    assert done.returncode == code, done.stderr
    assert said in done.stderr.splitlines()[0]


def test_a_template_from_stdin_that_is_wrong_writes_nothing(
    engine: LiveEngine, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = engine.dsock("render", "-", str(out), input="\n{{ nope }}")
    assert (done.returncode, out.exists()) == (1, False)
    assert done.stderr == "<stdin>:2: 'nope' is undefined\n"


def test_the_file_follows_the_containers_and_their_networks(
    any_engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    template, out = tmp_path / "t.j2", tmp_path / "out"
    template.write_text(
        "{% for c in containers if c.name.startswith(settings.of) %}"
        "{{ c.name[settings.of|length:] }} {{ c.paused }} {{ c.networks|map(attribute='name')|"
        "select('equalto', settings.of)|list|length }}\n{% endfor %}"
    )
    client = Engine(parse(any_engine.host, "the test"))
    one = f"{name}-a"
    client.json(networks.create({"Name": name}))
    steps: list[tuple[Request, str]] = [
        (containers.start(one), "-a False 0\n"),
        (containers.rename(one, f"{name}-b"), "-b False 0\n"),
        (networks.connect(name, {"Container": f"{name}-b"}), "-b False 1\n"),
        (networks.disconnect(name, {"Container": f"{name}-b"}), "-b False 0\n"),
        (containers.pause(f"{name}-b"), "-b True 0\n"),
        (containers.unpause(f"{name}-b"), "-b False 0\n"),
        (containers.kill(f"{name}-b"), ""),
        (containers.start(f"{name}-b"), "-b False 0\n"),
        (containers.kill(f"{name}-b"), ""),
    ]
    client.json(containers.create({"Image": "busybox", "Cmd": ["sleep", "1000"]}, one))
    with watching(any_engine, template, out, "--set", f"of={name}"):
        holds(out, "")
        for request, text in steps:
            client.open(request).read()
            holds(out, text)


def test_none_of_many_that_start_meanwhile_is_missed(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    names = sorted(f"{name}-{at:02}" for at in range(25))
    client = Engine(parse(engine.host, "the test"))
    for one in names:
        body = {"Image": "busybox", "Cmd": ["sleep", "1000"], "HostConfig": {"NetworkMode": "none"}}
        client.json(containers.create(body, one))

    def start(some: list[str]) -> None:
        own = Engine(parse(engine.host, "the test"))
        for one in some:
            own.json(containers.start(one))

    threads = [threading.Thread(target=start, args=(names[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    with watching(engine, template, out, "--set", f"of={name}"):
        for thread in threads:
            thread.join()
        holds(out, "".join(f"{one}\n" for one in names))


def test_who_reads_the_file_never_sees_a_part_of_it(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    template, out = tmp_path / "t.j2", tmp_path / "out"
    # Some 16 KB that say the same from the first line to the last.
    template.write_text(
        "{% set here = containers|map(attribute='name')|select('in', [settings.a, settings.b]) %}"
        "{% set n = here|first %}{% for i in range(500) %}{{ n }} {{ '-' * 10 }}\n{% endfor %}"
    )
    names = [name, f"{name}-x"]
    sleeper(engine, name)
    with watching(engine, template, out, "--set", f"a={names[0]}", "--set", f"b={names[1]}"):
        until(out.exists)
        seen: set[str] = set()
        changes = threading.Event()

        def read() -> None:
            reads = 0
            while reads < 10_000 or not changes.is_set():
                seen.add(out.read_text())
                reads += 1

        reader = threading.Thread(target=read)
        reader.start()
        while reader.is_alive():
            engine.dsock("rename", *names)
            names.reverse()
            until(lambda: out.read_text().startswith(f"{names[0]} "))
            if len(seen) >= 2:
                changes.set()
        reader.join()
    whole = {f"{one} {'-' * 10}\n" * 500 for one in names}
    assert seen == whole


def test_a_check_that_fails_keeps_the_old_file_and_a_reload_is_tried_until_it_works(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    out, good, ready = tmp_path / "out", tmp_path / "good", tmp_path / "ready"
    out.write_text("old")
    log = tmp_path / "log"
    reload = f"sh -c 'echo try >>{log}; test -e {ready}'"
    args = ["--set", f"of={name}", "--check", f"sh -c 'echo \"$1\"; test -e {good}' sh {{}}"]
    sleeper(engine, name)
    with watching(engine, template, out, *args, "--reload", reload) as notes:
        until(lambda: "ended with 1" in notes.read_text(), notes.read_text)
        assert (out.read_text(), log.exists()) == ("old", False)
        good.touch()
        holds(out, f"{name}\n")
        until(lambda: log.exists() and log.read_text().count("try") >= 2, notes.read_text)
        ready.touch()
        tries = log.read_text().count("try")
        until(lambda: log.read_text().count("try") > tries, notes.read_text)
        engine.dsock("rename", name, f"{name}-2")
        holds(out, f"{name}-2\n")
        assert notes.read_text().count(" reload") == notes.read_text().count("hint") == 0
        assert notes.read_text().count("; test -e " + str(ready)) <= 2, "said once"


def test_a_bad_template_keeps_the_old_file_until_it_is_mended(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    template.write_text("{% for %}")
    out.write_text("old")
    sleeper(engine, name)
    with watching(engine, template, out, "--set", f"of={name}") as notes:
        until(lambda: "names.j2:1:" in notes.read_text(), notes.read_text)
        template.write_text(NAMES)
        holds(out, f"{name}\n")
        template.write_text("{{ containers[0].labels.nope }}" + NAMES)
        until(lambda: "there is no 'nope'" in notes.read_text(), notes.read_text)
        engine.dsock("rename", name, f"{name}-2")
        assert out.read_text() == f"{name}\n"
        template.write_text(NAMES)
        holds(out, f"{name}-2\n")
        assert notes.read_text().count("there is no 'nope'") == 1


def test_a_file_that_is_a_mount_is_written_in_place(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    sleeper(engine, name)
    real, out = tmp_path / "real", tmp_path / "out"
    for file in (real, out):
        file.write_text("something longer than what is written")
    render = shlex.join([*DSOCK, "render", str(template), str(out), "--set", f"of={name}"])
    line = f"mount --bind {real} {out} && {render}"
    done = engine.run(["unshare", "--mount", "sh", "-c", line])
    assert (done.returncode, real.read_text()) == (0, f"{name}\n"), done.stderr
    assert "written in place" in done.stderr


def test_a_file_that_a_container_has_mounted_is_written_so_that_it_sees_it(
    engine: LiveEngine, name: str, template: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.write_text("old")
    sleeper(engine, name, "-v", f"{out}:/out")
    done = engine.dsock("render", str(template), str(out), "--set", f"of={name}")
    assert f"it is mounted into {name} as a single file" in done.stderr
    assert engine.dsock("exec", name, "cat", "/out").stdout == f"{name}\n"


def test_what_changed_while_the_engine_was_away_is_in_the_file_when_it_is_back(
    private_engine: Callable[..., LiveEngine], template: Path, tmp_path: Path
) -> None:
    engine, out = private_engine(), tmp_path / "out"
    sleeper(engine, "x-a", "--restart", "always")
    sleeper(engine, "x-b")
    with watching(engine, template, out, "--set", "of=x-") as notes:
        holds(out, "x-a\nx-b\n")
        engine.kill()
        until(lambda: "connecting again" in notes.read_text(), notes.read_text)
        assert out.read_text() == "x-a\nx-b\n"
        engine.start()
        holds(out, "x-a\n")
        assert notes.read_text().count("connected again") == 1


def test_nginx_balances_what_runs_and_no_request_fails_while_containers_come_and_go(
    engine: LiveEngine, name: str, tmp_path: Path
) -> None:
    conf = tmp_path / "nginx.conf"
    lb = f"{name}-lb"

    def backend(which: str) -> None:
        page = f'echo {which} >/usr/share/nginx/html/index.html; exec nginx -g "daemon off;"'
        done = engine.dsock(
            "run", "-d", "--name", f"{name}-{which}", "-l", f"dsock.host={name}.test, _",
            "--health-cmd", "test ! -e /gone", "--health-interval", "300ms",
            "--health-retries", "1", "nginx", "sh", "-c", page,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def served() -> list[str]:
        return sorted(set(re.findall(rf'"{name}-(\w+)"', conf.read_text())))

    def serves(*wanted: str) -> None:
        until(lambda: served() == list(wanted), lambda: f"{served()} {notes.read_text()}")
        seconds = time.monotonic() - begin
        until(lambda: time.monotonic() - begin > seconds + 1)  # enough requests to see it

    def leave(which: str, *left: str) -> None:
        engine.dsock("exec", f"{name}-{which}", "touch", "/gone")
        serves(*left)
        assert engine.dsock("stop", f"{name}-{which}").returncode == 0
        engine.dsock("rm", f"{name}-{which}")

    backend("a")
    backend("b")
    assert engine.dsock("render", "nginx", str(conf)).returncode == 0
    engine.dsock("run", "-d", "--name", lb, "-p", "80", "-v", f"{tmp_path}:{tmp_path}",
                 "nginx", "nginx", "-c", str(conf), "-g", "daemon off;")  # fmt: skip
    port = engine.dsock("port", lb, "80").stdout.splitlines()[0].rpartition(":")[2]
    check = shlex.join([*DSOCK, "exec", lb, "nginx", "-t", "-c", "{}"])
    with watching(engine, "nginx", conf, "--check", check, "--signal", f"HUP={lb}") as notes:
        until(lambda: served() == ["a", "b"], notes.read_text)
        engine.curl(f"http://127.0.0.1:{port}/")  # up, and with both
        enter = ["nsenter", "--target", str(engine.box.init), "--net", sys.executable]
        client = subprocess.Popen(
            [*enter, balanced.__file__, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        begin = time.monotonic()
        backend("c")
        serves("a", "b", "c")
        leave("b", "a", "c")
        leave("c", "a")
        serves("a")
        out, _ = client.communicate(timeout=60)
    told = json.loads(out)
    assert told["failures"] == []
    answers, seconds = told["answers"], told["seconds"]
    # A machine with other things to do may not have the time for 200 in each second.
    assert max(Counter(int(at) for at, _ in answers).values()) >= 200
    assert len(answers) >= 1000
    assert {text for _, text in answers} == {"a", "b", "c"}
    assert {text for at, text in answers if at > seconds - 0.8} == {"a"}
