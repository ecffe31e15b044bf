"""The prunes beside docker's own, on engines of their own: the same is asked, said and removed.

And their dry run: a script that removes what docker's prune would, and nothing newer.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from tests.engine import engines
from tests.engine.alike import check
from tests.engine.live import LiveEngine
from tests.engine.scenes import Scene

# What is refused, or finds nothing: the same scene does for all.
QUIET = [
    "container prune -f --filter until=1h",
    "container prune -f --filter until=1s --filter until=1h",
    "container prune -f --filter until=nosuch",
    "container prune -f --filter label=nosuch",
    "container prune -f --filter foo=bar",
    "container prune --filter foo",
    "container prune nosuch",
    "network prune -f --filter until=1h",
    "volume prune -f --filter until=1h",
    "image prune -f --filter until=1h",
    "system prune --volumes --filter label=a10 --filter label=a9 --filter label!=b",
    "system prune --volumes --filter until=1h",
    *[f"{noun} prune" for noun in ("container", "network", "volume", "image", "system")],
    "image prune -a",
    "system prune -a --volumes",
    "volume prune -a",
    "volume prune -a --filter all=1",
]
LINES = [
    "container prune -f",
    "container prune --force --filter label=a=b",
    "container prune --filter label!=keep",
    "network prune -f",
    "volume prune -f",
    "image prune -f",
    "image prune -af",
    "system prune -f",
    "system prune -af --volumes",
]


@pytest.fixture(scope="module", params=engines.NAMES)
def lone(request: pytest.FixtureRequest, folder) -> Iterator[Scene]:
    """Each engine in turn, without anybody else's objects."""
    live = LiveEngine(folder / f"prune-{request.param}", engines.get(request.param))
    yield Scene(live)
    live.stop()


