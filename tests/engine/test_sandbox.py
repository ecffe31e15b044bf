"""`dsock sandbox`: a real engine that leaves nothing behind."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine import engines

DSOCK = [sys.executable, "-m", "dsock"]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
# By this its traces are found from outside.
WHO = 'echo "$DOCKER_HOST $(readlink /proc/self/ns/net)"; '
# A container, one that is paused, and a process that nobody waits for.
BUSY = WHO + f"{engines.docker_cli()} run -d busybox sleep 1000; "
BUSY += f"{engines.docker_cli()} pause $({engines.docker_cli()} run -d busybox sleep 1000); "
BUSY += "setsid sleep 1000 >/dev/null 2>&1 & echo ready; "


def sandbox(*args, **how):
    plain = {"capture_output": True, "text": True, "timeout": 120, "env": CLEAN}
    return subprocess.run([*DSOCK, "sandbox", *args], check=False, **{**plain, **how})


def traces(text):
    """Everything on this machine that is still of the sandbox whose command printed WHO."""
    host, network = re.search(r"unix://(\S+) (net:\S+)", text).groups()
    folder = Path(host).parent
    found = [str(folder)] if folder.exists() else []
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/dsock-{folder.name}")]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().decode()
            if folder.name in line or os.readlink(process / "ns/net") == network:
                found.append(f"{process.name}: {line}")
        except OSError:
            continue  # it has ended
    return found


def wait_for(reached, seconds=60):
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_a_command_has_an_engine_of_its_own_and_nothing_stays(engine):
    script = BUSY + f"{engines.docker_cli()} run -d -p 8080:80 nginx && "
    script += "curl -sS --retry 20 --retry-all-errors http://127.0.0.1:8080; exit 7"
    images = ("--image", "busybox", "--image", "nginx")
    done = sandbox("run", "--engine", engine, *images, "--", "sh", "-c", script)
    assert done.returncode == 7, done.stderr
    assert "Welcome to nginx" in done.stdout
    assert traces(done.stdout) == []


@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_goes_to_the_command_and_nothing_stays(signo, tmp_path):
    script = BUSY + "trap 'echo told; exit 3' TERM HUP; while :; do sleep .05; done"
    out = tmp_path / "out"
    with out.open("w") as file:
        argv = [*DSOCK, "sandbox", "run", "--image", "busybox", "--", "sh", "-c", script]
        process = subprocess.Popen(argv, stdout=file, env=CLEAN)
    wait_for(lambda: "ready" in out.read_text())
    process.send_signal(signo)
    assert process.wait(60) == 3
    assert out.read_text().endswith("told\n")
    assert traces(out.read_text()) == []


def test_ctrl_c_reaches_the_command_once_and_nothing_stays():
    # The trap comes first: when "ready" is read, the key may be pressed.
    script = "n=0; trap 'n=$((n+1))' INT; " + BUSY + "while [ $n = 0 ]; do sleep .05; done; "
    script += "sleep .3; echo interrupted $n; exit 4"
    pid, terminal = pty.fork()
    if pid == 0:
        argv = [*DSOCK, "sandbox", "run", "--image", "busybox", "--", "sh", "-c", script]
        os.execve(argv[0], argv, CLEAN)
    text = ""
    while "ready" not in text:
        text += os.read(terminal, 4096).decode()
    os.write(terminal, b"\x03")
    while "interrupted" not in text:
        text += os.read(terminal, 4096).decode()
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert "interrupted 1" in text
    assert os.waitstatus_to_exitcode(status) == 4
    assert traces(text) == []


def test_a_killed_run_takes_its_processes_along_and_the_next_call_the_rest(tmp_path):
    out = tmp_path / "out"
    with out.open("w") as file:
        argv = [*DSOCK, "sandbox", "run", "--image", "busybox", "--", "sh", "-c", BUSY + "wait"]
        process = subprocess.Popen(argv, stdout=file, env=CLEAN)
    wait_for(lambda: "ready" in out.read_text())
    process.kill()
    process.wait()
    wait_for(lambda: not [trace for trace in traces(out.read_text()) if ": " in trace])
    assert sandbox("ls").returncode == 0
    assert traces(out.read_text()) == []


def test_another_engine_in_the_same_network_notices_nothing(private_engine):
    """A second dockerd beside it would flush the first one's rules and take its bridge away."""
    first = private_engine()
    first.docker("run", "-d", "-p", "8080:80", "nginx")
    look = "iptables-save | grep -v '^#' | sed 's/\\[.*//'; cut -d: -f1 /proc/net/dev; "
    look = ["sh", "-c", look + "cat /proc/net/route"]
    before = first.inside(look).stdout
    done = first.inside([*DSOCK, "sandbox", "run", "--image", "busybox", "--", "sh", "-c", BUSY])
    assert done.returncode == 0, done.stderr
    assert "docker0" in before
    assert first.inside(look).stdout == before
    assert "Welcome to nginx" in first.curl("http://127.0.0.1:8080")


