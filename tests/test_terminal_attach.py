"""run, start, attach and exec over the wire: the order of calls, streams both ways, exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from tests.scripted import LIMIT, Expected, Scripted, Stream, frame

ATTACH = "/containers/abc/attach?stream=1&stdout=1&stderr=1"
RECORD = {
    "Id": "abc",
    "State": {"Running": True, "Paused": False, "Restarting": False},
    "Config": {"Tty": False, "OpenStdin": False},
    "HostConfig": {"AutoRemove": False},
}


def container(
    engine: Scripted, attach: str = ATTACH, condition: str = "next-exit", **how: Any
) -> Expected:
    """Expect what `run` calls. The container is silent and ends with 3, if `how` says no more."""
    ends = how.pop("ends", [{"StatusCode": 3}])
    engine.expect("POST", "/containers/create", status=201, json={"Id": "abc", "Warnings": []})
    how.setdefault("upgrade", lambda stream: None)
    engine.expect("POST", attach, **how)
    begun = engine.expect("POST", "/containers/abc/start", status=204)
    wait = f"/containers/abc/wait?condition={condition}"
    engine.expect("POST", wait, chunks=[begun.called, *ends], cut=not ends)
    return begun


def test_run_attaches_and_waits_before_it_starts(scripted: Scripted) -> None:
    container(scripted)
    done = scripted.dsock("run", "busybox")
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    assert scripted.names == [
        "POST /containers/create",
        "POST /containers/abc/attach",
        "POST /containers/abc/wait",
        "POST /containers/abc/start",
    ]


def test_run_rm_waits_until_the_container_is_removed(scripted: Scripted) -> None:
    container(scripted, condition="removed")
    assert scripted.dsock("run", "--rm", "busybox").returncode == 3


def test_output_that_comes_with_the_101_is_not_lost(scripted: Scripted) -> None:
    container(scripted, early=frame(1, b"early\n"), upgrade=lambda s: s.send(frame(2, b"late\n")))
    done = scripted.dsock("run", "busybox")
    assert (done.stdout, done.stderr) == ("early\n", "late\n")


def test_frames_may_be_cut_anywhere(scripted: Scripted) -> None:
    def output(stream: Stream) -> None:
        for byte in frame(1, b"out") + frame(1, b"") + frame(2, b"err"):
            stream.send(bytes([byte]))

    container(scripted, upgrade=output)
    done = scripted.dsock("run", "busybox")
    assert (done.stdout, done.stderr) == ("out", "err")


def test_output_is_written_as_it_comes(scripted: Scripted) -> None:
    seen = threading.Event()

    def output(stream: Stream) -> None:
        stream.send(frame(1, b"first\n"))
        assert seen.wait(LIMIT)

    container(scripted, upgrade=output)
    process = scripted.start("run", "busybox")
    assert process.stdout is not None
    assert process.stdout.readline() == "first\n"
    seen.set()
    assert process.wait(LIMIT) == 3


def test_the_ends_of_the_input_and_of_the_output_are_apart(scripted: Scripted) -> None:
    received: list[bytes] = []

    def cat(stream: Stream) -> None:
        received.append(stream.read_all())
        stream.send(frame(1, received[0]))

    container(scripted, ATTACH + "&stdin=1", upgrade=cat)
    done = scripted.dsock("run", "-i", "busybox", "cat", input="typed\n")
    assert (done.stdout, received) == ("typed\n", [b"typed\n"])


def test_a_closed_stdin_is_an_empty_one(scripted: Scripted) -> None:
    def cat(stream: Stream) -> None:
        assert stream.read_all() == b""

    container(scripted, ATTACH + "&stdin=1", upgrade=cat)
    argv = ["sh", "-c", 'exec "$0" -m dsock run -i busybox <&-']
    assert _run(scripted, argv).returncode == 3


def test_an_end_of_the_container_does_not_wait_for_the_input(scripted: Scripted) -> None:
    container(scripted, ATTACH + "&stdin=1")
    process = scripted.start("run", "-i", "busybox")
    assert process.wait(LIMIT) == 3


def test_a_stream_that_ends_in_a_frame_is_broken(scripted: Scripted) -> None:
    container(scripted, upgrade=lambda stream: stream.send(frame(1, b"half")[:10]), ends=[])
    done = scripted.dsock("run", "busybox")
    assert done.returncode == 125
    assert "broke off" in done.stderr


def test_an_engine_that_goes_away_is_125(scripted: Scripted) -> None:
    container(scripted, ends=[])
    done = scripted.dsock("run", "busybox")
    assert done.returncode == 125
    assert "broke off" in done.stderr


def test_an_engine_that_cannot_tell_the_code_is_125(scripted: Scripted) -> None:
    container(scripted, ends=[{"StatusCode": 0, "Error": {"Message": "cannot remove"}}])
    done = scripted.dsock("run", "busybox")
    assert (done.returncode, done.stdout) == (125, "")
    assert "cannot remove" in done.stderr


def test_something_between_that_does_not_upgrade_is_named(scripted: Scripted) -> None:
    scripted.expect("POST", "/containers/create", status=201, json={"Id": "abc"})
    scripted.expect("POST", ATTACH, chunks=[b"x"])
    done = scripted.dsock("run", "busybox")
    assert done.returncode == 125
    assert "did not upgrade the connection" in done.stderr


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ('exec: "nosuch": executable file not found in $PATH: unknown', 127),
        ('exec: "/x": stat /x: no such file or directory: unknown', 127),
        ('exec: "/etc": permission denied: unknown', 126),
        ('exec: "/etc": is a directory: unknown', 126),
        ("driver failed programming external connectivity", 125),
    ],
)
def test_the_words_of_a_failed_start_give_the_exit_code(
    scripted: Scripted, reason: str, code: int
) -> None:
    scripted.expect("POST", "/containers/create", status=201, json={"Id": "abc"})
    scripted.expect("POST", "/containers/abc/start", status=400, json={"message": reason})
    done = scripted.dsock("run", "-d", "busybox")
    assert (done.returncode, done.stdout) == (code, "abc\n")
    assert done.stderr == f"Error response from daemon: {reason}\n"


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "USR1", "WINCH"])
def test_a_signal_goes_to_the_container(scripted: Scripted, name: str) -> None:
    kill = scripted.expect("POST", f"/containers/abc/kill?signal={name}", status=204)
    begun = container(scripted, upgrade=lambda _: kill.called.wait(LIMIT))
    process = scripted.start("run", "busybox")
    assert begun.done.wait(LIMIT)
    process.send_signal(signal.Signals["SIG" + name])
    assert process.wait(LIMIT) == 3


def test_a_window_that_changes_its_size_does_not_end_a_server(scripted: Scripted) -> None:
    # SIGWINCH has the lower number of the two: the engine would be told of it first.
    kill = scripted.expect("POST", "/containers/abc/kill?signal=PWR", status=204)
    begun = container(scripted, upgrade=lambda _: kill.called.wait(LIMIT))
    process = scripted.start("run", "busybox", stdin=os.openpty()[1])
    assert begun.done.wait(LIMIT)
    process.send_signal(signal.SIGWINCH)
    process.send_signal(signal.SIGPWR)
    assert process.wait(LIMIT) == 3


def test_the_third_interrupt_ends_dsock(scripted: Scripted) -> None:
    ended = threading.Event()
    kills = [
        scripted.expect("POST", "/containers/abc/kill?signal=INT", status=204) for _ in range(2)
    ]
    scripted.expect("POST", "/containers/abc/kill?signal=INT", status=204, repeat=True)
    begun = container(scripted, upgrade=lambda _: ended.wait(LIMIT))
    process = scripted.start("run", "busybox")
    assert begun.done.wait(LIMIT)
    for kill in kills:
        process.send_signal(signal.SIGINT)
        assert kill.called.wait(LIMIT)
    process.send_signal(signal.SIGINT)
    assert process.wait(LIMIT) == 1
    ended.set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_sig_proxy_a_signal_ends_dsock_alone(
    scripted: Scripted, number: signal.Signals
) -> None:
    ended = threading.Event()
    begun = container(scripted, upgrade=lambda _: ended.wait(LIMIT))
    process = scripted.start("run", "--sig-proxy=false", "busybox")
    assert begun.done.wait(LIMIT)
    process.send_signal(number)
    assert process.wait(LIMIT) == 128 + number
    ended.set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_exec_alone(scripted: Scripted, number: signal.Signals) -> None:
    ended = threading.Event()

    def stream(connection: Stream) -> None:
        connection.send(frame(1, b"ready\n"))
        ended.wait(LIMIT)

    scripted.expect("POST", "/containers/web/exec", status=201, json={"Id": "e1"})
    scripted.expect("POST", "/exec/e1/start", upgrade=stream)
    process = scripted.start("exec", "web", "daemon")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(LIMIT) == 128 + number
    ended.set()


def test_exec_gives_the_code_that_the_engine_has_for_it(scripted: Scripted) -> None:
    body = {"Cmd": ["ls", "-l"], "AttachStdout": True, "AttachStderr": True}
    scripted.expect("POST", "/containers/web/exec", body, status=201, json={"Id": "e1"})
    scripted.expect(
        "POST",
        "/exec/e1/start",
        {"Detach": False, "Tty": False},
        upgrade=lambda stream: stream.send(frame(1, b"out") + frame(2, b"err")),
    )
    scripted.expect("GET", "/exec/e1/json", json={"ExitCode": 42})
    done = scripted.dsock("exec", "web", "ls", "-l")
    assert (done.returncode, done.stdout, done.stderr) == (42, "out", "err")


def test_exec_that_closed_its_output_and_still_runs_is_0(scripted: Scripted) -> None:
    scripted.expect("POST", "/containers/web/exec", status=201, json={"Id": "e1"})
    scripted.expect("POST", "/exec/e1/start", upgrade=lambda stream: None)
    scripted.expect("GET", "/exec/e1/json", json={"ExitCode": None, "Running": True})
    assert scripted.dsock("exec", "web", "daemon").returncode == 0


def test_a_tty_is_refused_before_an_exec_is_made(scripted: Scripted) -> None:
    done = scripted.dsock("exec", "-it", "web", "sh")
    assert done.returncode == 1
    assert done.stderr.startswith("the input device is not a TTY\n")
    assert scripted.names == []


def test_start_attached_asks_what_the_container_is_first(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/web/json", json=RECORD)
    scripted.expect("POST", ATTACH, upgrade=lambda stream: stream.send(frame(1, b"out\n")))
    begun = scripted.expect("POST", "/containers/abc/start", status=204)
    scripted.expect(
        "POST",
        "/containers/abc/wait?condition=next-exit",
        chunks=[begun.called, {"StatusCode": 9}],
    )
    done = scripted.dsock("start", "-a", "web")
    assert (done.returncode, done.stdout) == (9, "out\n")


@pytest.mark.parametrize("state", ["Paused", "Restarting"])
def test_attach_refuses_what_has_no_running_process(scripted: Scripted, state: str) -> None:
    record = {**RECORD, "State": {**RECORD["State"], state: True}}  # type: ignore[dict-item]
    scripted.expect("GET", "/containers/web/json", json=record)
    done = scripted.dsock("attach", "web")
    assert done.returncode == 1
    assert f"cannot attach to a {state.lower()} container" in done.stderr


def test_attach_notices_a_container_that_stopped_meanwhile(scripted: Scripted) -> None:
    stopped = {**RECORD, "State": {**RECORD["State"], "Running": False}}  # type: ignore[dict-item]
    scripted.expect("GET", "/containers/web/json", json=RECORD)
    scripted.expect("POST", ATTACH, upgrade=lambda stream: stream.read_all())
    scripted.expect(
        "POST", "/containers/abc/wait?condition=not-running", chunks=[{"StatusCode": 0}]
    )
    scripted.expect("GET", "/containers/abc/json", json=stopped)
    done = scripted.dsock("attach", "web")
    assert done.returncode == 1
    assert "stopped container" in done.stderr


def test_invalid_detach_keys_are_refused_before_anything_is_made(scripted: Scripted) -> None:
    done = scripted.dsock("run", "--detach-keys", "bogus", "busybox")
    assert done.returncode == 1
    assert "invalid detach keys (bogus)" in done.stderr


def test_the_input_of_a_container_without_output_is_sent(scripted: Scripted) -> None:
    received = threading.Event()

    def take(stream: Stream) -> None:
        assert stream.read_all() == b"typed"
        received.set()

    attach = "/containers/abc/attach?stream=1&stdin=1"
    container(scripted, attach, upgrade=take, ends=[received, {"StatusCode": 3}])
    done = scripted.dsock("run", "-i", "-a", "stdin", "busybox", input="typed")
    assert (done.returncode, done.stdout) == (3, "")


def _run(engine: Scripted, argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*argv, sys.executable], env=engine.env, capture_output=True, text=True, timeout=LIMIT
    )
