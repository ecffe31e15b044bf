"""docker's grammar of flags on click's parser."""

from __future__ import annotations

from typing import Any

import click
import pytest

from dsock import tree
from dsock.app import App


def parsed(*argv: str, interspersed: bool = False) -> dict[str, Any]:
    """What a command with flags -i, -t, --proxy (on by default), -n N, -e TEXT... gets."""
    seen: dict[str, Any] = {}

    @tree.command(interspersed=interspersed)
    @click.option("-i", "--stdin", is_flag=True)
    @click.option("-t", "--tty", is_flag=True)
    @click.option("--proxy/--no-proxy", default=True)
    @click.option("-n", "--number")
    @click.option("-e", "--env", multiple=True)
    @click.option("--wait", is_flag=False, flag_value="0")
    @click.argument("rest", nargs=-1, type=click.UNPROCESSED)
    def command(**values: Any) -> None:
        seen.update(values)

    command.main(list(argv), standalone_mode=False, obj=App())
    return seen


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["-it"], {"stdin": True, "tty": True}),
        (["-it=false"], {"stdin": True, "tty": False}),
        (["-it=true"], {"stdin": True, "tty": True}),
        (["-it", "-t=false"], {"stdin": True, "tty": False}),
        (["-it", "--tty=false"], {"stdin": True, "tty": False}),
        (["--tty=false", "-t"], {"tty": True}),
        (["--tty=F"], {"tty": False}),
        (["-i=1"], {"stdin": True}),
        (["--proxy=false"], {"proxy": False}),
        (["--help=false", "--tty"], {"tty": True}),
        (["--proxy=false", "--proxy"], {"proxy": True}),
        (["--no-proxy"], {"proxy": False}),
        (["-n3"], {"number": "3"}),
        (["-n=3"], {"number": "3"}),
        (["-n", "-1"], {"number": "-1"}),
        (["-tn3"], {"tty": True, "number": "3"}),
        (["-tn", "3"], {"tty": True, "number": "3"}),
        (["--number=a=b"], {"number": "a=b"}),
        (["--number="], {"number": ""}),
        (["-e", "--tty", "-t=false"], {"env": ("--tty",), "tty": False}),
        (["-e", "-t", "--tty=false"], {"env": ("-t",), "tty": False}),
        (["-eA=b", "-e=C=d", "--env=E=f"], {"env": ("A=b", "C=d", "E=f")}),
        (["x", "-t", "--tty=false"], {"rest": ("x", "-t", "--tty=false"), "tty": False}),
        (["-t", "--", "-i"], {"rest": ("-i",), "tty": True, "stdin": False}),
        (["--wait", "x"], {"wait": "0", "rest": ("x",)}),
        (["--wait=30s", "x"], {"wait": "30s", "rest": ("x",)}),
        (["--wait", "-t", "x"], {"wait": "0", "tty": True, "rest": ("x",)}),
        (["x"], {"wait": None}),
        (["-", "-t=false"], {"rest": ("-", "-t=false")}),
    ],
)
def test_flags_read_as_docker_reads_them(argv: list[str], expected: dict[str, Any]) -> None:
    found = parsed(*argv)
    assert {name: found[name] for name in expected} == expected


def test_flags_may_follow_an_argument_where_they_may() -> None:
    found = parsed("x", "--tty=true", "y", "-n=3", interspersed=True)
    assert (found["rest"], found["tty"], found["number"]) == (("x", "y"), True, "3")


@pytest.mark.parametrize(
    "argv", [["--tty=maybe"], ["-t=2"], ["--nosuch=1"], ["-ix"], ["-t-"], ["-n"]]
)
def test_a_wrong_flag_ends_with_125(argv: list[str]) -> None:
    with pytest.raises(click.UsageError) as caught:
        parsed(*argv)
    assert caught.value.exit_code == 125