def test_a_sandbox_stays_until_it_is_stopped():
    name = f"kept-{os.getpid()}"
    try:
        started = sandbox("start", name, "--image", "busybox")
        export = re.fullmatch(r"export DOCKER_HOST=(unix://\S+)\n", started.stdout)
        assert export, started.stderr
        again = sandbox("start", name)
        assert (again.returncode, again.stdout) == (1, "")
        assert f"sandbox {name} is running" in again.stderr
        rows = [json.loads(line) for line in sandbox("ls", "--format", "json").stdout.splitlines()]
        (row,) = [row for row in rows if row["Name"] == name]
        assert row["Host"] == export[1]
        assert row["Status"].startswith("Up ")
        inside = sandbox("exec", name, "sh", "-c", BUSY + "exit 5")
        assert inside.returncode == 5, inside.stderr
    finally:
        stopped = sandbox("stop", name)
    assert (stopped.returncode, stopped.stdout) == (0, f"{name}\n")
    assert traces(inside.stdout) == []
    assert sandbox("stop", name).returncode == 1


def test_the_images_are_the_same_each_time(engine, private_engine):
    listing = ("images", "--no-trunc", "--format", "{{.Repository}} {{.ID}}", "busybox")
    assert engine.docker(*listing).stdout == private_engine().docker(*listing).stdout != ""


def test_a_saved_image_is_loaded(engine, tmp_path):
    tar = tmp_path / "saved image.tar"
    engine.docker("tag", "busybox", "saved:1")
    engine.docker("save", "-o", str(tar), "saved:1")
    engine.docker("rmi", "saved:1")
    names = [engines.docker_cli(), "images", "--format", "{{.Repository}}:{{.Tag}}"]
    done = sandbox("run", "--image", str(tar), "--", *names)
    assert (done.returncode, done.stdout) == (0, "saved:1\n"), done.stderr


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("run", "--", "/no/such/program"), 127, "cannot run /no/such/program: No such file"),
        (("run", "--", "/etc"), 126, "cannot run /etc: Permission denied"),
        (("run", "--image", "/no.tar", "--", "true"), 1, "/no.tar: No such file or directory"),
        (
            ("run", "--engine", "rkt", "--", "true"),
            125,
            "Invalid value for '--engine': 'rkt' is not one of",
        ),
        (("run", "--", "sh", "-c", "kill -9 $$"), 137, ""),
        (("start", "a/b"), 1, "invalid name of a sandbox: 'a/b'"),
        (("exec", "nobody", "true"), 1, "no such sandbox: nobody"),
        (("stop", "nobody"), 1, "no such sandbox: nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(args, code, message):
    done = sandbox(*args)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr


def masked(script, *argv):
    """dsock sandbox with a part of this system hidden from it, for itself alone."""
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script + '; exec "$@"', "sh",
         *DSOCK, "sandbox", *argv],
        check=False, capture_output=True, text=True, timeout=120, env=CLEAN,
    )  # fmt: skip


def test_without_an_engine_it_says_what_to_install():
    hide = "mount --bind /dev/null /usr/sbin/dockerd; mount --bind /dev/null /usr/bin/podman"
    done = masked(hide, "run", "true")
    assert done.returncode == 1
    assert done.stderr == (
        "no engine is installed on this system\nhint: install it: apt-get install docker.io\n"
    )


def test_an_engine_that_fails_is_shown_with_its_words():
    script = "d=$(mktemp); echo '#!/bin/sh\necho no luck today >&2; exit 1' >$d; chmod +x $d; "
    done = masked(script + "mount --bind $d /usr/sbin/dockerd; rm $d", "run", "true")
    assert done.returncode == 1
    assert done.stderr == "the sandbox's engine ended at once; it said:\nno luck today\n"


def test_a_user_without_root_has_sandboxes_too(tmp_path):
    """The user is made for this test alone: over the system's tables, in a mount namespace."""
    for name, line in {
        "passwd": f"tester:x:4242:4242::{tmp_path}:/bin/sh",
        "group": "tester:x:4242:",
        "subuid": "tester:700000:65536",
        "subgid": "tester:700000:65536",
    }.items():
        (tmp_path / name).write_text(f"{Path('/etc', name).read_text()}{line}\n")
    script = "for name in passwd group subuid subgid; do "
    script += f"mount --bind {tmp_path}/$name /etc/$name; done; unset XDG_RUNTIME_DIR; "
    script += f"export HOME={tmp_path}; cd /; "
    if engines.CHECKOUT.is_relative_to("/root"):  # which users may not enter
        there = engines.CHECKOUT
        script += f"mount --bind {there} /mnt; mount -t tmpfs -o mode=755 tmpfs /root; "
        script += f"mkdir -p {there}; mount --bind /mnt {there}; "
    script += 'set -- setpriv --reuid 4242 --regid 4242 --clear-groups "$@"'
    done = masked(script, "run", "--image", "busybox", "--", "sh", "-c", BUSY)
    assert done.returncode == 0, done.stderr
    assert "unix:///tmp/dsock-4242/" in done.stdout
    assert traces(done.stdout) == []