def only(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("lone", names, indirect=True)


def told(lone: Scene, cli: str, line: str) -> tuple[object, ...]:
    """What `cli` says to a line, ids as names, lists in order; and what is left."""
    names = lone.set(line.split()[0])
    done = getattr(lone.live, cli)(*shlex.split(line), input="y\n")
    text = re.sub(r"(sha256:)?[0-9a-f]{64}", lambda hit: names.get(hit[0], "an id"), done.stdout)
    paragraphs = [part.splitlines() for part in text.split("\n\n")]
    lists = [[part[:1], sorted(part[1:])] for part in paragraphs]
    return lists, done.returncode, bool(done.stderr), sorted(lone.there().values())


@only("docker-28.5")
def test_a_prune_asks_and_refuses_as_dockers_does(lone: Scene) -> None:
    lone.set("container")
    before = lone.there()
    for line in QUIET:
        check(lone.live, line)
    assert lone.there() == before


@pytest.mark.parametrize("line", LINES)
@only("docker-28.5")
def test_a_prune_says_and_removes_what_dockers_does(lone: Scene, line: str) -> None:
    assert told(lone, "dsock", line) == told(lone, "docker", line)


@pytest.mark.parametrize("line", ["volume prune -f", "volume prune -af"])
@only("docker-20.10", "docker-28.5")
def test_named_volumes_go_as_the_engines_version_has_it(lone: Scene, line: str) -> None:
    assert told(lone, "dsock", line) == told(lone, "docker", line)


def told_of_caches(lone: Scene, cli: str, line: str) -> tuple[object, ...]:
    """The same after a build: by how many bytes caches have, as their ids are chance."""
    lone.clear()
    lone.cache()
    before = lone.there()
    done = getattr(lone.live, cli)(*line.split())
    text = re.sub(r"sha256:[0-9a-f]{64}", "an image", done.stdout)
    for ref, name in before.items():
        text = text.replace(ref, name)
    return sorted(text.splitlines()), done.returncode, sorted(lone.there().values())


CACHES = [
    "system prune -f --filter label=nosuch",
    "system prune -f",
    "builder prune -f",
    "builder prune --all --force --keep-storage 1b",
]


@pytest.mark.parametrize("line", CACHES)
@only("docker-20.10", "docker-28.5")
def test_a_build_cache_goes_as_it_goes_by_docker(lone: Scene, line: str) -> None:
    by_dsock = told_of_caches(lone, "dsock", line)
    assert "Deleted build cache objects:" in by_dsock[0]
    assert by_dsock == told_of_caches(lone, "docker", line)


@only("docker-28.5")
def test_the_builders_prune_asks_and_refuses_as_dockers_does(lone: Scene) -> None:
    for flags in ((), ("-a",), ("--keep-storage", "x"), ("-f", "--filter", "foo=bar"), ("x",)):
        line = ("builder", "prune", *flags)
        by = [getattr(lone.live, cli)(*line, input="n\n") for cli in ("dsock", "docker")]
        assert (by[0].stdout, by[0].returncode) == (by[1].stdout, by[1].returncode)


@pytest.mark.parametrize("line", [
    "system prune --filter label=nosuch", "system prune -a --filter label=nosuch",
    "builder prune", "builder prune -a",
])  # fmt: skip
@only("docker-20.10", "docker-28.5")
def test_the_script_of_a_dry_run_removes_the_build_cache_too(lone: Scene, line: str) -> None:
    lone.clear()
    lone.cache()
    lone.live.dsock(*line.split(), "-f")
    left = sorted(lone.there().values())
    lone.clear()
    lone.cache()
    script = lone.live.dsock(*line.split(), "--dry-run").stdout
    done = in_a_shell(script)
    assert done.returncode == 0, script + done.stdout
    assert sorted(lone.there().values()) == left


@only("podman-5.8")
def test_podman_takes_named_volumes_and_that_is_said(lone: Scene) -> None:
    for line in ("volume prune", "volume prune -a", "system prune --volumes"):
        lone.clear()
        lone.keep("named")
        asked = lone.live.dsock(*line.split(), input="y\n")
        assert (asked.returncode, asked.stderr) == (0, "")
        assert "volumes" in asked.stdout
        assert "anonymous" not in asked.stdout
        assert "volume named" not in lone.there().values()


@only("docker-28.5")
def test_only_a_y_is_a_yes(lone: Scene) -> None:
    lone.clear()
    for answer in ("n\n", "yes\n", "", " Y \n", "y"):
        line = ("container", "prune")
        by = [getattr(lone.live, cli)(*line, input=answer) for cli in ("dsock", "docker")]
        assert (by[0].stdout, by[0].returncode) == (by[1].stdout, by[1].returncode)


@only("docker-28.5")
def test_filters_of_the_configuration_count_too(tmp_path, lone: Scene) -> None:
    (tmp_path / "config.json").write_text('{"pruneFilters": ["label!=keep", "label=a"]}')
    lone.set("container")
    env = {**lone.live.env, "DOCKER_CONFIG": str(tmp_path)}
    lone.live.dsock("container", "prune", "-f", env=env)
    left = {name for name in lone.there().values() if name.startswith("container")}
    assert left == {"container /plain", "container /labelled", "container /running"}


DRY = [
    "container prune --filter label!=keep",
    "network prune",
    "volume prune",
    "image prune -a",
    "system prune -a --volumes",
]


@pytest.mark.parametrize("line", DRY)
def test_the_script_of_a_dry_run_removes_what_the_prune_would(lone: Scene, line: str) -> None:
    noun = line.split()[0]
    lone.set(noun)
    done = lone.live.dsock(*line.split(), "-f")
    assert (done.returncode, done.stderr) == (0, "")
    left = sorted(lone.there().values())

    before = lone.set(noun)
    dry = lone.live.dsock("--dry-run", *line.split())
    assert (dry.returncode, dry.stderr) == (0, "")
    assert lone.there() == before
    comments = [text for text in dry.stdout.splitlines() if text.startswith("# ")]
    assert re.fullmatch(r"# \d+ in all, .* at most", comments[-1])
    lone.create("later")  # after the script was written: it stays
    done = in_a_shell(dry.stdout)
    assert done.returncode == 0, dry.stdout + done.stdout + done.stderr
    assert sorted(lone.there().values()) == sorted([*left, "container /later"])
    for ref in set(before) - set(lone.there()):
        told = [ref[:12], ref.removeprefix("sha256:")[:12]]
        assert any(part in text and " old" in text for part in told for text in comments)


def in_a_shell(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh"], input=script, text=True, capture_output=True, check=False)


def test_a_container_that_runs_by_then_stays_and_the_others_go(lone: Scene) -> None:
    lone.clear()
    lone.create("other")
    lone.create("web", Cmd=["sleep", "10000"])
    script = lone.live.dsock("container", "prune", "--dry-run").stdout
    lone.start("web")
    done = in_a_shell(script)
    assert done.returncode == 1
    assert "container /web" in lone.there().values()
    assert "container /other" not in lone.there().values()


@only("docker-28.5")
def test_a_dry_run_refuses_what_the_engine_would_refuse(lone: Scene) -> None:
    for flags in ("foo=bar", "until=nosuch", "all=1"):
        dry = lone.live.dsock("container", "prune", "--dry-run", "--filter", flags)
        assert (dry.returncode, dry.stdout) == (1, "")
        assert dry.stderr


@only("docker-28.5")
def test_a_dry_run_says_that_there_is_nothing_to_remove(lone: Scene) -> None:
    lone.clear()
    dry = lone.live.dsock("container", "prune", "--dry-run")
    assert dry.stdout == "#!/bin/sh\nset -eu\n# nothing to remove\n"
