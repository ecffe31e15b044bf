"""search beside docker's own. There is no Docker Hub here: a scripted engine answers."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from tests.engine import engines

FOUND = [
    {"star_count": 5, "is_official": False, "name": "u/one", "is_automated": True,
     "description": "short\nand\r\n more <&> é "},
    {"star_count": 19000, "is_official": True, "name": "nginx", "is_automated": False,
     "description": "Official build of Nginx, with a long description that is cut at some place"},
    {"star_count": 5, "is_official": False, "name": "a/two", "description": ""},
    {"star_count": 0, "name": "日本/語", "description": "日本語" * 15},
]  # fmt: skip

LINES = r"""
search TERM
search --no-trunc TERM
search --format json TERM
search --format '{{json .}}' TERM
search --no-trunc --format '{{json .}}' TERM
search --format '{{.Name}}: {{.StarCount}} {{.IsOfficial}} {{.Description}}' TERM
search --format 'table {{.Name}}\t{{.IsOfficial}}' TERM
search --format table TERM
search --format '{{.Nosuch}}' TERM
search --format '{{bad' TERM
search --format raw TERM
search --limit 0 TERM
search --limit -1 TERM
search --limit x TERM
search -f stars TERM
search
search a b
search --nosuch TERM
"""


@pytest.mark.parametrize("line", LINES.strip("\n").splitlines())
@pytest.mark.parametrize("found", [FOUND, []], ids=["some", "none"])
def test_a_pipe_gets_what_docker_prints(scripted, line, found):
    scripted.expect("GET", "/images/search?term=TERM", json=found, repeat=True)
    args = shlex.split(line)
    docker = subprocess.run(
        [engines.docker_cli(), *args],
        env=scripted.env, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    dsock = scripted.dsock(*args)
    assert (dsock.stdout, dsock.returncode) == (docker.stdout, docker.returncode)
    assert bool(dsock.stderr) == bool(docker.stderr), dsock.stderr


def test_limit_and_filters_go_to_the_engine(scripted):
    filters = (
        "%7B%22is-official%22%3A%7B%22true%22%3Atrue%7D%2C%22stars%22%3A%7B%223%22%3Atrue%7D%7D"
    )
    scripted.expect("GET", f"/images/search?term=x&limit=5&filters={filters}", json=FOUND)
    done = scripted.dsock(
        "search", "--limit", "5", "-f", "stars=3", "--filter", "is-official=true", "x"
    )
    assert done.returncode == 0


def test_what_is_not_wanted_is_left_out_here(scripted):
    scripted.expect("GET", "/images/search?term=x", json=FOUND, repeat=True)
    shape = ("--format", "{{.Name}}", "x")
    assert scripted.dsock("search", "-f", "is-official!=true", *shape).stdout.splitlines() == [
        "u/one", "a/two", "日本/語",
    ]  # fmt: skip
    few = scripted.dsock("search", "-f", "stars!=5", *shape).stdout
    assert few == "日本/語\n"
    assert "!= works with" in scripted.dsock("search", "-f", "name!=x", *shape).stderr


@pytest.mark.parametrize(
    ("term", "key"),
    [("nginx", "https://index.docker.io/v1/"), ("r.example:5000/nginx", "r.example:5000")],
)
def test_the_credentials_are_those_of_the_registry_that_is_searched(scripted, term, key):
    config = scripted.path.parent / "config.json"
    config.write_text(f'{{"auths": {{"{key}": {{"auth": "YTpi"}}}}}}')
    expected = scripted.expect("GET", f"/images/search?term={term}", json=[])
    assert scripted.dsock("search", term).returncode == 0
    assert expected.call.headers["X-Registry-Auth"].startswith("eyJ1c2VybmFtZSI6ImEi")
