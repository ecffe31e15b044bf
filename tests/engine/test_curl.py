"""What --curl and --dry-run print has, run by sh, the effect of the command."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.engine.live import LiveEngine

NAMES = ("curl-a", "curl-b", "curl-c")
LIST = ("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.State}}", "-f", "name=curl-")


@pytest.fixture
def clean(engine: LiveEngine) -> Iterator[LiveEngine]:
    """The engine without containers of these names, before and after."""
    engine.dsock("rm", "-f", *NAMES)
    yield engine
    engine.dsock("rm", "-f", *NAMES)


def listing(engine: LiveEngine) -> list[str]:
    return sorted(engine.docker(*LIST).stdout.splitlines())


def states(engine: LiveEngine) -> dict[str, str]:
    return {line.split()[1]: line.split()[2] for line in listing(engine)}


def dry(engine: LiveEngine, *argv: str) -> str:
    """The script that `dsock --dry-run` prints; nothing may have changed."""
    before = listing(engine)
    done = engine.dsock("--dry-run", *argv)
    assert (done.returncode, done.stderr) == (0, "")
    assert listing(engine) == before
    return done.stdout


def test_the_lines_of_curl_replayed_make_the_same_container(clean: LiveEngine) -> None:
    shown = clean.dsock("--curl", "run", "-d", "--name", "curl-a", "busybox", "sleep", "100")
    [create, start] = shown.stderr.splitlines()
    first = shown.stdout.strip()
    replayed = clean.run(["sh", "-c", create.replace("curl-a", "curl-b")])
    second = json.loads(replayed.stdout)["Id"]
    clean.run(["sh", "-c", start.replace(first, second)])
    assert states(clean) == {"curl-a": "running", "curl-b": "running"}
    one, two = json.loads(clean.docker("inspect", first, second).stdout)
    assert one["HostConfig"] == two["HostConfig"]
    assert {**one["Config"], "Hostname": ""} == {**two["Config"], "Hostname": ""}


def test_a_dry_run_passes_the_id_on(clean: LiveEngine) -> None:
    script = dry(clean, "run", "-d", "--name", "curl-a", "busybox", "sleep", "100")
    done = clean.run(["sh", "-c", script])
    assert done.returncode == 0, done.stderr
    assert listing(clean) == [f"{done.stdout.strip()} curl-a running"]


def test_a_dry_create_prints_the_id(clean: LiveEngine) -> None:
    done = clean.run(["sh", "-c", dry(clean, "create", "--name", "curl-a", "busybox")])
    assert listing(clean) == [f"{done.stdout.strip()} curl-a created"]


def test_a_script_leaves_with_the_containers_code(clean: LiveEngine) -> None:
    script = dry(clean, "run", "--rm", "--name", "curl-a", "busybox", "sh", "-c", "echo hi; exit 7")
    done = clean.run(["sh", "-c", script])
    assert done.returncode == 7
    assert "hi" in done.stdout
    assert listing(clean) == []


def test_a_script_of_exec_leaves_with_the_commands_code(clean: LiveEngine) -> None:
    clean.docker("run", "-d", "--name", "curl-a", "busybox", "sleep", "100")
    done = clean.run(["sh", "-c", dry(clean, "exec", "curl-a", "sh", "-c", "touch /x; exit 5")])
    assert done.returncode == 5
    assert clean.docker("exec", "curl-a", "ls", "/x").stdout == "/x\n"


@pytest.mark.parametrize(
    ("argv", "after"),
    [
        (["start", "curl-b"], {"curl-a": "running", "curl-b": "running"}),
        (["stop", "-t", "0", "curl-a"], {"curl-a": "exited", "curl-b": "created"}),
        (["kill", "curl-a"], {"curl-a": "exited", "curl-b": "created"}),
        (["restart", "-t", "0", "curl-a"], {"curl-a": "running", "curl-b": "created"}),
        (["rename", "curl-b", "curl-c"], {"curl-a": "running", "curl-c": "created"}),
        (["rm", "-f", "curl-a", "curl-b"], {}),
        (["pause", "curl-a"], {"curl-a": "paused", "curl-b": "created"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_script_has_the_effect_of_the_command(
    clean: LiveEngine, argv: list[str], after: dict[str, str]
) -> None:
    clean.docker("run", "-d", "--name", "curl-a", "busybox", "sleep", "100")
    clean.docker("create", "--name", "curl-b", "busybox", "sleep", "100")
    done = clean.run(["sh", "-c", dry(clean, *argv)])
    assert done.returncode == 0, done.stderr
    assert states(clean) == after


def test_a_script_stops_where_a_call_fails(clean: LiveEngine) -> None:
    clean.docker("create", "--name", "curl-a", "busybox")
    script = dry(clean, "run", "-d", "--name", "curl-a", "busybox")
    done = clean.run(["sh", "-c", script])
    assert done.returncode != 0
    assert states(clean) == {"curl-a": "created"}


@pytest.mark.parametrize("argv", [["ps"], ["inspect", "busybox"], ["version"], ["images"]])
def test_a_script_of_a_reading_command_reads(clean: LiveEngine, argv: list[str]) -> None:
    done = clean.run(["sh", "-c", dry(clean, *argv)])
    assert done.returncode == 0, done.stderr
    assert done.stdout[0] in "[{"


def test_the_streams_are_printed_and_not_followed(clean: LiveEngine) -> None:
    for argv in (["events"], ["logs", "-f", "curl-a"]):
        clean.docker("create", "--name", "curl-a", "busybox")
        assert f"/{argv[0]}" in dry(clean, *argv).splitlines()[-1]
    script = dry(clean, "attach", "curl-a")
    assert "# You cannot attach to a stopped container" in script
    assert "/attach?stream=1" in script


def test_a_missing_image_is_pulled_first_in_a_script(clean: LiveEngine) -> None:
    done = clean.dsock("--dry-run", "run", "-d", "--name", "curl-a", "nosuch:1")
    assert done.stderr == "Unable to find image 'nosuch:1' locally\n"
    lines = done.stdout.splitlines()
    [pull] = [i for i, line in enumerate(lines) if "/images/create" in line]
    [create] = [i for i, line in enumerate(lines) if "/containers/create" in line]
    assert pull < create


def test_a_script_has_the_output_apart_as_the_command_has(clean: LiveEngine) -> None:
    line = ("run", "--rm", "--name", "curl-a", "busybox", "sh", "-c", "echo hi; echo no >&2")
    meant = clean.dsock(*line)
    done = clean.run(["sh", "-c", dry(clean, *line)])
    assert (done.stdout, done.stderr, done.returncode) == (meant.stdout, meant.stderr, 0)
    clean.docker("run", "--name", "curl-a", *line[4:])
    done = clean.run(["sh", "-c", dry(clean, "logs", "curl-a")])
    assert (done.stdout, done.stderr, done.returncode) == (meant.stdout, meant.stderr, 0)
    done = clean.run(["sh", "-c", dry(clean, "logs", "curl-a", "curl-a")])
    assert (done.stdout[-4:], done.stderr[-4:]) == (" hi\n", " no\n")
