"""`dsock events` from one connection to a scripted engine, and the same as a library."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from typing import Any

import pytest

from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.errors import BrokenOff
from dsock.events import State, batches, follow
from tests.scripted import LIMIT, Answer, Scripted

T = 1_700_000_000_000_000_000


def event(n: int, **attributes: str) -> dict[str, Any]:
    return {
        "Type": "container",
        "Action": f"a{n}",
        "Actor": {"ID": "c1", "Attributes": attributes},
        "scope": "local",
        "time": T // 10**9,
        "timeNano": T + n,
    }


def read(process: subprocess.Popen[str], lines: int) -> list[str]:
    """That many lines of a running process's stdout."""
    assert process.stdout is not None
    descriptor, data = process.stdout.fileno(), b""
    deadline = time.monotonic() + LIMIT
    while data.count(b"\n") < lines:
        ready, _, _ = select.select([descriptor], [], [], deadline - time.monotonic())
        block = os.read(descriptor, 65536) if ready else b""
        assert block, f"only {data!r} came"
        data += block
    return data.decode().splitlines()


def actions(lines: list[str]) -> list[str]:
    return [line.split()[2] for line in lines]


def interrupted(process: subprocess.Popen[str]) -> str:
    """Ctrl-C; what the process still said on stderr. It has to be gone within moments."""
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert rest == ""
    assert "Traceback" not in errors
    assert time.monotonic() - start < LIMIT / 2
    return errors.removesuffix("\n")  # below the ^C of a terminal


def test_an_event_is_printed_while_the_stream_is_still_open(
    scripted: Scripted, hold: threading.Event
) -> None:
    scripted.expect("GET", "/events", chunks=[event(1), hold])
    process = scripted.start("events")
    assert actions(read(process, 1)) == ["a1"]
    assert interrupted(process) == ""


