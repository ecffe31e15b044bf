"""Each line of the README that begins with `dsock` is one that dsock takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from dsock.app import App
from dsock.cli import root

TEXT = (Path(__file__).parents[1] / "README.md").read_text()


def commands() -> list[str]:
    """What stands in the README's code, without the shell's part of it."""
    code = re.findall(r"^ {4}(?:\$ )?(.*)$", TEXT, re.MULTILINE)
    pieces = [piece.strip() for line in code for piece in re.split(r";(?=\s*dsock )|\|", line)]
    runs = [re.sub(r"^(ExecStart=\S*/(?=dsock )|docker run .*(?= dsock ) )", "", p) for p in pieces]
    return [piece for piece in runs if piece.startswith("dsock ")]


def words(line: str) -> list[str]:
    """The words behind `dsock`, up to a comment or a redirection."""
    found = shlex.split(line, comments=True)[1:]
    ends = [at for at, word in enumerate(found) if word.startswith((">", "<"))]
    return found[: ends[0]] if ends else found


def parsed(ctx: click.Context) -> None:
    """Parse the subcommands' words too; raises click.UsageError for what is none of theirs."""
    while isinstance(ctx.command, click.Group):
        rest = [*ctx._protected_args, *ctx.args]
        name, command, rest = ctx.command.resolve_command(ctx, rest)
        assert command is not None and name is not None
        ctx = command.make_context(name, rest, parent=ctx)


def test_there_are_lines() -> None:
    assert len(commands()) > 50


@pytest.mark.parametrize("line", commands())
def test_the_line_is_one_that_dsock_takes(line: str) -> None:
    parsed(root.make_context("dsock", words(line), obj=App()))
