"""Every command has a --help, and the tables that stand for commands say what the commands say."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from dsock import tree
from dsock.cli import NOUNS, PACKAGE, TOP, root

Path = tuple[str, ...]


def walk(group: click.Group, path: Path = ()) -> Iterator[tuple[Path, click.Command]]:
    """Every command below `group`, groups too, with the words that call it."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None, f"{(*path, name)} is listed and does not exist"
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from walk(command, (*path, name))


TREE = dict(walk(root))
TABLES = {noun: f"{PACKAGE}.{noun}" for noun in NOUNS} | {"": PACKAGE}
ROWS = [
    (package, name, line)
    for package in TABLES.values()
    for name, line in import_module(package).COMMANDS.items()
]
words = " ".join


@pytest.mark.parametrize("path", [(), *TREE], ids=words)
def test_help_is_shown(path: Path) -> None:
    shown = CliRunner().invoke(root, [*path, "--help"], prog_name="dsock")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(f"Usage: {words(('dsock', *path))} ")
    assert max(map(len, shown.output.splitlines())) <= 100


@pytest.mark.parametrize("path", TREE, ids=words)
def test_every_option_has_a_help_text(path: Path) -> None:
    options = [p for p in TREE[path].params if isinstance(p, click.Option) and not p.hidden]
    assert [option.opts for option in options if not option.help] == []


@pytest.mark.parametrize(("package", "name", "line"), ROWS)
def test_a_table_has_the_first_line_of_the_docstring(package: str, name: str, line: str) -> None:
    told = tree.load(f"{package}.{name}").help or ""
    assert told.split("\n\n")[0] == f"{line}."


def test_what_stands_at_the_top_is_the_command_of_a_noun() -> None:
    for name, path in TOP.items():
        noun, _, verb = path.rpartition(".")
        same = TREE[noun, verb] if noun in NOUNS else tree.load(f"{PACKAGE}.{path}")
        assert TREE[name,] is same


def test_aliases_stand_for_commands_of_the_table() -> None:
    for package in TABLES.values():
        module = import_module(package)
        aliases = getattr(module, "ALIASES", {})
        assert set(aliases.values()) <= set(module.COMMANDS)
        assert not set(aliases) & set(module.COMMANDS)


def test_a_group_without_a_command_shows_its_help_on_stderr_as_docker_does() -> None:
    for path in [(), *(path for path, found in TREE.items() if isinstance(found, click.Group))]:
        asked = CliRunner().invoke(root, [*path, "--help"], prog_name="dsock").output
        shown = CliRunner().invoke(root, [*path], prog_name="dsock")
        assert (shown.exit_code, shown.stdout, shown.stderr) == (0, "", asked)


def test_help_of_a_command_is_that_commands_help() -> None:
    for words in (["ps"], ["container", "ls"], ["container"]):
        asked = CliRunner().invoke(root, [*words, "--help"], prog_name="dsock").output
        for asking in (["help", *words], [*words, "-h"]):
            assert CliRunner().invoke(root, asking, prog_name="dsock").output == asked