def test_events_ends_with_the_engines_stream(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=[event(1)])
    done = scripted.dsock("events", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == event(1)


@pytest.mark.parametrize("rest", [[], [b'{"Type":"cont']])
def test_events_fails_when_the_connection_breaks_off(scripted: Scripted, rest: list[Any]) -> None:
    scripted.expect("GET", "/events", chunks=[event(1), *rest], cut=True)
    done = scripted.dsock("events")
    assert actions(done.stdout.splitlines()) == ["a1"]
    assert done.returncode == 1
    assert done.stderr.startswith("the connection to the engine broke off")


def test_an_event_over_several_chunks_is_one(scripted: Scripted) -> None:
    data = json.dumps(event(1, name="né"), ensure_ascii=False).encode() + b"\n"
    scripted.expect("GET", "/events", chunks=[data[i : i + 1] for i in range(len(data))])
    assert "(name=né)" in scripted.dsock("events").stdout


def test_an_event_that_is_too_long_is_a_gap_and_the_stream_goes_on(scripted: Scripted) -> None:
    long = [b'{"Type":"', *[b"x" * (1 << 20)] * 5, b'"}\n']
    scripted.expect("GET", "/events", chunks=[event(1), *long, event(2)])
    done = scripted.dsock("events", "--filter", "type!=nope")
    assert actions(done.stdout.splitlines()) == ["a1", "gap", "a2"]
    assert "(from=" in done.stdout and "n=1, reason=too-long" in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--format", "{{.Type"], 64, "Error parsing format"),
        (["--format", "{{nope .}}"], 64, "Error parsing format"),
        (["--filter", "contianer=web"], 1, "did you mean container?"),
        (["--filter", "web"], 125, "bad format of filter"),
        (["--since", "nonsense-3"], 1, "nonsense-3"),
        (["--until", "nonsense-3"], 1, "nonsense-3"),
        (["extra"], 1, "extra"),
    ],
)
def test_a_bad_flag_ends_it_before_any_call(
    scripted: Scripted, args: list[str], code: int, says: str
) -> None:
    done = scripted.dsock("events", *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert scripted.calls == [] and scripted.pings == []


def test_times_and_filters_go_over_the_wire_exactly(scripted: Scripted) -> None:
    target = (
        "/events?since=1700000000.123456789&until=1700000001&filters="
        '{"type":{"container":true},"event":{"die":true,"start":true}}'
    )
    scripted.expect("GET", target, chunks=[])
    args = ["--since", "1700000000.123456789", "--until", "1700000001"]
    filters = ["--filter", "type=container", "-f", "event=die", "-fevent=start"]
    assert scripted.dsock("events", *args, *filters).returncode == 0


def test_no_follow_asks_for_what_happened_until_now(scripted: Scripted) -> None:
    scripted.anything = Answer(chunks=[event(1)])
    done = scripted.dsock("events", "--no-follow")
    assert actions(done.stdout.splitlines()) == ["a1"]
    until = float(scripted.calls[0].bare.partition("until=")[2])
    assert abs(until - time.time()) < LIMIT


def test_what_comes_after_until_is_not_printed(scripted: Scripted) -> None:
    scripted.expect("GET", "/events?until=1700000000.000000002", chunks=map(event, (1, 2, 3)))
    done = scripted.dsock("events", "--until", "1700000000.000000002")
    assert actions(done.stdout.splitlines()) == ["a1", "a2"]


def test_podman_is_not_told_of_an_end_that_is_past(scripted: Scripted) -> None:
    """Podman 5.8 would leave out events at random."""
    scripted.server = "Libpod/5.8.6 (linux)"
    scripted.expect("GET", "/events?since=1&stream=0", chunks=map(event, (1, 2, 3)))
    done = scripted.dsock("events", "--since", "1", "--until", "1700000000.000000002")
    assert actions(done.stdout.splitlines()) == ["a1", "a2"]
    end = int(time.time()) + 3600
    scripted.expect("GET", f"/events?until={end}", chunks=[])
    assert scripted.dsock("events", "--until", str(end)).returncode == 0


def test_filters_with_not_equals_are_applied_here(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=map(event, (1, 2, 3)))
    done = scripted.dsock("events", "-f", "event!=a2")
    assert actions(done.stdout.splitlines()) == ["a1", "a3"]


def test_an_event_at_the_seam_is_printed_once(scripted: Scripted) -> None:
    scripted.expect("GET", "/events?since=1", chunks=map(event, (1, 2, 2, 3)))
    done = scripted.dsock("events", "--since", "1")
    assert actions(done.stdout.splitlines()) == ["a1", "a2", "a3"]


def test_dry_run_prints_the_call_and_ends(scripted: Scripted) -> None:
    done = scripted.dsock("events", "--follow", "--dry-run")
    assert "curl" in done.stdout and "/events" in done.stdout
    assert scripted.calls == []


# As a library


def client(scripted: Scripted) -> Engine:
    return Engine(parse(scripted.host, "the test"))


def test_follow_gives_events_one_by_one(scripted: Scripted) -> None:
    both = json.dumps(event(1)).encode() + b"\n" + json.dumps(event(2)).encode() + b"\n"
    scripted.expect("GET", "/events", chunks=[both])
    assert list(follow(client(scripted), reconnect=False)) == [event(1), event(2)]


def test_batches_tell_what_became_of_the_connection(
    scripted: Scripted, hold: threading.Event
) -> None:
    server = {"Server": "Docker/20.10.24 (linux)"}
    scripted.expect("GET", "/events", chunks=[event(1)], headers=server, cut=True)
    scripted.expect("GET", "/events?since=0", chunks=[event(2), hold], headers=server)
    states: list[State] = []
    stream = batches(client(scripted), reconnect=True, on_state=states.append)
    assert next(stream) == [event(1)]
    assert next(stream) == [event(2)]
    there, away, again = states
    assert there == again == State(True, "Docker/20.10.24 (linux)")
    assert not away.connected and away.retry_seconds > 0 and "broke off" in away.reason
    hold.set()
    stream.close()


def test_batches_raise_what_ended_them(scripted: Scripted) -> None:
    scripted.expect("GET", "/events", chunks=[event(1)], cut=True)
    stream = batches(client(scripted))
    assert next(stream) == [event(1)]
    with pytest.raises(BrokenOff):
        next(stream)


def test_a_stream_has_no_time_limit(scripted: Scripted, hold: threading.Event) -> None:
    """Nothing happens for hours at some engines, and then something does."""
    scripted.expect("GET", "/events", chunks=[event(1), hold])
    stream = batches(Engine(parse(scripted.host, "the test"), "1.41"))  # no other connection
    next(stream)
    assert [sock.gettimeout() for sock in _connections(scripted)] == [None]
    hold.set()
    stream.close()


def _connections(scripted: Scripted) -> list[socket.socket]:
    """This process's open connections to the engine."""
    found = [o for o in gc.get_objects() if isinstance(o, socket.socket) and o.fileno() >= 0]
    return [sock for sock in found if _peer(sock) == str(scripted.path)]


def _peer(sock: socket.socket) -> object:
    try:
        return sock.getpeername()
    except OSError:
        return None
